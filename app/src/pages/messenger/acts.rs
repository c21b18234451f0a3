//! What can be done with the conversation that is open, besides writing: close it, opt out, call the admins.

use handoff_core::permission::Act;
use handoff_core::status::Status;
use handoff_core::{ConversationId, MessageId};
use handoff_server::api::ApiError;
use handoff_server::api::conversations::{Confirmation, end_escalation, escalate, opt_in, opt_out, reopen, resolve};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::desk::Desk;
use super::reassign::ReassignOne;
use super::times::sentence;
use crate::pages::overview::commit::new_operation;
use crate::state::session::session;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Checkbox, Dialog, DialogActions, Field, Kind};

/// What a confirmation says, unless the person writes something else.
const OUT: &str = "You are opted out and will get no more messages from us. Reply START to opt in again.";
const IN: &str = "You are opted in again. Reply STOP at any time to opt out.";

/// An act that is being asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    OptOut,
    OptIn,
    Escalate,
}

/// The buttons of the conversation that is open.
#[component]
pub fn Acts(desk: Desk) -> impl IntoView {
    let talk = desk.talk;
    let messages = toasts();
    let admin = session().may(Act::ViewAs);
    let state = Memo::new(move |_| talk.thread.with(|thread| thread.as_ref().map(|thread| thread.state)));
    let doing = Task::new();
    Effect::new(move |_| {
        if let Some(error) = doing.error.get() {
            messages.say(sentence(&error));
            desk.correct();
        }
    });
    let close = move |()| {
        if let Some(id) = talk.id.get_untracked() {
            doing.run(move || resolve(id), move |_| desk.correct());
        }
    };
    let open_again = move |()| {
        if let Some(id) = talk.id.get_untracked() {
            doing.run(move || reopen(id), move |_| desk.correct());
        }
    };
    let take_up = move |()| {
        if let Some(id) = talk.id.get_untracked() {
            doing.run(move || end_escalation(id), move |_| desk.correct());
        }
    };
    let is = move |wanted: fn(Status) -> bool| state.get().is_some_and(|state| wanted(state.status));
    let resolvable = move || is(|status| matches!(status, Status::NeedsReply | Status::Replied | Status::Waiting));
    let resolved = move || is(|status| status == Status::Resolved);
    let opted_out = move || state.get().is_some_and(|state| state.opted_out);
    let escalated = move || state.get().is_some_and(|state| state.escalated);
    let may_escalate = move || !admin && state.get().is_some_and(|state| !state.escalated) && !resolved();
    let asking = RwSignal::new(None::<Asking>);
    Effect::new(move |_| {
        talk.id.track();
        asking.set(None);
    });
    let ask = move |what: Asking| move |()| asking.set(Some(what));
    view! {
        <div class="thread-acts">
            <Show when=move || state.get().is_some()>
                <Show when=move || admin>
                    <ReassignOne desk />
                </Show>
                <Show when=move || admin && escalated()>
                    <Button busy=doing.busy on_press=take_up>"End escalation"</Button>
                </Show>
                <Show when=resolvable>
                    <Button busy=doing.busy on_press=close>"Resolve"</Button>
                </Show>
                <Show when=resolved>
                    <Button busy=doing.busy on_press=open_again>"Reopen"</Button>
                </Show>
                <Show when=may_escalate>
                    <Button on_press=ask(Asking::Escalate)>"Escalate"</Button>
                </Show>
                <Show
                    when=opted_out
                    fallback=move || view! { <Button kind=Kind::Danger on_press=ask(Asking::OptOut)>"Opt out"</Button> }
                >
                    <Button on_press=ask(Asking::OptIn)>"Opt in"</Button>
                </Show>
            </Show>
        </div>
        <AskDialog desk asking />
    }
    .into_any()
}

#[component]
fn AskDialog(desk: Desk, asking: RwSignal<Option<Asking>>) -> impl IntoView {
    let talk = desk.talk;
    let title = Signal::derive(move || {
        let name = talk.name.get();
        match asking.get() {
            Some(Asking::OptIn) => format!("Opt {name} in"),
            Some(Asking::Escalate) => format!("Escalate the conversation with {name}"),
            Some(Asking::OptOut) | None => format!("Opt {name} out"),
        }
    });
    let open = Signal::derive(move || asking.get().is_some());
    let close = Callback::new(move |()| asking.set(None));
    let body = move || match (asking.get(), talk.id.get_untracked()) {
        (Some(Asking::Escalate), Some(id)) => view! { <EscalateForm desk id close /> }.into_any(),
        (Some(what), Some(id)) => view! { <OptForm desk id out=what == Asking::OptOut close /> }.into_any(),
        _ => ().into_any(),
    };
    view! { <Dialog open title on_close=close>{body}</Dialog> }
}

/// A new id for a message.
fn new_message() -> Option<MessageId> {
    new_operation().map(|operation| MessageId(operation.get()))
}

/// The error as it stands in a form, with its point in time.
#[component]
fn Fault(error: RwSignal<Option<ApiError>>) -> impl IntoView {
    let words = move || error.get().as_ref().map(sentence);
    view! { <div class="error-note" role="alert">{move || words().map(|words| view! { <p>{words}</p> })}</div> }
}

#[component]
fn OptForm(desk: Desk, id: ConversationId, out: bool, close: Callback<()>) -> impl IntoView {
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
            messages.say(if out { "Opted out. Nothing more is sent to this contact." } else { "Opted in again." });
            desk.correct();
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <p>
                {if out {
                    "They get no more messages from this organization, in any campaign."
                } else {
                    "They can be written to again, in every campaign. Do it only if they ask for it."
                }}
            </p>
            <Checkbox label="Send a confirming message" checked=confirms />
            <Show when=move || confirms.get()>
                <Field label="Confirming message" let:ids>
                    <textarea
                        class="input"
                        id=ids.control
                        rows="3"
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

#[component]
fn EscalateForm(desk: Desk, id: ConversationId, close: Callback<()>) -> impl IntoView {
    let messages = toasts();
    let task = Task::new();
    let note = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let note = note.get_untracked();
        task.run(
            move || escalate(id, note.clone()),
            move |_| {
                close.run(());
                messages.say("Escalated: the admins take care of it.");
                desk.after_leaving(id);
            },
        );
    };
    view! {
        <form class="form" on:submit=submit>
            <p>"It leaves your list, and the admins see it with your note."</p>
            <Field label="Note to the admins" let:ids>
                <textarea
                    class="input"
                    id=ids.control
                    rows="4"
                    prop:value=move || note.get()
                    on:input=move |event| note.set(event_target_value(&event))
                ></textarea>
            </Field>
            <Fault error=task.error />
            <DialogActions>
                <Button on_press=close>"Cancel"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>"Escalate"</Button>
            </DialogActions>
        </form>
    }
}
