//! Tabs that are links: each is an address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

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
    let bar = NodeRef::<leptos::html::Nav>::new();
    // On a narrow screen the tabs scroll sideways: the current one must not be out of sight.
    Effect::new(move |_| {
        path.track();
        let Some(bar) = bar.get() else { return };
        request_animation_frame(move || {
            let current = bar.query_selector("[aria-current]").ok().flatten();
            if let Some(current) = current.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
                let middle = current.offset_left() + current.offset_width() / 2;
                bar.set_scroll_left(middle - bar.client_width() / 2);
            }
        });
    });
    view! { <nav node_ref=bar class="tabs" aria-label=label>{tabs}</nav> }.into_any()
}
