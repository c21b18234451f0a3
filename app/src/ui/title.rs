//! The title of a page: its heading, and the document's.

use leptos::html;
use leptos::prelude::*;

/// Names the document after the page.
pub fn set_document_title(title: Signal<String>) {
    Effect::new(move |_| document().set_title(&title.with(|title| format!("{title} · Handoff"))));
}

/// The one heading of a page. It gets the focus when the page was navigated to, and names the document.
#[component]
pub fn PageTitle(
    /// What the page is.
    #[prop(into)]
    title: Signal<String>,
    /// What the document is called, if not the same.
    #[prop(optional, into)]
    document: MaybeProp<String>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    set_document_title(Signal::derive(move || document.get().unwrap_or_else(|| title.get())));
    heading.on_load(|heading| crate::shell::focus_after_navigation(heading.into()));
    view! { <h1 node_ref=heading class="page-title" tabindex="-1">{move || title.get()}</h1> }.into_any()
}
