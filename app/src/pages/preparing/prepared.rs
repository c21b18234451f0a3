//! A title and a text with placeholders: the fields that recommended replies and follow-ups have in common.

use handoff_core::reply::{PreparedError, RecommendedReply};
use leptos::prelude::*;

use super::text::MessageText;
use crate::state::task::Task;
use crate::ui::{TextField, field_error};

/// A title and a text as they are typed.
#[derive(Clone, Copy)]
pub struct Prepared {
    /// The title.
    pub title: RwSignal<String>,
    /// The text.
    pub text: RwSignal<String>,
    fields: Signal<Vec<String>>,
    /// Whether somebody has tried to save it: before, nobody is corrected.
    tried: RwSignal<bool>,
}

impl Prepared {
    /// What was typed, for contacts with these custom fields.
    pub fn new(title: String, text: String, fields: Signal<Vec<String>>) -> Self {
        let tried = RwSignal::new(false);
        Self { title: RwSignal::new(title), text: RwSignal::new(text), fields, tried }
    }

    /// Checks it as the server does. What is wrong is said beside the field.
    pub fn check(self) -> bool {
        self.tried.set(true);
        self.fault().is_none()
    }

    /// Which field is wrong, and why.
    fn fault(self) -> Option<(&'static str, String)> {
        let parsed = RecommendedReply::new(&self.title.get(), &self.text.get(), &self.fields.get());
        parsed.err().map(|error| {
            let field = if matches!(error, PreparedError::Title(_)) { "title" } else { "text" };
            (field, error.to_string())
        })
    }

    fn error(self, field: &'static str, task: Task) -> Signal<Option<String>> {
        let answered = field_error(task.error, field);
        Signal::derive(move || {
            let fault = if self.tried.get() { self.fault() } else { None };
            fault.filter(|(wrong, _)| *wrong == field).map(|(_, sentence)| sentence).or_else(|| answered.get())
        })
    }
}

/// The fields of a title and a text.
#[component]
pub fn PreparedFields(
    /// What is typed.
    prepared: Prepared,
    /// What saves it.
    task: Task,
    /// What helps to write the title.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <TextField
            label="Title"
            hint
            value=prepared.title
            error=prepared.error("title", task)
            required=true
            autofocus=true
        />
        <MessageText label="Text" text=prepared.text fields=prepared.fields error=prepared.error("text", task) rows=4 />
    }
    .into_any()
}
