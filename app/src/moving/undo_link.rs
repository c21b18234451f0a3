//! The way to the preview of an undo.

use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

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
