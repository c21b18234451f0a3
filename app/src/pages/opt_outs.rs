//! Who has opted out of the organization's messages: searched, imported from a list, exported, opted in again.

mod import;
mod list;
mod words;

use handoff_server::api::opt_outs::list_opt_outs;
use handoff_server::model::ApiError;
use handoff_server::model::opt_out::OptOutPage;
use leptos::prelude::*;

use self::import::ImportDialog;
use self::list::List;
use crate::pages::numbers::number::STYLE;
use crate::state::address::address_value;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Button, Kind, PageTitle, SearchBox, adopt};

/// So many pages one after the other.
async fn pages(search: String, count: u32) -> Result<OptOutPage, ApiError> {
    let mut all = OptOutPage { rows: Vec::new(), next: None };
    for _ in 0..count {
        let page = list_opt_outs(search.clone(), all.next).await?;
        all.rows.extend(page.rows);
        all.next = page.next;
        if all.next.is_none() {
            break;
        }
    }
    Ok(all)
}

/// Who has opted out of the organization's messages.
#[component]
pub fn OptOutsPage() -> impl IntoView {
    adopt(STYLE);
    let (search, set_search) = address_value("search");
    let count = RwSignal::new(1);
    // Another search begins at its first page.
    Effect::new(move |before: Option<String>| {
        let now = search.get();
        if before.is_some_and(|before| before != now) {
            count.set(1);
        }
        now
    });
    let query = Query::new(move || pages(search.get(), count.get()));
    Live::expect().follow_all(query);
    let importing = RwSignal::new(false);
    view! {
        <p class="crumb"><a href="/numbers">"Phone numbers"</a></p>
        <div class="page-head">
            <PageTitle title="Opt-outs" />
            <span class="push"></span>
            <a class=Kind::Quiet.class() href="/api/exports/opt-outs.csv" download rel="external">"Export"</a>
            <Button kind=Kind::Primary on_press=move |()| importing.set(true)>"Import a list…"</Button>
        </div>
        <p class="quiet">"These numbers get no message of this organization, in any campaign."</p>
        <div class="opt-outs-search">
            <SearchBox label="Search by number" value=search on_search=set_search />
        </div>
        <List query search count />
        <ImportDialog open=importing query />
    }
    .into_any()
}
