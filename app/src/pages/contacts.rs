//! Contacts.

use leptos::prelude::*;

use crate::ui::*;

/// Contacts.
#[component]
pub fn ContactsPage() -> impl IntoView {
    view! { <PageTitle title="Contacts" /> }
}
