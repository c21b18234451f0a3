//! What the page has to say: banners, errors, emptiness.

use std::borrow::Cow;

use handoff_server::model::ApiError;
use leptos::prelude::*;

use super::{Button, Tone};

/// A strip across the page.
#[component]
pub fn Banner(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// What it says, and its buttons.
    children: Children,
) -> impl IntoView {
    view! { <div class=format!("banner {}", tone.class()) role="status">{children()}</div> }.into_any()
}

/// An error's own sentence, said where it happened. Nothing while there is none.
#[component]
pub fn ErrorNote(
    /// The error. Those that stand beside a field are left out.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// The fields of this form, whose errors stand beside them.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let sentence = move || {
        error.get().and_then(|error| match error {
            ApiError::Invalid { ref field, .. } if fields.contains(&field.as_str()) => None,
            error => Some(error.to_string()),
        })
    };
    view! { <div class="error-note" role="alert">{move || sentence().map(|sentence| view! { <p>{sentence}</p> })}</div> }
    .into_any()
}

/// The sentence for one field, if that is what the error is about.
pub fn field_error(error: RwSignal<Option<ApiError>>, name: impl Into<Cow<'static, str>>) -> Signal<Option<String>> {
    let name = name.into();
    Signal::derive(move || {
        error.with(|error| match error {
            Some(ApiError::Invalid { field, sentence }) if *field == name => Some(sentence.clone()),
            _ => None,
        })
    })
}

/// Nothing is here, and what to do about it.
#[component]
pub fn EmptyState(
    /// What is not here.
    #[prop(into)]
    title: Signal<String>,
    /// What to do: a sentence, a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <p class="empty-title">{move || title.get()}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// The page could not be shown: why, and another try.
#[component]
pub fn ErrorState(
    /// Why.
    error: ApiError,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="empty-state" role="alert">
            <h2 class="empty-title">{move || error.to_string()}</h2>
            <Button on_press=on_retry>"Try again"</Button>
        </div>
    }
    .into_any()
}

/// Rows that have not arrived yet.
#[component]
pub fn SkeletonRows(
    /// How many.
    #[prop(default = 6)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton-rows" aria-hidden="true">
            {(0..rows).map(|_| view! { <div class="skeleton-line"></div> }).collect_view()}
        </div>
        <p class="visually-hidden" role="status">"Loading"</p>
    }
    .into_any()
}
