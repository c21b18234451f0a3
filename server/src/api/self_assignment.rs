//! Self assignment: a campaign's terms, requests of texters, and what they give back.

use handoff_core::permission::Setting;
use handoff_core::plan::Fingerprint;
use handoff_core::request::Filter;
use handoff_core::self_assignment::PoolKind;
use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::self_assignment::{GiveBackAnswer, PoolHistory, Requested, SelfAssignment};
#[cfg(feature = "ssr")]
use crate::store::give_back::GivingBack;

/// Reads a campaign's self assignment.
#[server(prefix = "/api", endpoint = "self-assignment/get", input = Json)]
pub async fn read_self_assignment(campaign: CampaignId) -> Result<SelfAssignment, ApiError> {
    answer(async { services().store.self_assignment(actor()?, campaign).await }.await)
}

/// Reads how a campaign's pool became fuller and emptier.
#[server(prefix = "/api", endpoint = "self-assignment/pool", input = Json)]
pub async fn read_pool_history(campaign: CampaignId) -> Result<PoolHistory, ApiError> {
    answer(async { services().store.pool_history(actor()?, campaign).await }.await)
}

/// Switches self assignment on or off, and changes its terms. Without a batch size it is the organization's.
#[server(prefix = "/api", endpoint = "self-assignment/save", input = Json)]
pub async fn save_self_assignment(
    campaign: CampaignId,
    on: Setting,
    batch: Option<u32>,
    kind: PoolKind,
    ceiling: Option<u32>,
) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.save_self_assignment(actor, campaign, on, batch, kind, ceiling).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Requests a batch of conversations for oneself.
///
/// `operation` is made by the caller; sent again, it answers what was assigned the first time. `holds` is how many
/// conversations of the campaign one holds as far as the caller knows: if they are more, the answer is how many, and
/// nothing is given. Without it, nobody looks.
#[server(prefix = "/api", endpoint = "self-assignment/request", input = Json)]
pub async fn request_conversations(
    campaign: CampaignId,
    operation: OperationId,
    holds: Option<u32>,
) -> Result<Requested, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.request_conversations(actor, campaign, operation, holds).await;
    if matches!(&result, Ok(Requested { operation: Some(_), .. })) {
        services.live.changed(actor.organization, campaign);
    }
    answer(result)
}

/// Gives back what one holds of a campaign: what is not started, or, with `Any`, everything.
///
/// The fingerprint is that of the previewed plan of [`handoff_core::request::Request::giving_back`].
#[server(prefix = "/api", endpoint = "self-assignment/give-back", input = Json)]
pub async fn give_back(
    campaign: CampaignId,
    status: Filter,
    fingerprint: Fingerprint,
    operation: OperationId,
) -> Result<GiveBackAnswer, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result =
        services.store.give_back_to_pool(actor, &GivingBack { campaign, status, fingerprint, operation }).await;
    if matches!(&result, Ok(GiveBackAnswer::Committed { .. })) {
        services.live.changed(actor.organization, campaign);
    }
    answer(result)
}
