//! What a texter sees.

use leptos::prelude::*;

use crate::ui::{EmptyState, PageTitle};

/// What a texter sees: there is nothing for them to do in this version, and the page says so.
#[component]
pub fn AssignmentsPage() -> impl IntoView {
    view! {
        <PageTitle title="Your assignments" />
        <EmptyState title="There is nothing to do here yet.">
            <p>
                "Admins assign conversations to you here. Writing to contacts is not part of this version of Handoff, "
                "so you do not need to do anything."
            </p>
        </EmptyState>
    }
    .into_any()
}
