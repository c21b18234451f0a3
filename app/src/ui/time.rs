//! Points in time on screen.

use handoff_core::Instant;
use leptos::prelude::*;

use super::{exact, machine, now, relative};

/// A point in time as people say it, with the exact one behind it. It follows the clock.
#[component]
pub fn Time(
    /// The instant.
    #[prop(into)]
    at: Signal<Instant>,
) -> impl IntoView {
    let minute = crate::state::clock::minute();
    let words = move || {
        minute.track();
        relative(at.get(), now())
    };
    view! {
        <time datetime=move || machine(at.get()) title=move || exact(at.get())>
            {words}
        </time>
    }
    .into_any()
}
