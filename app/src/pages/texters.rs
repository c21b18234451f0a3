//! The texters of a campaign.

mod add;
mod called;
mod create;
mod doing;
mod link;
mod remove;
mod row;

use handoff_core::fold::{fold, holds_words};
use handoff_core::naming::isolated;
use handoff_server::api::texters::{list_members, new_sign_in_link, set_active};
use handoff_server::model::member::MemberRow;
use leptos::prelude::*;

use self::add::AddDialog;
use self::create::CreateDialog;
use self::link::LinkDialog;
use self::remove::RemoveDialog;
use self::row::Row;
use crate::pages::campaign::campaign_page;
use crate::state::address::address_value;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, Dialog, EmptyState, Kind, Load, SearchBox, adopt, counted};
use called::by_id;
use doing::{Doing, NewLink, Open};

/// The texters of a campaign.
#[component]
pub fn TextersPage() -> impl IntoView {
    adopt(include_str!("../../../style/texters.css"));
    let id = campaign_page().id;
    let members = Query::new(move || list_members(id));
    Live::expect().follow(id, members);
    let toasts = toasts();
    let (open, task) = (RwSignal::new(None::<Open>), Task::new());
    let activate = Callback::new(move |(member, active): (MemberRow, bool)| {
        task.run(
            move || set_active(member.id, active),
            move |()| {
                open.set(None);
                let name = isolated(&member.name);
                toasts.say(match (active, member.membership.is_invited()) {
                    (true, false) => format!("{name} can sign in again."),
                    (true, true) => format!("{name} is invited again. Make a new sign-in link for them."),
                    (false, false) => format!("{name} was deactivated."),
                    (false, true) => format!("The invitation of {name} was withdrawn."),
                });
                members.refetch();
            },
        );
    });
    let renew = Callback::new(move |member: MemberRow| {
        task.run(
            move || new_sign_in_link(member.id),
            move |made| open.set(Some(Open::Link(NewLink::of(member.name, member.email, made, false)))),
        );
    });
    let doing = Doing { open, task, activate, renew };
    Effect::new(move |_| {
        if let Some(error) = task.error.get()
            && open.with_untracked(Option::is_none)
        {
            toasts.say(error.to_string());
        }
    });
    view! {
        <Load query=members let:members>
            <Texters members doing />
        </Load>
        <Dialogs members doing />
    }
    .into_any()
}

#[component]
fn Texters(members: Signal<Vec<MemberRow>>, doing: Doing) -> impl IntoView {
    let (search, set_search) = address_value("search");
    let here = Memo::new(move |_| {
        let wanted = fold(&search.get());
        let fits =
            |row: &&MemberRow| row.on_campaign && holds_words(&fold(&format!("{} {}", row.name, row.email)), &wanted);
        members.with(|all| all.iter().filter(fits).map(|row| row.id).collect::<Vec<_>>())
    });
    let by_id = Memo::new(move |_| by_id(members.get()));
    let some = Memo::new(move |_| members.with(|all| all.iter().any(|row| row.on_campaign)));
    let others =
        Memo::new(move |_| members.with(|all| all.iter().any(|row| !row.on_campaign && row.membership.may_hold())));
    let buttons = move || {
        view! {
            <Button on_press=move |()| doing.ask(Open::Create)>"New member"</Button>
            <Show when=move || others.get()>
                <Button kind=Kind::Primary on_press=move |()| doing.ask(Open::Add)>"Add texters"</Button>
            </Show>
        }
    };
    view! {
        <Show
            when=move || some.get()
            fallback=move || {
                view! {
                    <EmptyState title="No texters yet">
                        <p>"Texters are the members who hold this campaign's conversations. Add members of your organization, or create new ones."</p>
                        <div class="row">{buttons()}</div>
                    </EmptyState>
                }
            }
        >
            <div class="toolbar">
                <SearchBox label="Search texters" value=search on_search=set_search />
                <p class="quiet small" role="status">
                    {move || counted(u32::try_from(here.with(Vec::len)).unwrap_or(u32::MAX), "texter", "texters")}
                </p>
                <span class="push"></span>
                {buttons()}
            </div>
            <Show
                when=move || here.with(|here| !here.is_empty())
                fallback=move || {
                    view! {
                        <EmptyState title="No texter matches">
                            <Button on_press=move |()| set_search.run(String::new())>"Clear search"</Button>
                        </EmptyState>
                    }
                }
            >
                <div class="table-frame">
                    <table class="table texters">
                        <thead>
                            <tr>
                                <th scope="col">"Texter"</th>
                                <th scope="col">"Status"</th>
                                <th scope="col" class="number">"Holds"</th>
                                <th scope="col" class="optional">"Last active"</th>
                                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || here.get() key=|id| *id let:id>
                                <Row id by_id doing />
                            </For>
                        </tbody>
                    </table>
                </div>
            </Show>
        </Show>
    }
    .into_any()
}

#[component]
fn Dialogs(members: Query<Vec<MemberRow>>, doing: Doing) -> impl IntoView {
    let open = doing.open;
    let is = move |which: fn(&Open) -> bool| Signal::derive(move || open.with(|open| open.as_ref().is_some_and(which)));
    let close = Callback::new(move |()| doing.close());
    let deactivating = Memo::new(move |before: Option<&Option<MemberRow>>| match open.get() {
        Some(Open::Deactivate(row)) => Some(row),
        _ => before.cloned().flatten(),
    });
    let name = move || deactivating.get().map(|row| row.name).unwrap_or_default();
    let invited = move || deactivating.get().is_some_and(|row| row.membership.is_invited());
    let text = move || {
        let held = deactivating.get().map_or(0, |row| row.holds);
        let held = match held {
            0 => String::new(),
            held => format!(
                " {} of this campaign stay with them until you move them.",
                counted(held, "conversation", "conversations")
            ),
        };
        if invited() {
            format!("Their sign-in link ends, and they cannot be given conversations, in any campaign.{held}")
        } else {
            format!(
                "They are signed out at once, cannot sign in, and cannot be given conversations, in any campaign.{held}"
            )
        }
    };
    view! {
        <Dialog open=is(|open| matches!(open, Open::Add)) title="Add texters" on_close=close>
            <AddDialog members doing />
        </Dialog>
        <Dialog open=is(|open| matches!(open, Open::Create)) title="New member" on_close=close>
            <CreateDialog members doing />
        </Dialog>
        <Dialog open=is(|open| matches!(open, Open::Link(_))) title="Sign-in link" on_close=close>
            <LinkDialog doing />
        </Dialog>
        <Confirm
            open=is(|open| matches!(open, Open::Deactivate(_)))
            title=Signal::derive(move || if invited() { format!("Withdraw the invitation of {}?", isolated(&name())) } else { format!("Deactivate {}?", isolated(&name())) })
            text=Signal::derive(text)
            button=Signal::derive(move || if invited() { "Withdraw invitation".to_owned() } else { format!("Deactivate {}", isolated(&name())) })
            danger=true
            busy=doing.task.busy
            error=doing.task.error
            on_close=close
            on_confirm=move |()| if let Some(row) = deactivating.get_untracked() { doing.activate.run((row, false)) }
        />
        <RemoveDialog members doing />
    }
    .into_any()
}
