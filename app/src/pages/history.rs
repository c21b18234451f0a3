//! History.

use leptos::prelude::*;

use crate::ui::*;

/// History.
#[component]
pub fn HistoryPage() -> impl IntoView {
    view! { <PageTitle title="History" /> }
}
