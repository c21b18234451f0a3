//! Sending what is prepared to many with one click, if the organization allows it: one message after the other, each an
//! act of its own, until all are sent, one is refused, or somebody stops it.

use handoff_core::MessageId;
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::permission::{Act, Held, Setting};
use handoff_server::api::conversations::send_message;
use handoff_server::api::messenger::{read_list, read_thread};
use handoff_server::model::ApiError;
use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use super::times::sentence;
use crate::state::commit::new_operation;
use crate::state::session::{call, session};
use crate::state::wait::wait;
use crate::ui::{Button, Dialog, DialogActions, Kind as Weight, ProgressBar, counted, number};

/// How far it has come.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// It is asked whether it is meant.
    Asking,
    /// It goes on.
    Sending,
    /// It has ended, and why, if not because everything is sent.
    Over(Option<String>),
}

/// So many attempts are made to reach the server, two seconds apart, before it is left.
const ATTEMPTS: u32 = 5;

/// The button that sends all, and its dialog.
#[component]
pub fn SendAll(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let tab = Memo::new(move |_| desk.tab());
    let count = Memo::new(move |_| messenger.with(|messenger| messenger.tabs.of(tab.get())));
    let me = session();
    let may = Memo::new(move |_| {
        let setting: Setting = messenger.with(|messenger| messenger.send_all);
        me.may(Act::SendAll(Held::Own, setting)) && tab.get().leaves_when_sent() && count.get() > 1
    });
    let open = RwSignal::new(false);
    view! {
        <Show when=move || may.get()>
            <div class="inbox-all">
                <Button on_press=move |()| open.set(true)>{move || format!("Send all {}", number(count.get()))}</Button>
            </div>
        </Show>
        <Dialog
            open
            title=Signal::derive(move || match tab.get() {
                Tab::FollowUps => "Send all follow-ups".to_owned(),
                _ => "Send all initial messages".to_owned(),
            })
            on_close=move |()| open.set(false)
        >
            <Run desk tab=tab.get_untracked() all=count.get_untracked() open />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Run(desk: Desk, tab: Tab, all: u32, open: RwSignal<bool>) -> impl IntoView {
    let stage = RwSignal::new(Stage::Asking);
    let sent = RwSignal::new(0_u32);
    let whose = desk.place.whose.get_untracked();
    // Closing the dialog stops it: the page of a dialog that is gone answers nothing.
    let goes_on = move || stage.try_with_untracked(|stage| *stage == Stage::Sending) == Some(true);
    let start = move |()| {
        stage.set(Stage::Sending);
        spawn_local(async move {
            let end = run(desk, whose, tab, goes_on, sent).await;
            if goes_on() {
                stage.set(Stage::Over(end.err().as_ref().map(sentence)));
            }
            // The page may be gone. What is on its way to the list is older than what was sent.
            if desk.list.begin_again() {
                desk.correct();
            }
        });
    };
    let words = move || counted(all, "message", "messages");
    view! {
        {move || match stage.get() {
            Stage::Asking => view! {
                <p>
                    {format!("{} go out at once, one after the other, without anybody reading them again. ", words())}
                    "Check the text first. You can stop, but what is sent is sent."
                </p>
                <DialogActions>
                    <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                    <Button kind=Weight::Primary on_press=start>{format!("Send {}", words())}</Button>
                </DialogActions>
            }
            .into_any(),
            Stage::Sending => view! {
                <p role="status">{move || format!("{} of {} sent", number(sent.get()), number(all))}</p>
                <ProgressBar value=sent max=Signal::stored(all) label="Sent" />
                <DialogActions>
                    <Button kind=Weight::Danger on_press=move |()| stage.set(Stage::Over(Some("Stopped.".to_owned())))>"Stop"</Button>
                </DialogActions>
            }
            .into_any(),
            Stage::Over(why) => view! {
                <p role="status">
                    {format!("{} of {} sent. ", number(sent.get_untracked()), number(all))}
                    {why}
                </p>
                <DialogActions>
                    <Button kind=Weight::Primary on_press=move |()| open.set(false)>"Close"</Button>
                </DialogActions>
            }
            .into_any(),
        }}
    }
}

/// Sends what is prepared in a list, page by page, for as long as it goes on.
async fn run(
    desk: Desk,
    whose: Whose,
    tab: Tab,
    goes_on: impl Fn() -> bool,
    sent: RwSignal<u32>,
) -> Result<(), ApiError> {
    let campaign = desk.campaign;
    let mut after = None;
    loop {
        let from = after.clone();
        let page = call(move || read_list(campaign, whose, tab, Sort::NeedsReply, String::new(), from.clone())).await?;
        for entry in &page.rows {
            if !goes_on() {
                return Ok(());
            }
            let id = entry.id;
            let next = match tab {
                Tab::FollowUps => call(move || read_thread(id)).await?.next,
                _ => {
                    handoff_server::model::messenger::Next { kind: Kind::Initial, follow_up: None, text: String::new() }
                }
            };
            let message = new_operation().map(|operation| MessageId(operation.get())).ok_or(ApiError::Broken)?;
            match patiently(move || send_message(id, message, next.kind, next.follow_up, None, true)).await {
                Ok(_) => {
                    sent.try_update(|sent| *sent += 1);
                }
                // It was moved, opted out or sent meanwhile: the others go on.
                Err(error) if is_of_one(&error) => {}
                Err(error) => return Err(error),
            }
            desk.list.left(id);
        }
        match page.rows.last() {
            Some(last) if page.more => after = Some(last.clone()),
            _ => return Ok(()),
        }
    }
}

/// Whether an error is about one conversation, and the next may be sent all the same.
const fn is_of_one(error: &ApiError) -> bool {
    use handoff_core::sending::SendError;
    matches!(
        error,
        ApiError::NotFound(_)
            | ApiError::Conversation(_)
            | ApiError::Sending(
                SendError::Reassigned { .. }
                    | SendError::Unassigned { .. }
                    | SendError::Escalated { .. }
                    | SendError::Free
                    | SendError::OptedOut
                    | SendError::Started
                    | SendError::NotStarted
                    | SendError::FollowUp(_)
            )
    )
}

/// Calls the server under the same id until it can be reached, a few times.
async fn patiently<T, F: Future<Output = Result<T, ApiError>>>(ask: impl Fn() -> F) -> Result<T, ApiError> {
    let mut attempts = 1;
    loop {
        match call(&ask).await {
            Err(error) if error.is_lost() && attempts < ATTEMPTS => {
                attempts += 1;
                wait(2_000).await;
            }
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::campaign::CampaignStatus;
    use handoff_core::sending::SendError;

    #[test]
    fn what_stands_against_one_does_not_stop_the_others() {
        assert!(is_of_one(&ApiError::Sending(SendError::OptedOut)));
        assert!(is_of_one(&ApiError::Sending(SendError::Reassigned { to: "Abby".to_owned(), at: None })));
        assert!(!is_of_one(&ApiError::Sending(SendError::Campaign(CampaignStatus::Paused))));
        assert!(!is_of_one(&ApiError::Unreachable));
    }
}
