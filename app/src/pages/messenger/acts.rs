//! What can be done with the conversation that is open, besides writing: close it, opt out, call the admins.

use handoff_core::ConversationId;
use handoff_core::naming::isolated;
use handoff_core::permission::Act;
use handoff_core::status::Status;
use handoff_server::api::conversations::{end_escalation, escalate, reopen, resolve};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::desk::Desk;
use super::opting::{Fault, OptForm};
use super::reassign::ReassignOne;
use super::times::sentence;
use crate::state::session::session;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Dialog, DialogActions, Field, Kind};

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
            let escalated = state.get_untracked().is_some_and(|state| state.escalated);
            doing.run(move || resolve(id), move |_| if escalated { desk.after_dealing(id) } else { desk.correct() });
        }
    };
    let open_again = move |()| {
        if let Some(id) = talk.id.get_untracked() {
            doing.run(move || reopen(id), move |_| desk.correct());
        }
    };
    let take_up = move |()| {
        if let Some(id) = talk.id.get_untracked() {
            let name = talk.name.get_untracked();
            doing.run(
                move || end_escalation(id),
                move |_| {
                    messages.say(format!("{}: the escalation is ended.", isolated(&name)));
                    desk.after_dealing(id);
                },
            );
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
            Some(Asking::OptIn) => format!("Opt {} in", isolated(&name)),
            Some(Asking::Escalate) => format!("Escalate the conversation with {}", isolated(&name)),
            Some(Asking::OptOut) | None => format!("Opt {} out", isolated(&name)),
        }
    });
    let open = Signal::derive(move || asking.get().is_some());
    let close = Callback::new(move |()| asking.set(None));
    let body = move || match (asking.get(), talk.id.get_untracked()) {
        (Some(Asking::Escalate), Some(id)) => view! { <EscalateForm desk id close /> }.into_any(),
        (Some(what), Some(id)) => {
            let out = what == Asking::OptOut;
            let is_so = move || talk.thread.with(|thread| thread.as_ref().is_some_and(|it| it.state.opted_out == out));
            let already = Signal::derive(is_so);
            view! { <OptForm id out close already done=move |()| desk.correct() /> }.into_any()
        }
        _ => ().into_any(),
    };
    view! { <Dialog open title on_close=close>{body}</Dialog> }
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
