//! Message.

use leptos::prelude::*;

use crate::ui::*;

/// Message.
#[component]
pub fn MessagePage() -> impl IntoView {
    view! { <PageTitle title="Message" /> }
}
