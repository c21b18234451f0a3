//! Opting a number out, and in again, from its page.

use handoff_core::contact::Phone;
use handoff_server::api::inbound::{opt_in_number, opt_out_number};
use handoff_server::model::inbound::NumberPage;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::words::confirming;
use crate::pages::messenger::opting::{OptForm, consequence, outcome};
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Dialog, DialogActions, ErrorNote, Kind};

/// The button that opts a number out, or in again, and the question before it.
#[component]
pub fn OptNumber(phone: Phone, query: Query<NumberPage>, page: Signal<NumberPage>) -> impl IntoView {
    let out = Memo::new(move |_| page.with(|page| page.opted_out_at.is_some()));
    // What is asked, as it was when the button was pressed: nothing changes under the person's hands.
    let asking = RwSignal::new(None::<bool>);
    let words = |out: bool| if out { "Opt out" } else { "Opt in" };
    let title = Signal::derive(move || format!("{} {}", words(asking.get().unwrap_or_default()), phone.readable()));
    let close = Callback::new(move |()| asking.set(None));
    let done = move |()| query.refetch();
    let body = move || {
        let out = asking.get()?;
        let from = page.with_untracked(|page| confirming(page).map(|one| (one.id, one.campaign_name.clone())));
        Some(match from {
            Some((id, campaign)) => {
                let hint = format!("It is sent in the conversation of “{campaign}”.");
                view! { <OptForm id out close done hint /> }.into_any()
            }
            None => view! { <OptNobodys phone out close done /> }.into_any(),
        })
    };
    view! {
        <Button on_press=move |()| asking.set(Some(!out.get_untracked()))>{move || words(!out.get())}</Button>
        <Dialog open=Signal::derive(move || asking.get().is_some()) title on_close=close>{body}</Dialog>
    }
    .into_any()
}

/// Asks before a number is opted out, or in again, that no conversation has: no message can be sent to it.
#[component]
fn OptNobodys(phone: Phone, out: bool, close: Callback<()>, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let (messages, task) = (toasts(), Task::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let ask = move || async move { if out { opt_out_number(phone).await } else { opt_in_number(phone).await } };
        task.run(ask, move |()| {
            close.run(());
            messages.say(outcome(out));
            done.run(());
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p>{consequence(out)}</p>
            <p class="quiet">"No conversation has this number, so no confirming message is sent."</p>
            <ErrorNote error=task.error />
            <DialogActions>
                <Button on_press=close>"Cancel"</Button>
                <Button kind=if out { Kind::Danger } else { Kind::Primary } submit=true busy=task.busy>
                    {if out { "Opt out" } else { "Opt in" }}
                </Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
