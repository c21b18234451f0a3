//! A list that an admin writes: adding to it below, editing in the place of a row, deleting after a question.

use std::future::Future;

use handoff_core::naming::isolated;
use handoff_server::model::ApiError;
use leptos::prelude::*;

use super::{focus_on_add, focus_on_edit, new_id};
use crate::state::draft;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, EmptyState, Kind};

/// The id of what is being written for the first time. It is kept under a name, so that a reload loses nothing.
pub fn kept_adding(name: String) -> RwSignal<Option<i64>> {
    let adding = RwSignal::new(draft::kept::<i64>(&name));
    Effect::new(move |_| match adding.get() {
        Some(id) => draft::keep(&name, &id),
        None => draft::forget(&name),
    });
    adding
}

/// Makes the form for an id, and is told when it is done.
pub type Form = Callback<(i64, Callback<()>), AnyView>;

/// The form for something new, or else the button that opens it.
#[component]
pub fn Adding(
    /// The id of what is being written.
    adding: RwSignal<Option<i64>>,
    /// Whether there is anything in the list.
    some: Memo<bool>,
    /// What the form is for.
    label: &'static str,
    /// What the button says.
    button: &'static str,
    /// What is said of an empty list.
    empty: &'static str,
    /// What to write into it.
    hint: &'static str,
    /// The form.
    form: Form,
) -> impl IntoView {
    let add = move || {
        view! {
            <div class="add">
                <Button kind=Kind::Primary on_press=move |()| adding.set(Some(new_id()))>{button}</Button>
            </div>
        }
        .into_any()
    };
    (move || match adding.get() {
        Some(id) => {
            let done = Callback::new(move |()| {
                adding.set(None);
                focus_on_add();
            });
            view! { <section class="panel adding" aria-label=label>{form.run((id, done))}</section> }.into_any()
        }
        None if some.get() => add(),
        None => view! { <EmptyState title=empty><p>{hint}</p>{add()}</EmptyState> }.into_any(),
    })
    .into_any()
}

/// A row, or in its place the form that changes it.
#[component]
pub fn Editable(
    /// The id of the row.
    id: i64,
    /// Whether it is being changed.
    editing: RwSignal<bool>,
    /// The form.
    form: Form,
    /// The row.
    shown: Callback<(), AnyView>,
) -> impl IntoView {
    let closed = Callback::new(move |()| {
        editing.set(false);
        focus_on_edit(id);
    });
    (move || if editing.get() { form.run((id, closed)) } else { shown.run(()) }).into_any()
}

/// The buttons that change and delete a row.
#[component]
pub fn EditButtons(
    /// What stands in the row.
    #[prop(into)]
    name: Signal<String>,
    /// Whether it is being changed.
    editing: RwSignal<bool>,
    /// Asks whether to delete it.
    #[prop(into)]
    on_delete: Callback<()>,
) -> impl IntoView {
    let label = move |verb: &'static str| Signal::derive(move || format!("{verb} {}", isolated(&name.get())));
    view! {
        <span class="edit">
            <Button kind=Kind::Quiet label=label("Edit") on_press=move |()| editing.set(true)>"Edit"</Button>
        </span>
        <Button kind=Kind::Quiet label=label("Delete") on_press=on_delete>"Delete"</Button>
    }
    .into_any()
}

/// Asks whether to delete something, and does.
#[component]
pub fn DeleteDialog<T, Words, Delete, Answer, Deleted>(
    /// What would be deleted.
    deleting: RwSignal<Option<T>>,
    /// What it is, as in "Delete this reply?".
    noun: &'static str,
    /// What follows from it.
    words: Words,
    /// Deletes it on the server.
    delete: Delete,
    /// Takes it from the page. Answers what it was called.
    deleted: Deleted,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    Words: Fn(&T) -> String + Send + Sync + 'static,
    Delete: Fn(&T) -> Answer + Copy + Send + Sync + 'static,
    Answer: Future<Output = Result<(), ApiError>> + 'static,
    Deleted: Fn(&T) -> String + Copy + Send + Sync + 'static,
{
    let (toasts, task) = (toasts(), Task::new());
    // The words stay while the dialog closes.
    let words = Memo::new(move |before: Option<&String>| {
        let words = deleting.with(|one| one.as_ref().map(&words));
        words.or_else(|| before.cloned()).unwrap_or_default()
    });
    let confirm = Callback::new(move |()| {
        let Some(one) = deleting.get_untracked() else { return };
        let asked = one.clone();
        task.run(
            move || delete(&asked),
            move |()| {
                deleting.set(None);
                toasts.say(format!("{}{} deleted: {}", noun[..1].to_uppercase(), &noun[1..], isolated(&deleted(&one))));
                focus_on_add();
            },
        );
    });
    view! {
        <Confirm
            open=Signal::derive(move || deleting.with(Option::is_some))
            title=format!("Delete this {noun}?")
            text=words
            button=format!("Delete {noun}")
            danger=true
            busy=task.busy
            error=task.error
            on_close=move |()| deleting.set(None)
            on_confirm=confirm
        />
    }
    .into_any()
}
