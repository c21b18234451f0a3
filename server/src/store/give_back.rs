//! Giving back: a texter returns what they hold to the pool, exactly as it was previewed.

use handoff_core::operation::OperationKind;
use handoff_core::plan::Fingerprint;
use handoff_core::request::{Filter, Request};
use handoff_core::{CampaignId, OperationId};

use super::reassign::Commit;
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::overview::CommitAnswer;
use crate::model::self_assignment::GiveBackAnswer;

/// What a texter gives back.
#[derive(Clone, Debug)]
pub struct GivingBack {
    /// The campaign.
    pub campaign: CampaignId,
    /// What is not started, or any.
    pub status: Filter,
    /// The fingerprint of the plan that was previewed.
    pub fingerprint: Fingerprint,
    /// The id of the operation, made by who asks: sent again, it is recognised.
    pub operation: OperationId,
}

impl Store {
    /// Gives back what the actor holds of a campaign, if that is still what was previewed.
    ///
    /// # Errors
    /// If the member may not, has nothing to do with the campaign, it is archived, or there is nothing to give back.
    pub async fn give_back_to_pool(&self, actor: Actor, asked: &GivingBack) -> Result<GiveBackAnswer, ApiError> {
        if !matches!(asked.status, Filter::NotStarted | Filter::Any) {
            return Err(ApiError::invalid("status", "Give back what is not started, or everything."));
        }
        let commit = Commit {
            campaign: asked.campaign,
            request: Request::giving_back(actor.member, asked.status),
            fingerprint: asked.fingerprint.clone(),
            operation: asked.operation,
        };
        Ok(match self.commit_as(actor, &commit, OperationKind::GiveBack).await? {
            CommitAnswer::Committed { operation, moved, .. } => GiveBackAnswer::Committed { operation, moved },
            CommitAnswer::Conflict { overview } => {
                GiveBackAnswer::Conflict { counts: Box::new(overview.tally.counts(Some(actor.member))) }
            }
        })
    }
}
