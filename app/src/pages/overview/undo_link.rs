//! The way to an undo: a link to its preview, and the dialog that the address bar asks for.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_split_helpers::wasm_split;

use super::address::Address;
use super::undo::UndoContent;
use crate::pages::campaign::campaign_page;
use crate::ui::{Dialog, Piece, arriving};

/// A way to the preview of an undo, which outlives the page that offers it.
pub fn undo_link() -> impl Fn(CampaignId, OperationId) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |campaign, operation| navigate(&format!("/campaigns/{campaign}?undo={operation}"), NavigateOptions::default())
}

/// The dialog of the undo that the address bar asks for, if any.
#[component]
pub fn UndoFromAddress() -> impl IntoView {
    let campaign = campaign_page().id;
    let address = Address::new();
    let operation = Memo::new(move |_| address.get("undo").and_then(|id| id.parse::<OperationId>().ok()));
    let on_close = Callback::new(move |()| address.set(&["undo"], Vec::new(), false));
    move || {
        operation.get().map(|operation| {
            view! {
                <Dialog open=Signal::stored(true) title=Signal::stored("Undo".to_owned()) on_close wide=true>
                    {arriving(move || undo_content(campaign, operation, on_close))}
                </Dialog>
            }
        })
    }
}

#[wasm_split(moving, fallible)]
fn undo_content(campaign: CampaignId, operation: OperationId, on_close: Callback<()>) -> Piece {
    Ok(Arc::new(move || view! { <UndoContent campaign operation on_close /> }.into_any()))
}
