//! Campaigns.

use leptos::prelude::*;

use crate::ui::*;

/// Campaigns.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    view! { <PageTitle title="Campaigns" /> }
}
