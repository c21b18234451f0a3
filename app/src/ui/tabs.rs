//! Tabs that are links: each is an address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Tabs that are links: address and words. The current one is marked.
#[component]
pub fn TabLinks(
    /// What the tabs are of.
    #[prop(into)]
    label: String,
    /// Their addresses and words.
    tabs: Vec<(String, String)>,
) -> impl IntoView {
    let path = use_location().pathname;
    let tabs = tabs
        .into_iter()
        .map(|(href, words)| {
            let here = href.clone();
            let current = move || path.with(|path| path.trim_end_matches('/') == here).then_some("page");
            view! { <a class="tab" href=href aria-current=current>{words}</a> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label>{tabs}</nav> }.into_any()
}
