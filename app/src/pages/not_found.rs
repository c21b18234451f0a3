//! An address that is no page.

use leptos::prelude::*;

use crate::ui::{LinkButton, PageTitle};

/// An address that is no page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <main class="page narrow">
            <PageTitle title="This page does not exist" />
            <p>"The address may be mistyped, or what it showed was removed."</p>
            <p><LinkButton href="/campaigns">"Go to the campaigns"</LinkButton></p>
        </main>
    }
    .into_any()
}
