//! Choose a password.

use leptos::prelude::*;

use crate::ui::*;

/// Choose a password.
#[component]
pub fn LinkPage() -> impl IntoView {
    view! { <PageTitle title="Choose a password" /> }
}
