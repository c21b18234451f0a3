//! The way to an undo: a link to its preview, and the dialog that the address bar asks for.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::campaign::CampaignStatus;
use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_split_helpers::wasm_split;

use super::address::Address;
use super::undo::UndoContent;
use crate::ui::{Dialog, Piece, arriving};

/// Where the preview of an undo is shown: in the messenger if that is where one is, else above the overview.
fn undo_href(campaign: CampaignId, operation: OperationId, path: &str, search: &str) -> String {
    let messenger = format!("/campaigns/{campaign}/messenger");
    if path.trim_end_matches('/') != messenger {
        return format!("/campaigns/{campaign}?undo={operation}");
    }
    let kept = search.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("undo="));
    let all: Vec<String> = kept.map(str::to_owned).chain([format!("undo={operation}")]).collect();
    format!("{messenger}?{}", all.join("&"))
}

/// A way to the preview of an undo, which outlives the page that offers it.
pub fn undo_link() -> impl Fn(CampaignId, OperationId) + Clone + Send + Sync + 'static {
    let navigate = use_navigate();
    move |campaign, operation| {
        let here = window().location();
        let (path, search) = (here.pathname().unwrap_or_default(), here.search().unwrap_or_default());
        navigate(&undo_href(campaign, operation, &path, &search), NavigateOptions::default());
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undo_opens_where_one_is() {
        let href = |path: &str, search: &str| undo_href(CampaignId(7), OperationId(50), path, search);
        assert_eq!(href("/campaigns/7/texters", "?q=a"), "/campaigns/7?undo=50");
        assert_eq!(href("/campaigns/77/messenger", "?as=3"), "/campaigns/7?undo=50", "another campaign's messenger");
        assert_eq!(href("/campaigns/7/messenger", ""), "/campaigns/7/messenger?undo=50");
        let kept = href("/campaigns/7/messenger", "?as=3&undo=49&conversation=9");
        assert_eq!(kept, "/campaigns/7/messenger?as=3&conversation=9&undo=50");
    }
}
