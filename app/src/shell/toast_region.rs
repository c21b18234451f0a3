//! Where short messages appear.

use leptos::prelude::*;

use crate::state::toasts::{Toast, toasts};

/// Where short messages appear. They stay while the pointer or the focus is on them.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = toasts();
    let toast = move |toast: Toast| {
        let id = toast.id;
        let action = toast.action.map(|(words, action)| {
            let press = move |_| {
                action();
                toasts.dismiss(id);
            };
            view! { <button type="button" class="toast-action" on:click=press>{words}</button> }
        });
        view! {
            <div class="toast">
                <span class="toast-text">{toast.text}</span>
                {action}
                <button type="button" class="toast-close" aria-label="Dismiss" on:click=move |_| toasts.dismiss(id)>
                    <span aria-hidden="true">"✕"</span>
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <section
            class="toasts"
            aria-label="Messages"
            aria-live="polite"
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.all.get() key=|toast| toast.id children=toast />
        </section>
    }
    .into_any()
}
