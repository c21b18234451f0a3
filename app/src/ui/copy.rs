//! Text to be copied.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Button, Field};

/// A text that is there to be copied, with the button that does it.
#[component]
pub fn CopyField(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let said = RwSignal::new("");
    let copy = move |()| {
        spawn_local(async move {
            let done = JsFuture::from(window().navigator().clipboard().write_text(&text.get_untracked())).await;
            // Without a clipboard (no https) the text is selected, so that the keyboard can copy it.
            if done.is_ok() {
                said.try_set("Copied");
            } else {
                said.try_set("Press Ctrl+C to copy");
                if let Some(input) = input.get_untracked() {
                    input.select();
                }
            }
        });
    };
    view! {
        <Field label let:ids>
            <div class="copy-field">
                <input
                    node_ref=input
                    class="input"
                    id=ids.control
                    readonly
                    prop:value=move || text.get()
                    on:focus=move |_| if let Some(input) = input.get_untracked() { input.select() }
                />
                <Button on_press=copy>"Copy"</Button>
                <span class="copy-said" role="status">{move || said.get()}</span>
            </div>
        </Field>
    }
    .into_any()
}
