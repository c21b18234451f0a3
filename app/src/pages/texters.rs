//! Texters.

use leptos::prelude::*;

use crate::ui::*;

/// Texters.
#[component]
pub fn TextersPage() -> impl IntoView {
    view! { <PageTitle title="Texters" /> }
}
