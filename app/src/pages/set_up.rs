//! Set up.

use leptos::prelude::*;

use crate::ui::*;

/// Set up.
#[component]
pub fn SetUpPage() -> impl IntoView {
    view! { <PageTitle title="Set up" /> }
}
