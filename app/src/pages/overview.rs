//! Conversations.

use leptos::prelude::*;

use crate::ui::*;

/// Conversations.
#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <PageTitle title="Conversations" /> }
}
