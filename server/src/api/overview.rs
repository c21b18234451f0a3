//! Who holds what, and bulk moves.

use handoff_core::plan::Fingerprint;
use handoff_core::request::Request;
use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::overview::{CommitAnswer, Overview};
#[cfg(feature = "ssr")]
use crate::overviews::mark_online;
#[cfg(feature = "ssr")]
use crate::store::reassign::Commit;

/// Reads the overview of a campaign.
#[server(prefix = "/api", endpoint = "overview/get", input = Json)]
pub async fn read_overview(campaign: CampaignId) -> Result<Overview, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.overviews.read(&services.store, &services.live, actor, campaign).await)
}

/// Commits a bulk move, exactly as it was previewed, or nothing.
///
/// `fingerprint` is that of the previewed plan. `operation` is an id that the caller makes, below 2^53:
/// sent again, it answers what it did the first time.
#[server(prefix = "/api", endpoint = "overview/commit", input = Json)]
pub async fn commit_move(
    campaign: CampaignId,
    request: Request,
    fingerprint: Fingerprint,
    operation: OperationId,
) -> Result<CommitAnswer, ApiError> {
    let (services, actor) = (services(), actor()?);
    let mut result = services.store.commit(actor, &Commit { campaign, request, fingerprint, operation }).await;
    match &mut result {
        Ok(CommitAnswer::Committed { .. }) => services.live.changed(actor.organization, campaign),
        Ok(CommitAnswer::Conflict { overview }) => mark_online(overview, &services.live, actor.organization),
        Err(_) => {}
    }
    answer(result)
}
