//! The dialog that corrects what is known of the contact.

use std::collections::BTreeMap;

use handoff_core::ConversationId;
use handoff_core::contact::correction::Correction;
use handoff_core::permission::{Act, Held};
use handoff_server::api::conversations::correct_contact;
use handoff_server::model::ApiError;
use handoff_server::model::messenger::{Messenger, Thread};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::desk::Desk;
use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{Button, Dialog, DialogActions, ErrorNote, Kind, TextField, field_error};

/// The button beside what is known of the contact, and its dialog.
#[component]
pub fn Correct(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let session = session();
    let open = RwSignal::new(false);
    // Who opens the conversation of somebody else is an admin, and an admin may correct any.
    let may = session.may(Act::CorrectName(Held::Own));
    let form = move || {
        let thread = desk.talk.thread.get_untracked()?;
        let known = messenger.with_untracked(|messenger| messenger.custom_fields.clone());
        let fields = if session.may(Act::CorrectFields) { known } else { Vec::new() };
        Some(view! { <Form desk thread fields open /> })
    };
    view! {
        <Show when=move || may>
            <Button kind=Kind::Quiet on_press=move |()| open.set(true)>"Correct…"</Button>
        </Show>
        <Dialog open title="Correct the contact" on_close=move |()| open.set(false)>
            {move || open.get().then(form)}
        </Dialog>
    }
    .into_any()
}

/// What is typed into a field of its own.
type Typed = Vec<(String, RwSignal<String>)>;

fn typed(thread: &Thread, fields: Vec<String>) -> Typed {
    let value = |name: &str| thread.fields.get(name).cloned().unwrap_or_default();
    fields.into_iter().map(|name| (name.clone(), RwSignal::new(value(&name)))).collect()
}

#[component]
fn Form(desk: Desk, thread: Thread, fields: Vec<String>, open: RwSignal<bool>) -> impl IntoView {
    let id: ConversationId = thread.id;
    let task = Task::new();
    let (first_name, last_name) = (RwSignal::new(thread.first_name.clone()), RwSignal::new(thread.last_name.clone()));
    let typed = typed(&thread, fields);
    let values = typed.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let value = |(name, value): &(String, RwSignal<String>)| (name.clone(), value.get_untracked());
        let fields: BTreeMap<String, String> = values.iter().map(value).collect();
        let correction = Correction {
            first_name: first_name.get_untracked(),
            last_name: last_name.get_untracked(),
            fields: (!values.is_empty()).then_some(fields),
        };
        task.run(
            move || correct_contact(id, correction.clone()),
            move |()| {
                open.set(false);
                desk.correct();
            },
        );
    };
    let names: Vec<String> = typed.iter().map(|(name, _)| name.clone()).collect();
    // What is wrong with a field stands beside it.
    let elsewhere = Signal::derive(move || {
        let beside = |error: &ApiError| matches!(error, ApiError::Invalid { field, .. } if names.contains(field));
        task.error.get().filter(|error| !beside(error))
    });
    let rows = typed
        .into_iter()
        .map(|(name, value)| {
            let label = name.replace('_', " ");
            view! { <TextField label value error=field_error(task.error, name) /> }
        })
        .collect_view();
    view! {
        <form class="form" on:submit=submit>
            <TextField
                label="First name"
                value=first_name
                error=field_error(task.error, "first_name")
                autofocus=true
            />
            <TextField label="Last name" value=last_name error=field_error(task.error, "last_name") />
            {rows}
            <ErrorNote error=elsewhere fields=&["first_name", "last_name"] />
            <DialogActions>
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>"Save"</Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
