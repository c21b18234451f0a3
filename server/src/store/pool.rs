//! A campaign's self assignment as its admins see it: what is left, who requested it, and how it became less.

use handoff_core::naming::told_apart;
use handoff_core::permission::Act;
use handoff_core::self_assignment::curve;
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, MemberId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::inbox::owner_counts;
use super::row::{by_standing, count, stored};
use super::tally::campaign as check_campaign;
use super::terms::{OwnTerms, terms_columns};
use super::{Actor, Store};
use crate::model::import::DryRun;
use crate::model::self_assignment::{PoolHistory, PoolTexter, SelfAssignment};
use crate::model::{ApiError, Thing};

const READ: &str = concat!(
    "SELECT ",
    terms_columns!(),
    " FROM campaign JOIN organization ON organization.organization_id = campaign.organization_id
    WHERE campaign.organization_id = $1 AND campaign.campaign_id = $2"
);

/// What nobody holds and nobody is given, because the admins were called to it. `CROSS JOIN` keeps SQLite from beginning
/// with the conversations.
const ESCALATED: &str = "
    SELECT conversation.standing, count(*) AS conversations
    FROM escalation
    CROSS JOIN conversation
    WHERE escalation.organization_id = $1
        AND conversation.organization_id = escalation.organization_id
        AND conversation.conversation_id = escalation.conversation_id
        AND conversation.campaign_id = $2 AND conversation.escalated = 1 AND conversation.assignee_id IS NULL
    GROUP BY conversation.standing";

/// Everybody who joined by a link or was given what they requested. 5 is a request.
const TEXTERS: &str = "
    SELECT member.member_id, member.name,
        (SELECT account.email FROM account WHERE account.account_id = member.account_id) AS email,
        invite_join.joined_at, coalesce(requested.requests, 0) AS requests,
        coalesce(requested.conversations, 0) AS requested, coalesce(held.conversations, 0) AS holds
    FROM member
    LEFT JOIN invite_join ON invite_join.organization_id = member.organization_id
        AND invite_join.campaign_id = $2 AND invite_join.member_id = member.member_id
    LEFT JOIN (
        SELECT committed_by, count(*) AS requests, CAST(sum(moved) AS BIGINT) AS conversations
        FROM operation WHERE organization_id = $1 AND campaign_id = $2 AND kind = 5 GROUP BY committed_by
    ) AS requested ON requested.committed_by = member.member_id
    LEFT JOIN (
        SELECT assignee_id, count(*) AS conversations FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NOT NULL GROUP BY assignee_id
    ) AS held ON held.assignee_id = member.member_id
    WHERE member.organization_id = $1
        AND (invite_join.member_id IS NOT NULL OR requested.committed_by IS NOT NULL)
    ORDER BY invite_join.joined_at DESC NULLS LAST, member.member_id";

/// Since when it is known what became of the pool, and whether anything did.
const KNOWN: &str = "
    SELECT min(committed_at) AS begun,
        max(CASE WHEN unassigned_change IS NULL THEN committed_at END) AS unknown
    FROM operation WHERE organization_id = $1 AND campaign_id = $2";

/// What operations did to the pool, summed up over spans of time: read from `operation_by_time` alone.
const CHANGES: &str = "
    SELECT (committed_at - $3) / $4 AS span, max(committed_at) AS at, CAST(sum(unassigned_change) AS BIGINT) AS change
    FROM operation WHERE organization_id = $1 AND campaign_id = $2 AND committed_at > $5
    GROUP BY 1 ORDER BY 1";

/// Imports fill it. 3 is done.
const IMPORTS: &str = "
    SELECT finished_at, result FROM contact_import
    WHERE organization_id = $1 AND campaign_id = $2 AND status = 3 AND finished_at IS NOT NULL
    ORDER BY finished_at";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 6] = [READ, ESCALATED, TEXTERS, KNOWN, CHANGES, IMPORTS];

/// Changes of operations on one picture. Imports come on top: a campaign has a few.
const SPANS: i64 = 200;

fn texter(row: &AnyRow) -> Result<PoolTexter, ApiError> {
    Ok(PoolTexter {
        member: MemberId(row.try_get("member_id")?),
        name: row.try_get("name")?,
        joined_at: row.try_get::<Option<i64>, _>("joined_at")?.map(Instant),
        requests: count(row, "requests")?,
        requested: count(row, "requested")?,
        holds: count(row, "holds")?,
    })
}

