//! The dialog: a native modal one.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;

use super::next_id;

/// A modal dialog. What is in it exists while it is open, and stays as it is when data around it changes.
///
/// Esc and the closing button call `on_close`, which sets `open` to false. The focus goes back to where it was.
/// Put the buttons into `<DialogActions>` as the last thing.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// Takes the wish to close it.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether it needs room for tables.
    #[prop(optional)]
    wide: bool,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let title_id = StoredValue::new(next_id("dialog"));
    Effect::new(move |_| {
        let Some(element) = dialog.get() else { return };
        match (open.get(), element.open()) {
            (true, false) => {
                if let Err(error) = element.show_modal() {
                    leptos::logging::error!("could not open a dialog: {error:?}");
                }
            }
            (false, true) => element.close(),
            _ => {}
        }
    });
    let cancel = move |event: Event| {
        // A `cancel` of a file picker inside bubbles; it is not ours.
        if event.target() == event.current_target() {
            event.prevent_default();
            on_close.run(());
        }
    };
    // The browser may close it all the same (Esc twice): the page then follows.
    let closed = move |event: Event| {
        if event.target() == event.current_target() && open.get_untracked() {
            on_close.run(());
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            class:wide=wide
            aria-labelledby=title_id.get_value()
            on:cancel=cancel
            on:close=closed
        >
            <Show when=move || open.get()>
                <header class="dialog-head">
                    <h2 id=title_id.get_value()>{move || title.get()}</h2>
                    <button
                        type="button"
                        class="button quiet icon"
                        aria-label="Close"
                        on:click=move |_| on_close.run(())
                    >
                        <span aria-hidden="true">"✕"</span>
                    </button>
                </header>
                <div class="dialog-body">{children()}</div>
            </Show>
        </dialog>
    }
    .into_any()
}

/// The buttons of a dialog, at its foot: they stay visible when its body scrolls.
#[component]
pub fn DialogActions(
    /// The buttons, the one that goes on last.
    children: Children,
) -> impl IntoView {
    view! { <footer class="dialog-actions">{children()}</footer> }.into_any()
}
