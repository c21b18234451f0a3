//! Opting a contact out, and in again, with a word of confirmation: in the messenger, and on the page of a number.

use handoff_core::{ConversationId, MessageId};
use handoff_server::api::conversations::{opt_in, opt_out};
use handoff_server::model::ApiError;
use handoff_server::model::conversation::Confirmation;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::times::sentence;
use crate::state::commit::new_operation;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Checkbox, DialogActions, Field, Kind};

/// What a confirmation says, unless the person writes something else.
const OUT: &str = "You are opted out and will get no more messages from us. Reply START to opt in again.";
const IN: &str = "You are opted in again. Reply STOP at any time to opt out.";

/// What follows from opting out, or in again.
pub const fn consequence(out: bool) -> &'static str {
    if out {
        "They get no more messages from this organization, in any campaign."
    } else {
        "They can be written to again, in every campaign. Do it only if they ask for it."
    }
}

/// What is said once it is done.
pub const fn outcome(out: bool) -> &'static str {
    if out { "Opted out. Nothing more is sent to this contact." } else { "Opted in again." }
}

/// What is said in the open dialog once it is so without it.
const fn meanwhile(out: bool) -> &'static str {
    if out {
        "They have opted out meanwhile. Nothing is sent to them, no confirming message either."
    } else {
        "They are opted in already. No confirming message is sent."
    }
}

/// A new id for a message.
fn new_message() -> Option<MessageId> {
    new_operation().map(|operation| MessageId(operation.get()))
}

/// The error as it stands in a form, with its point in time.
#[component]
pub fn Fault(error: RwSignal<Option<ApiError>>) -> impl IntoView {
    let words = move || error.get().as_ref().map(sentence);
    view! { <div class="error-note" role="alert">{move || words().map(|words| view! { <p>{words}</p> })}</div> }
}

/// Asks before a contact is opted out, or in again, and for the confirming message.
#[component]
pub fn OptForm(
    /// The conversation in which the confirming message is sent.
    id: ConversationId,
    /// Whether it is out, or in again.
    out: bool,
    /// Closes the dialog around it.
    close: Callback<()>,
    /// Takes note that it is done.
    #[prop(into)]
    done: Callback<()>,
    /// What stands below the confirming message.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// Whether it has become so meanwhile, by a word of the contact perhaps: then nothing is left to do.
    #[prop(default = Signal::stored(false))]
    already: Signal<bool>,
) -> impl IntoView {
    let messages = toasts();
    let task = Task::new();
    let confirms = RwSignal::new(true);
    let text = RwSignal::new(if out { OUT } else { IN }.to_owned());
    let message = new_message();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let confirmation = move || {
            let message = message.filter(|_| confirms.get_untracked())?;
            Some(Confirmation { message, text: text.get_untracked() })
        };
        let ask = move || {
            let confirmation = confirmation();
            async move { if out { opt_out(id, confirmation).await } else { opt_in(id, confirmation).await } }
        };
        task.run(ask, move |_| {
            close.run(());
            messages.say(outcome(out));
            done.run(());
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p>{consequence(out)}</p>
            <p class="strong" role="status">{move || already.get().then(|| meanwhile(out))}</p>
            <Checkbox label="Send a confirming message" checked=confirms />
            <Show when=move || confirms.get() && !already.get()>
                <Field label="Confirming message" hint let:ids>
                    <textarea
                        class="input"
                        id=ids.control
                        rows="3"
                        aria-describedby=ids.described_by
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    ></textarea>
                </Field>
            </Show>
            <Fault error=task.error />
            <DialogActions>
                <Button on_press=close>"Cancel"</Button>
                <Button kind=if out { Kind::Danger } else { Kind::Primary } submit=true busy=task.busy>
                    {if out { "Opt out" } else { "Opt in" }}
                </Button>
            </DialogActions>
        </form>
    }
}
