//! A campaign's status on screen.

use handoff_core::campaign::CampaignStatus;
use leptos::prelude::*;

use super::{Dotted, Tone};

/// A campaign's status: a dot and its words.
#[component]
pub fn StatusWords(
    /// The status.
    #[prop(into)]
    status: Signal<CampaignStatus>,
) -> impl IntoView {
    let tone = Signal::derive(move || match status.get() {
        CampaignStatus::Draft => Tone::Fresh,
        CampaignStatus::Active => Tone::Good,
        CampaignStatus::Paused => Tone::Idle,
        CampaignStatus::Archived => Tone::Neutral,
    });
    view! { <Dotted tone>{move || status.get().label()}</Dotted> }.into_any()
}
