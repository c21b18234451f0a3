//! The dialog that creates a campaign. What is inside is a piece of its own, with the other dialogs about names.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_server::api::campaigns::create_campaign;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_split_helpers::wasm_split;

use super::naming::NameForm;
use crate::state::task::Task;
use crate::ui::{Dialog, Piece, arriving};

/// The dialog that creates a campaign.
#[component]
pub fn CreateDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog open title="New campaign" on_close=move |()| open.set(false)>
            {arriving(move || creating(open))}
        </Dialog>
    }
    .into_any()
}

#[wasm_split(campaigns, fallible)]
fn creating(open: RwSignal<bool>) -> Piece {
    Ok(Arc::new(move || view! { <Form open /> }.into_any()))
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let navigate = use_navigate();
    let task = Task::new();
    let submit = move |wanted: String| {
        let navigate = navigate.clone();
        task.run(
            move || create_campaign(wanted.clone()),
            move |id| {
                open.set(false);
                navigate(&format!("/campaigns/{id}/contacts"), leptos_router::NavigateOptions::default());
            },
        );
    };
    view! {
        <NameForm
            name=""
            hint="Only your organization sees it. You can change it later."
            button="Create campaign"
            task
            on_submit=submit
            on_cancel=move |()| open.set(false)
        />
    }
    .into_any()
}
