//! Bars.

use leptos::prelude::*;

use super::number;

/// How much of something is done, as a thin bar. The numbers stand beside it, in the page's own words.
#[component]
pub fn ProgressBar(
    /// What is done.
    #[prop(into)]
    value: Signal<u32>,
    /// What there is.
    #[prop(into)]
    max: Signal<u32>,
    /// What is measured, for a screen reader.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    // Whole numbers: writing fractions is 4 kB of the program that is fetched first.
    let most = move || max.get().max(1).to_string();
    let done = move || value.get().min(max.get()).to_string();
    view! {
        <progress
            class="progress"
            max=most
            value=done
            aria-label=move || label.get()
            aria-valuetext=move || format!("{} of {}", number(value.get()), number(max.get()))
        ></progress>
    }
    .into_any()
}
