//! Checkboxes and radio buttons.

use leptos::prelude::*;

use super::next_id;

/// A checkbox with its words.
#[component]
pub fn Checkbox(
    /// Its words.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is checked.
    checked: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" bind:checked=checked />
            <span class="choice-label">{move || label.get()}</span>
        </label>
    }
    .into_any()
}

/// An answer of a radio group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// Its words.
    pub label: String,
    /// A number or a few words beside it.
    pub note: String,
}

impl<T> Answer<T> {
    /// An answer with its words, and a note that may be empty.
    pub fn new(value: T, label: impl Into<String>, note: impl Into<String>) -> Self {
        Self { value, label: label.into(), note: note.into() }
    }
}

/// One of a few answers, all visible. `segmented` puts them side by side as one bar.
#[component]
pub fn RadioGroup<T: Clone + PartialEq + Send + Sync + 'static>(
    /// What is asked for.
    #[prop(into)]
    legend: Signal<String>,
    /// The answers.
    #[prop(into)]
    answers: Signal<Vec<Answer<T>>>,
    /// The answer.
    value: RwSignal<T>,
    /// Whether they stand side by side as one bar.
    #[prop(optional)]
    segmented: bool,
) -> impl IntoView {
    let name = next_id("radio");
    // The radio buttons stay when only their notes change, so that the focus stays too.
    let keys =
        Memo::new(move |_| answers.with(|all| all.iter().map(|answer| answer.value.clone()).collect::<Vec<_>>()));
    let radio = move |(at, key): (usize, T)| {
        let read = move |part: fn(&Answer<T>) -> &String| {
            answers.with(|all| all.get(at).map(part).cloned()).unwrap_or_default()
        };
        let (chosen, choose) = (key.clone(), key);
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=move || value.with(|value| *value == chosen)
                    on:change=move |_| value.set(choose.clone())
                />
                <span class="choice-label">{move || read(|answer| &answer.label)}</span>
                <span class="choice-note">{move || read(|answer| &answer.note)}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="radio-group" class:segmented=segmented>
            <legend class="field-label">{move || legend.get()}</legend>
            <div class="radio-answers">{move || keys.get().into_iter().enumerate().map(&radio).collect_view()}</div>
        </fieldset>
    }
    .into_any()
}
