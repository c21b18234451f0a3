//! The name above the pages before the sign-in.

use leptos::prelude::*;

/// The name above the pages before the sign-in.
#[component]
pub fn GateMark() -> impl IntoView {
    view! {
        <p class="gate-mark">
            <span class="mark-sign" aria-hidden="true"></span>
            <span class="mark-word">"Handoff"</span>
        </p>
    }
    .into_any()
}
