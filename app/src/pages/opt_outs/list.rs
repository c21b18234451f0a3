//! The numbers that have opted out, page by page, each with the way in again.

use handoff_server::api::inbound::opt_in_number;
use handoff_server::model::opt_out::{OptOutPage, OptOutRow};
use leptos::prelude::*;

use crate::pages::messenger::opting::consequence;
use crate::pages::numbers::number_href;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, EmptyState, Kind, Load, Time};

/// The list, with what is asked before a number opts in again.
#[component]
pub fn List(query: Query<OptOutPage>, search: Signal<String>, count: RwSignal<u32>) -> impl IntoView {
    let (messages, task) = (toasts(), Task::new());
    let asked = RwSignal::new(None::<OptOutRow>);
    let opt_in = move |()| {
        let Some(OptOutRow { phone, .. }) = asked.get_untracked() else { return };
        task.run(
            move || opt_in_number(phone),
            move |()| {
                asked.set(None);
                messages.say(format!("{} is opted in again.", phone.readable()));
                query.refetch();
            },
        );
    };
    // The words stay while the dialog closes.
    let about = Memo::new(move |before: Option<&String>| {
        let now = asked.with(|row| row.as_ref().map(|row| row.phone.readable()));
        now.or_else(|| before.cloned()).unwrap_or_default()
    });
    let ask = Callback::new(move |row: OptOutRow| {
        task.error.set(None);
        asked.set(Some(row));
    });
    view! {
        <Load query let:page>
            <Show
                when=move || page.with(|page| !page.rows.is_empty())
                fallback=move || view! { <Nobody search /> }
            >
                <div class="table-frame">
                    <table class="table opt-outs">
                        <thead>
                            <tr>
                                <th scope="col">"Number"</th>
                                <th scope="col">"Opted out"</th>
                                <th scope="col">"By"</th>
                                <th scope="col"><span class="visually-hidden">"Act"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || page.with(|page| page.rows.clone()) key=|row| (row.phone, row.at) let:row>
                                <Row row ask />
                            </For>
                        </tbody>
                    </table>
                </div>
                <div class="numbers-older">
                    <Show
                        when=move || page.with(|page| page.next.is_some())
                        fallback=|| view! { <p class="small quiet">"That is all."</p> }
                    >
                        <Button busy=query.loading on_press=move |()| count.update(|count| *count += 1)>"Show more"</Button>
                    </Show>
                </div>
            </Show>
        </Load>
        <Confirm
            open=Signal::derive(move || asked.with(Option::is_some))
            title=Signal::derive(move || format!("Opt in {} again?", about.get()))
            text=Signal::stored(consequence(false).to_owned())
            button=Signal::stored("Opt in".to_owned())
            busy=task.busy
            error=task.error
            on_close=move |()| asked.set(None)
            on_confirm=opt_in
        />
    }
    .into_any()
}

#[component]
fn Nobody(search: Signal<String>) -> impl IntoView {
    move || {
        if search.with(String::is_empty) {
            view! {
                <EmptyState title="Nobody has opted out.">
                    <p>"Numbers that reply STOP, that somebody opts out, or that come with a list stand here."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState title="No number that has opted out begins like this.">
                    <p>"Write it from its beginning: the area code, or + and the country’s calling code."</p>
                </EmptyState>
            }
            .into_any()
        }
    }
}

#[component]
fn Row(row: OptOutRow, ask: Callback<OptOutRow>) -> impl IntoView {
    let OptOutRow { phone, at, by } = row.clone();
    let by = match by {
        Some(name) => view! { <bdi>{name}</bdi> }.into_any(),
        None => view! { <span class="quiet">"A message of theirs, or the carrier"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=number_href(phone)>{phone.readable()}</a></th>
            <td data-label="Opted out"><Time at=Signal::stored(at) /></td>
            <td data-label="By">{by}</td>
            <td class="action">
                <Button
                    kind=Kind::Quiet
                    label=format!("Opt in {}", phone.readable())
                    on_press=move |()| ask.run(row.clone())
                >
                    "Opt in"
                </Button>
            </td>
        </tr>
    }
    .into_any()
}
