//! The invite link of a campaign: made, copied, limited, renewed, disabled.

use handoff_server::api::invites::{disable_invite, make_invite};
use handoff_server::model::self_assignment::{Invite, SelfAssignment};
use leptos::html;
use leptos::prelude::*;

use super::brought::Brought;
use super::limit::Limit;
use super::qr::qr;
use crate::pages::campaign::CampaignPage;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, CopyField, ErrorNote, Kind, Time, focus_soon};

/// What is asked before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Renew,
    Disable,
}

/// The invite link of a campaign.
#[component]
pub fn InviteLink(
    page: CampaignPage,
    query: Query<SelfAssignment>,
    read: Signal<SelfAssignment>,
    on: Signal<bool>,
) -> impl IntoView {
    let (id, toasts, task) = (page.id, toasts(), Task::new());
    let invite = Memo::new(move |_| read.with(|read| read.invite.clone()));
    let works = Memo::new(move |_| invite.with(|invite| invite.as_ref().is_some_and(|one| one.disabled_at.is_none())));
    let asked = RwSignal::new(None::<Asked>);
    let heading = NodeRef::<html::H2>::new();
    let make = move || {
        let is_first = asked.get_untracked().is_none();
        task.run(
            move || make_invite(id),
            move |_| {
                asked.set(None);
                query.refetch();
                if is_first {
                    focus_on(heading);
                }
            },
        );
    };
    let disable = move || {
        task.run(
            move || disable_invite(id),
            move |()| {
                asked.set(None);
                query.refetch();
                focus_on(heading);
                toasts.say("The invite link was disabled.");
            },
        );
    };
    let ask = move |what: Asked| {
        task.error.set(None);
        asked.set(Some(what));
    };
    let address = Memo::new(move |_| {
        let origin = window().location().origin().unwrap_or_default();
        invite.with(|invite| Some(format!("{origin}{}", invite.as_ref()?.link.as_ref()?)))
    });
    let file = move || {
        let name = page.campaign.data.with_untracked(|campaign| campaign.as_ref().map(|one| one.name.clone()));
        format!("Invite to {}.svg", name.unwrap_or_default())
    };
    let shown = move || address.get().map(|address| shown_link(address, file()));
    let buttons = move || {
        if works.get() {
            view! {
                <Button on_press=move |()| ask(Asked::Renew)>"Renew…"</Button>
                <Button kind=Kind::Danger on_press=move |()| ask(Asked::Disable)>"Disable…"</Button>
            }
            .into_any()
        } else {
            view! { <Button busy=task.busy on_press=move |()| make()>"Make invite link"</Button> }.into_any()
        }
    };
    view! {
        <section class="invite" aria-labelledby="invite-title">
            <h2 id="invite-title" node_ref=heading tabindex="-1">"Invite link"</h2>
            <p class="quiet">
                "Whoever opens it signs in or up, joins this campaign as a texter, and gets a first batch at once."
            </p>
            <Show when=move || !on.get()>
                <p class="notice tone-idle">"Self assignment is off. The link works only while it is on."</p>
            </Show>
            {shown}
            <p class="small">
                {move || invite.get().map(|invite| view! { <Facts invite /> })}
            </p>
            <Brought campaign=id query invite on_end=move |()| focus_on(heading) />
            <Show when=move || works.get()>
                <Limit id query invite />
            </Show>
            <Show when=move || asked.get().is_none()>
                <ErrorNote error=task.error />
            </Show>
            <div class="row">{buttons}</div>
            <Question asked task make=Callback::new(move |()| make()) disable=Callback::new(move |()| disable()) />
        </section>
    }
    .into_any()
}

/// Focuses the heading: the button that had the focus is gone.
fn focus_on(heading: NodeRef<html::H2>) {
    if let Some(heading) = heading.get_untracked() {
        focus_soon(heading.into());
    }
}

/// The link with its QR code, to be passed on.
fn shown_link(address: String, file: String) -> AnyView {
    view! {
        <div class="invite-shown">
            {qr(&address, "QR code of the invite link", file)}
            <div class="invite-address">
                <CopyField label="Invite link" text=Signal::stored(address) />
                <p class="small quiet">
                    "Admins see it here at any time. Whoever has it can join: pass it on to those who are meant."
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// When a link was made, by whom, and what became of it.
#[component]
fn Facts(invite: Invite) -> impl IntoView {
    let Invite { made_at, made_by, disabled_at, link, .. } = invite;
    let made = view! { "Made by " {made_by} " " <Time at=Signal::stored(made_at) /> };
    let then = match disabled_at {
        Some(at) => view! { ", disabled " <Time at=Signal::stored(at) /> ". It lets nobody in any more." }.into_any(),
        None if link.is_some() => ".".into_any(),
        None => ". It works, but was made under another key of the server and cannot be shown. Renew it.".into_any(),
    };
    view! { {made} {then} }.into_any()
}

/// What follows from renewing and disabling, before it is done.
#[component]
fn Question(asked: RwSignal<Option<Asked>>, task: Task, make: Callback<()>, disable: Callback<()>) -> impl IntoView {
    // The words stay while the dialog closes.
    let about = Memo::new(move |before: Option<&Asked>| asked.get().or(before.copied()).unwrap_or(Asked::Renew));
    let words = move |renew: &'static str, disable: &'static str| {
        Signal::derive(move || (if about.get() == Asked::Renew { renew } else { disable }).to_owned())
    };
    view! {
        <Confirm
            open=Signal::derive(move || asked.with(Option::is_some))
            title=words("Renew the invite link?", "Disable the invite link?")
            text=words(
                "The earlier link and its QR code stop working at once. Whoever has joined by it stays.",
                "The link and its QR code stop working at once. Whoever has joined by it stays, and goes on requesting.",
            )
            button=words("Renew link", "Disable link")
            danger=true
            busy=task.busy
            error=task.error
            on_close=move |()| asked.set(None)
            on_confirm=move |()| match about.get_untracked() {
                Asked::Renew => make.run(()),
                Asked::Disable => disable.run(()),
            }
        />
    }
    .into_any()
}
