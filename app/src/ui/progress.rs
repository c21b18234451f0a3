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
    let done = move || if max.get() == 0 { 0.0 } else { f64::from(value.get()) / f64::from(max.get()) };
    view! {
        <progress
            class="progress"
            max="1"
            prop:value=done
            value=move || done().to_string()
            aria-label=move || label.get()
            aria-valuetext=move || format!("{} of {}", number(value.get()), number(max.get()))
        ></progress>
    }
    .into_any()
}
