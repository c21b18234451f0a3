//! The end of a form whose fields are saved together.

use leptos::prelude::*;

use super::button::{Button, Kind};

/// Saves what was changed, or discards it, and says that it is not saved yet.
#[component]
pub fn SaveBar(
    /// What the saving button says.
    label: &'static str,
    /// Whether anything was changed.
    #[prop(into)]
    changed: Signal<bool>,
    /// Whether what was changed cannot be saved as it is.
    #[prop(optional, into)]
    refused: Signal<bool>,
    /// Whether it is being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Takes the changes back.
    #[prop(into)]
    on_discard: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="row">
            <Button
                kind=Kind::Primary
                submit=true
                busy
                disabled=Signal::derive(move || !changed.get() || refused.get())
            >
                {label}
            </Button>
            <Show when=move || changed.get()>
                <Button kind=Kind::Quiet on_press=on_discard>"Discard changes"</Button>
                <span class="small quiet">"Not saved yet"</span>
            </Show>
        </div>
    }
}
