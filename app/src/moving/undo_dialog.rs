//! The dialog of an undo, which the address bar asks for.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::campaign::CampaignStatus;
use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::undo::UndoContent;
use crate::state::address::Address;
use crate::ui::{Dialog, Piece, arriving};

/// The dialog of the undo that the address bar asks for, if any.
#[component]
pub fn UndoFromAddress(
    /// The campaign.
    campaign: CampaignId,
    /// Where it stands, once that is known.
    #[prop(into)]
    status: Signal<Option<CampaignStatus>>,
) -> impl IntoView {
    let address = Address::new();
    let operation = Memo::new(move |_| address.get("undo").and_then(|id| id.parse::<OperationId>().ok()));
    let on_close = Callback::new(move |()| address.set(&["undo"], Vec::new(), false));
    move || {
        operation.get().map(|operation| {
            view! {
                <Dialog open=Signal::stored(true) title=Signal::stored("Undo".to_owned()) on_close wide=true>
                    {arriving(move || undo_content(campaign, status, operation, on_close))}
                </Dialog>
            }
        })
    }
}

#[wasm_split(moving, fallible)]
fn undo_content(
    campaign: CampaignId,
    status: Signal<Option<CampaignStatus>>,
    operation: OperationId,
    on_close: Callback<()>,
) -> Piece {
    Ok(Arc::new(move || view! { <UndoContent campaign status operation on_close /> }.into_any()))
}
