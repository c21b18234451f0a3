//! One operation: what was asked for, and what it did to each person.

use handoff_core::OperationId;
use handoff_core::plan::Change;
use handoff_server::api::history::read_operation;
use handoff_server::model::history::OperationDetail;
use leptos::prelude::*;

use crate::moving::figures::figures;
use crate::moving::people::Names;
use crate::moving::preview::PeopleTable;
use crate::pages::campaign::campaign_page;
use crate::state::query::Query;
use crate::ui::{Load, SkeletonRows, exact};

/// One operation with its per-person table.
#[component]
pub fn Detail(
    /// Which.
    operation: OperationId,
) -> impl IntoView {
    let campaign = campaign_page().id;
    let query = Query::new(move || read_operation(campaign, operation));
    view! {
        <Load query=query skeleton=|| view! { <SkeletonRows rows=3 /> } let:detail>
            <DetailTable detail />
        </Load>
    }
}

#[component]
fn DetailTable(detail: Signal<OperationDetail>) -> impl IntoView {
    let figures = Memo::new(move |_| {
        let changes: Vec<_> = detail.with(|detail| detail.people.iter().map(|(_, change)| *change).collect());
        figures(&changes, None)
    });
    let names = Memo::new(move |_| {
        let named = |(name, change): &(String, Change)| Some((change.owner?, name.clone()));
        detail.with(|detail| detail.people.iter().filter_map(named).collect::<Names>())
    });
    view! {
        <div class="detail">
            <p class="detail-request">
                <span>{move || detail.with(|detail| detail.request.clone())}</span>
                <span class="detail-exact">{move || exact(detail.with(|detail| detail.operation.at))}</span>
            </p>
            <PeopleTable figures names />
        </div>
    }
}
