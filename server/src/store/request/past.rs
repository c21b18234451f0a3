//! Requests of the past, as the demo has them.

use handoff_core::self_assignment::Terms;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, OperationId};
use sqlx::{Any, Transaction};

use super::decision::{Asked, Grant};
use crate::model::ApiError;
use crate::store::engine::Engine;
use crate::store::{Actor, Store};

/// A request that was answered in the past: what it gave is given already.
pub(crate) struct PastRequest {
    /// The texter's name.
    pub(crate) name: &'static str,
    /// The terms then.
    pub(crate) terms: Terms,
    /// What the texter held before.
    pub(crate) held: Counts,
    /// What they were given.
    pub(crate) given: Counts,
    /// When.
    pub(crate) at: Instant,
}

impl Store {
    /// Records a request of the past. Which conversations it gave, the caller writes.
    pub(crate) async fn record_past_request(
        transaction: &mut Transaction<'static, Any>,
        engine: Engine,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
        past: PastRequest,
    ) -> Result<(), ApiError> {
        let PastRequest { name, terms, held, given, at } = past;
        let asked = Asked { actor, campaign, operation, shown: None, at, answered_meanwhile: false };
        let allowed = terms.batch.get();
        let grant = Grant { asked, terms, ranges: &[], name: name.to_owned(), held, allowed, now: at };
        grant.record(transaction, engine, given, "").await.map(drop)
    }
}
