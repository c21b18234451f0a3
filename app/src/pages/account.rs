//! Account.

use leptos::prelude::*;

use crate::ui::*;

/// Account.
#[component]
pub fn AccountPage() -> impl IntoView {
    view! { <PageTitle title="Account" /> }
}
