//! Handoff's pages, in the browser.

mod moving;
mod pages;
mod router;
mod shell;
mod state;
mod ui;

fn main() {
    console_error_panic_hook::set_once();
    if let Some(skeleton) = leptos::prelude::document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
    leptos::mount::mount_to_body(router::App);
}
