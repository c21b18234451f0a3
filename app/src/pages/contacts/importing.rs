//! An import as the steps of the page share it, and how far it is.

use handoff_core::ImportId;
use handoff_core::contact::Column;
use handoff_server::model::import::{Choices, ReadAs};
use leptos::prelude::*;

/// The import that this page is about.
#[derive(Clone, Copy)]
pub(super) struct Importing {
    pub(super) id: ImportId,
    /// How the file is read.
    pub(super) read_as: RwSignal<ReadAs>,
    /// What each column is read as.
    pub(super) columns: RwSignal<Vec<Column>>,
    /// Whether those are imported too who have not agreed to be texted.
    pub(super) despite_consent: RwSignal<bool>,
    /// Goes to a step: `map`, `check`, or `run`.
    pub(super) go: Callback<String>,
    /// Starts over with another file.
    pub(super) restart: Callback<()>,
}

impl Importing {
    pub(super) fn kept_as(id: ImportId) -> String {
        format!("choices-{id}")
    }

    pub(super) fn choices(&self) -> Choices {
        let (columns, read_as) = (self.columns.get(), self.read_as.get());
        Choices { columns, read_as, despite_consent: self.despite_consent.get() }
    }
}

/// Where one is: the steps of the wizard, the current one marked.
#[component]
pub(super) fn Steps(
    /// The current one, from 0.
    at: usize,
) -> impl IntoView {
    let step = move |(place, words): (usize, &'static str)| {
        view! {
            <li class:done={place < at} aria-current=(place == at).then_some("step")>
                <span class="step-number" aria-hidden="true">{if place < at { "✓".to_owned() } else { (place + 1).to_string() }}</span>
                {words}
            </li>
        }
    };
    let steps =
        ["Choose a file", "Match its columns", "Check", "Import"].into_iter().enumerate().map(step).collect_view();
    view! { <ol class="steps" aria-label="Steps">{steps}</ol> }.into_any()
}
