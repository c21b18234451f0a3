//! Self assignment: a campaign's terms, requests of texters, and what they give back.

use handoff_core::permission::Setting;
use handoff_core::plan::Fingerprint;
use handoff_core::request::Filter;
use handoff_core::self_assignment::{BatchSize, Ceiling, PeopleLimit, PoolKind, Taken};
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, InviteLinkId, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};
#[cfg(feature = "ssr")]
use crate::store::give_back::GivingBack;

/// A campaign's self assignment, for its admins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfAssignment {
    /// Whether texters may request conversations.
    pub on: Setting,
    /// How many with one request. None is the organization's.
    pub batch: Option<BatchSize>,
    /// The organization's batch size.
    pub organization_batch: BatchSize,
    /// What is handed out.
    pub kind: PoolKind,
    /// How many unfinished conversations of the campaign one texter may hold. None is as many as they want.
    pub ceiling: Option<Ceiling>,
    /// What nobody holds and could be handed out, were it of the kind: neither opted out nor escalated.
    pub pool: Counts,
    /// How much of that is of the kind: what is left to be handed out.
    pub left: u32,
    /// The invite link, if one was ever made.
    pub invite: Option<Invite>,
    /// Everybody who joined by an invite link or requested conversations, the latest to join first.
    pub texters: Vec<PoolTexter>,
}

/// The invite link of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Which.
    pub id: InviteLinkId,
    /// Its path, to be put behind this server's address. None if it is disabled, or was made under another key of the
    /// server: then it works, and cannot be shown.
    pub link: Option<String>,
    /// When it was made.
    pub made_at: Instant,
    /// Who made it.
    pub made_by: String,
    /// When it was disabled. None is: it works, while self assignment is on.
    pub disabled_at: Option<Instant>,
    /// How many people may join by it. None is as many as want to.
    pub most: Option<PeopleLimit>,
    /// How many became texters of the campaign by it.
    pub joined: u32,
    /// How many of those in the minute before this was read.
    pub joined_lately: u32,
}

/// Somebody who joined by an invite link or requested conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTexter {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// When they joined by an invite link. None: an admin added them.
    pub joined_at: Option<Instant>,
    /// How often they were given conversations that they requested.
    pub requests: u32,
    /// How many conversations that were in all, whatever became of them.
    pub requested: u32,
    /// How many of the campaign they hold now.
    pub holds: u32,
}

/// How the unassigned conversations of a campaign became fewer and more, from its first operation or import to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolHistory {
    /// Instants, ascending, each with how many conversations nobody held from then on. At most 201; the last is now.
    pub points: Vec<(Instant, u32)>,
}

/// What came of a request for conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The operation under which it stands in the history. Without conversations there is none.
    pub operation: Option<OperationId>,
    /// What was assigned. Its words are the answer to show.
    pub taken: Taken,
}

/// What became of giving back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GiveBackAnswer {
    /// Exactly what was previewed is back in the pool.
    Committed {
        /// The operation in the history.
        operation: OperationId,
        /// How many.
        moved: u32,
    },
    /// What the texter holds has changed meanwhile: nothing was moved.
    Conflict {
        /// What they hold now.
        counts: Box<Counts>,
    },
}

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
