//! Who holds what, and bulk moves.

use handoff_core::campaign::CampaignStatus;
use handoff_core::plan::Fingerprint;
use handoff_core::request::Request;
use handoff_core::tally::Tally;
use handoff_core::{CampaignId, Instant, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};
#[cfg(feature = "ssr")]
use crate::overviews::mark_online;
#[cfg(feature = "ssr")]
use crate::store::reassign::Commit;

/// The data of a campaign's Conversations Overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Which campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// Who holds how much: the tiles, the table and every preview follow from it.
    pub tally: Tally,
    /// The texters and other holders, in the order of the tally's holders.
    pub people: Vec<Person>,
    /// How many conversations are escalated.
    pub escalated: u32,
}

/// A texter or other holder, for the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Whether they are here now.
    pub online: bool,
    /// When they were last seen.
    pub last_active: Option<Instant>,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommitAnswer {
    /// It moved exactly what was previewed, now or when the same operation was first sent.
    Committed {
        /// The operation, which can be undone.
        operation: OperationId,
        /// How many moved.
        moved: u32,
        /// What it did, in words.
        headline: String,
    },
    /// The campaign has changed, so that something else would move: nothing was moved. Preview again.
    Conflict {
        /// The campaign now.
        overview: Box<Overview>,
    },
}

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
