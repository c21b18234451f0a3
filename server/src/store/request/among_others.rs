//! Requests on PostgreSQL, where many request at once.
//!
//! Each takes what no other transaction has its hands on, so that nobody waits for somebody else's batch. Only when
//! that gives less than a batch and there may be more, it is given up and tried again while nobody else writes in the
//! campaign: then it is the truth that there is no more.

use sqlx::{Any, AssertSqlSafe, Transaction};

use super::super::Store;
use super::super::inbox::owner_counts;
use super::decision::{Asked, Decision, GROUND, Grant, decide, of, pool};
use super::expected::Range;
use crate::model::ApiError;
use crate::model::self_assignment::Requested;
use crate::store::failure::Sound;
use crate::store::row::by_standing;
use handoff_core::OperationId;
use handoff_core::tally::Counts;

/// Takes, gives and records in one statement, and counts it.
const CLAIM: &str = concat!(
    "WITH taken AS MATERIALIZED (",
    pool!("conversation_id, standing, waiting_since", "$2"),
    " FOR UPDATE SKIP LOCKED
    ), given AS (
        UPDATE conversation SET assignee_id = $3, assigned_at = $4, previous_id = NULL, moved_by = $5
        FROM taken
        WHERE conversation.organization_id = $1 AND conversation.conversation_id = taken.conversation_id
        RETURNING taken.conversation_id, taken.standing, taken.waiting_since
    ), recorded AS (
        INSERT INTO operation_move
            (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
        SELECT $1, $5, $6, NULL, count(*), min(part.first_id),
            string_agg(CAST(part.conversation_id - part.first_id AS TEXT), ','
                ORDER BY part.standing, part.waiting_since, part.conversation_id)
        FROM (SELECT given.*, min(given.conversation_id) OVER () AS first_id FROM given) AS part
        HAVING count(*) > 0
    )
    SELECT standing, count(*) AS conversations FROM given GROUP BY standing"
);

/// Whether there is more, in whose hands ever.
const MORE: &str = pool!("1", "$2");

pub(super) const STATEMENTS: [&str; 2] = [CLAIM, MORE];

/// Whether others may request and write in the campaign meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Among {
    /// They may.
    Others,
    /// Nobody may.
    Alone,
}

impl Store {
    pub(super) async fn request_among_others(&self, asked: Asked) -> Result<Requested, ApiError> {
        let last = self.answered.last(asked.actor, asked.campaign);
        if let Some(answer) = self.request_among(asked, last, Among::Others).await? {
            return Ok(answer);
        }
        // Nothing of the first attempt stayed.
        self.request_among(asked, last, Among::Alone).await?.expected("whoever is alone gets the truth")
    }

    /// Tries it; `last` was the texter's request that was answered last when they asked. `None` if others may have their
    /// hands on what is missing: then nothing was done.
    async fn request_among(
        &self,
        asked: Asked,
        last: Option<OperationId>,
        among: Among,
    ) -> Result<Option<Requested>, ApiError> {
        let Asked { actor, campaign, operation, .. } = asked;
        let mut transaction = self.begin().await?;
        if among == Among::Alone
            && let Some(lock) = self.engine.lock_campaign()
        {
            sqlx::query(lock).bind(campaign.get()).execute(&mut *transaction).await?;
        }
        if let Some(lock) = self.engine.lock_texter() {
            let query = sqlx::query(lock).bind(actor.organization.get()).bind(campaign.get());
            query.bind(actor.member.get()).execute(&mut *transaction).await?;
        }
        let asked = Asked { answered_meanwhile: self.answered.last(asked.actor, asked.campaign) != last, ..asked };
        let ground = sqlx::query(GROUND)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(actor.member.get())
            .bind(operation.get())
            .bind(asked.at.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::SignedOut)?;
        let held = owner_counts(&mut transaction, actor.organization, campaign, Some(actor.member)).await?;
        let grant = match decide(&ground, held, asked, self.now())? {
            Decision::Answered(taken) => return Ok(Some(Requested { operation: Some(operation), taken })),
            Decision::Give(grant) => grant,
        };
        let Some(given) = claim(&mut transaction, &grant, among).await? else { return Ok(None) };
        if given.total() > 0 {
            grant.record(&mut transaction, self.engine, given, "").await?;
            self.answered.note(asked.actor, asked.campaign, asked.operation);
            transaction.commit().await?;
        }
        Ok(Some(grant.answer(given)))
    }
}

/// Takes and gives. Answers what that was. `None` if there may be more.
async fn claim(
    transaction: &mut Transaction<'static, Any>,
    grant: &Grant,
    among: Among,
) -> Result<Option<Counts>, ApiError> {
    let Asked { actor, campaign, operation, .. } = grant.asked;
    let mut all = Counts::default();
    for range in grant.ranges {
        let most = grant.allowed.saturating_sub(all.total());
        if most == 0 {
            break;
        }
        let rows = sqlx::query(AssertSqlSafe(of(CLAIM, *range, most)))
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(actor.member.get())
            .bind(grant.now.get())
            .bind(operation.get())
            .bind(i64::from(all.total()))
            .fetch_all(&mut **transaction)
            .await?;
        let part = by_standing(&rows)?;
        all = all.plus(&part);
        // What somebody else has their hands on is still nobody's for this transaction. They may give it up.
        if part.total() < most && among == Among::Others && is_more(transaction, grant.asked, *range).await? {
            return Ok(None);
        }
    }
    Ok(Some(all))
}

async fn is_more(transaction: &mut Transaction<'static, Any>, asked: Asked, range: Range) -> Result<bool, ApiError> {
    let row = sqlx::query(AssertSqlSafe(of(MORE, range, 1)))
        .bind(asked.actor.organization.get())
        .bind(asked.campaign.get())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}