/// Those of one name with their address.
fn told_apart_texters(rows: &[AnyRow]) -> Result<Vec<PoolTexter>, ApiError> {
    let texters = rows.iter().map(texter).collect::<Result<Vec<_>, _>>()?;
    let addresses = rows
        .iter()
        .map(|row| Ok(row.try_get::<Option<String>, _>("email")?.unwrap_or_default()))
        .collect::<Result<Vec<_>, ApiError>>()?;
    let names =
        told_apart(texters.iter().zip(&addresses).map(|(texter, address)| (texter.name.as_str(), address.as_str())));
    Ok(texters.into_iter().zip(names).map(|(texter, name)| PoolTexter { name, ..texter }).collect())
}

impl Store {
    /// Reads a campaign's self assignment.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn self_assignment(&self, actor: Actor, campaign: CampaignId) -> Result<SelfAssignment, ApiError> {
        let organization = actor.organization;
        let mut transaction = self.read(actor, Act::ManageSelfAssignment).await?;
        let row = sqlx::query(READ)
            .bind(organization.get())
            .bind(campaign.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::NotFound(Thing::Campaign))?;
        let own = OwnTerms::of(&row)?;
        let mut pool = owner_counts(&mut transaction, organization, campaign, None).await?;
        pool.set(Standing::OptedOut, 0);
        for (standing, escalated) in escalated(&mut transaction, actor, campaign).await?.iter() {
            pool.take(standing, escalated);
        }
        let texters =
            sqlx::query(TEXTERS).bind(organization.get()).bind(campaign.get()).fetch_all(&mut *transaction).await?;
        let invite = self.latest_invite(&mut transaction, organization, campaign).await?;
        Ok(SelfAssignment {
            on: own.on,
            batch: own.batch,
            organization_batch: own.organization_batch,
            kind: own.kind,
            ceiling: own.ceiling,
            pool,
            left: own.kind.left(own.initial(self.now()), &pool),
            invite,
            texters: told_apart_texters(&texters)?,
        })
    }

    /// Reads how the unassigned conversations of a campaign became more and fewer.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn pool_history(&self, actor: Actor, campaign: CampaignId) -> Result<PoolHistory, ApiError> {
        let (organization, now) = (actor.organization, self.now());
        let mut transaction = self.read(actor, Act::ManageSelfAssignment).await?;
        check_campaign(&mut transaction, organization, campaign).await?;
        let held = owner_counts(&mut transaction, organization, campaign, None).await?.total();
        let known =
            sqlx::query(KNOWN).bind(organization.get()).bind(campaign.get()).fetch_one(&mut *transaction).await?;
        let unknown = known.try_get::<Option<i64>, _>("unknown")?;
        let imports =
            sqlx::query(IMPORTS).bind(organization.get()).bind(campaign.get()).fetch_all(&mut *transaction).await?;
        let mut changes = Vec::new();
        for row in imports {
            let at: i64 = row.try_get("finished_at")?;
            if unknown.is_none_or(|unknown| at > unknown) {
                let result: DryRun = stored(&row.try_get::<String, _>("result")?)?;
                changes.push((Instant(at), i64::from(result.good)));
            }
        }
        let first_import = changes.first().map(|(at, _)| at.get());
        let begun = [unknown.or(known.try_get::<Option<i64>, _>("begun")?), first_import].into_iter().flatten().min();
        let Some(begun) = begun else { return Ok(PoolHistory { points: Vec::new() }) };
        let span = (now.get() - begun).max(0) / SPANS + 1;
        let spans = sqlx::query(CHANGES)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(begun)
            .bind(span)
            .bind(unknown.unwrap_or(i64::MIN))
            .fetch_all(&mut *transaction)
            .await?;
        for row in spans {
            changes.push((Instant(row.try_get("at")?), row.try_get("change")?));
        }
        changes.sort_by_key(|(at, _)| *at);
        Ok(PoolHistory { points: curve(Instant(begun), &changes, now, held) })
    }
}

async fn escalated(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
) -> Result<Counts, ApiError> {
    let rows = sqlx::query(ESCALATED)
        .bind(actor.organization.get())
        .bind(campaign.get())
        .fetch_all(&mut **transaction)
        .await?;
    by_standing(&rows)
}
