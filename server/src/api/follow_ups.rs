//! The follow-ups of a campaign.

use handoff_core::follow_up::Audience;
use handoff_core::inbox::owner::Whose;
use handoff_core::{CampaignId, FollowUpId, Instant};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::follow_up::{DueFollowUp, FollowUpRow};

/// Lists the follow-ups of a campaign, the newest first.
#[server(prefix = "/api", endpoint = "follow-ups/list", input = Json)]
pub async fn list_follow_ups(campaign: CampaignId) -> Result<Vec<FollowUpRow>, ApiError> {
    answer(async { services().store.follow_ups(actor()?, campaign).await }.await)
}

/// Counts for how many conversations each follow-up that has not expired is still due, the oldest follow-up first: in
/// the whole campaign, for admins, or in the list of follow-ups of one owner, where what needs a reply is left out.
#[server(prefix = "/api", endpoint = "follow-ups/due", input = Json)]
pub async fn count_due(campaign: CampaignId, whose: Option<Whose>) -> Result<Vec<DueFollowUp>, ApiError> {
    answer(async { services().store.follow_ups_due(actor()?, campaign, whose).await }.await)
}

/// Writes a follow-up: a new one if the campaign has none of this id, which the page makes. Who got it already does
/// not get it again.
#[server(prefix = "/api", endpoint = "follow-ups/save", input = Json)]
pub async fn save_follow_up(
    campaign: CampaignId,
    id: FollowUpId,
    title: String,
    text: String,
    audience: Audience,
    expires_at: Option<Instant>,
) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let draft = crate::store::follow_up::Draft { id, title, text, audience, expires_at };
    let result = services.store.save_follow_up(actor, campaign, &draft).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Deletes a follow-up: it is not sent any more.
#[server(prefix = "/api", endpoint = "follow-ups/delete", input = Json)]
pub async fn delete_follow_up(campaign: CampaignId, id: FollowUpId) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.delete_follow_up(actor, campaign, id).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}
