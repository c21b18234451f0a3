//! Applying a move: marking what moves, moving it, checking that it is exactly what was planned, recording it.
//!
//! What moves is first marked in the temporary table `moving`, which only this transaction sees. Everything
//! after that reads it: the update, the check against the plan, and the history. No id leaves the database.

use std::collections::BTreeMap;

use handoff_core::plan::{Move, Owner, Plan, Take};
use handoff_core::status::Standing;
use handoff_core::{CampaignId, Instant, OperationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::tally::{count, owner};
use crate::api::ApiError;

/// `to_id` is where a conversation goes; an undo first notes its `fate` and whose it `was`.
pub const CREATE_MOVING: &str = "
    CREATE TEMPORARY TABLE moving (
        conversation_id BIGINT NOT NULL,
        from_id BIGINT,
        to_id BIGINT,
        standing SMALLINT NOT NULL,
        fate SMALLINT NOT NULL
    )";
/// The phases of a deal, and who is served in them.
pub const CREATE_PHASE: &str = "
    CREATE TEMPORARY TABLE phase (start BIGINT NOT NULL, finish BIGINT NOT NULL, open BIGINT NOT NULL)";
/// The targets of a deal by rank: the largest share first.
pub const CREATE_SHARE: &str = "CREATE TEMPORARY TABLE share (rank BIGINT NOT NULL PRIMARY KEY, to_id BIGINT)";
/// Owners and standings of which all is taken, with the place of each in the deal.
pub const CREATE_TAKING: &str = "
    CREATE TEMPORARY TABLE taking (from_id BIGINT NOT NULL, standing SMALLINT NOT NULL, place BIGINT NOT NULL,
        PRIMARY KEY (from_id, standing))";

const ADD_PHASE: &str = "INSERT INTO phase (start, finish, open) VALUES ($1, $2, $3)";
const ADD_SHARE: &str = "INSERT INTO share (rank, to_id) VALUES ($1, $2)";
const ADD_TAKING: &str = "INSERT INTO taking (from_id, standing, place) VALUES ($1, $2, $3)";

/// Marks the first so many of what one member holds of one standing, from a place in the deal on.
const MARK_FIRST_OF_MEMBER: &str = "
    INSERT INTO moving (conversation_id, from_id, to_id, standing, fate)
    SELECT dealt.conversation_id, dealt.assignee_id, share.to_id, dealt.standing, 1
    FROM (
        SELECT conversation_id, assignee_id, standing,
            $5 + row_number() OVER (ORDER BY waiting_since, conversation_id) - 1 AS place
        FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id = $3 AND standing = $4
        ORDER BY waiting_since, conversation_id
        LIMIT $6
    ) AS dealt
    JOIN phase ON dealt.place >= phase.start AND dealt.place < phase.finish
    JOIN share ON share.rank = (dealt.place - phase.start) % phase.open";

/// The same for what nobody holds.
const MARK_FIRST_OF_UNASSIGNED: &str = "
    INSERT INTO moving (conversation_id, from_id, to_id, standing, fate)
    SELECT dealt.conversation_id, NULL, share.to_id, dealt.standing, 1
    FROM (
        SELECT conversation_id, standing,
            $4 + row_number() OVER (ORDER BY waiting_since, conversation_id) - 1 AS place
        FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL AND standing = $3
        ORDER BY waiting_since, conversation_id
        LIMIT $5
    ) AS dealt
    JOIN phase ON dealt.place >= phase.start AND dealt.place < phase.finish
    JOIN share ON share.rank = (dealt.place - phase.start) % phase.open";

/// Marks everything that members hold of the standings in `taking`.
const MARK_WHOLE: &str = "
    INSERT INTO moving (conversation_id, from_id, to_id, standing, fate)
    SELECT dealt.conversation_id, dealt.assignee_id, share.to_id, dealt.standing, 1
    FROM (
        SELECT conversation.conversation_id, conversation.assignee_id, conversation.standing,
            taking.place + row_number() OVER (
                PARTITION BY conversation.assignee_id, conversation.standing
                ORDER BY conversation.waiting_since, conversation.conversation_id
            ) - 1 AS place
        FROM taking
        JOIN conversation ON conversation.organization_id = $1 AND conversation.campaign_id = $2
            AND conversation.assignee_id = taking.from_id AND conversation.standing = taking.standing
    ) AS dealt
    JOIN phase ON dealt.place >= phase.start AND dealt.place < phase.finish
    JOIN share ON share.rank = (dealt.place - phase.start) % phase.open";

const UPDATE: &str = "
    UPDATE conversation SET assignee_id = moving.to_id, assigned_at = $3
    FROM moving
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2
        AND conversation.conversation_id = moving.conversation_id";

/// Answers what was marked, to be held against the plan before anything moves.
const RECORD: &str = "
    INSERT INTO operation_move (organization_id, operation_id, part, from_id, to_id, standing, moved, first_id,
        conversations)
    SELECT $1, $2, row_number() OVER (ORDER BY from_id, to_id, standing), from_id, to_id, standing, moved, first_id,
        conversations
    FROM (
        SELECT moving.from_id, moving.to_id, moving.standing, count(*) AS moved, first.first_id,
            string_agg(CAST(moving.conversation_id - first.first_id AS TEXT), ',') AS conversations
        FROM moving
        CROSS JOIN (SELECT min(conversation_id) AS first_id FROM moving) AS first
        GROUP BY moving.from_id, moving.to_id, moving.standing, first.first_id
    ) AS list
    RETURNING from_id, to_id, standing, moved";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 8] =
    [ADD_PHASE, ADD_SHARE, ADD_TAKING, MARK_FIRST_OF_MEMBER, MARK_FIRST_OF_UNASSIGNED, MARK_WHOLE, UPDATE, RECORD];

/// The temporary tables that the statements read.
pub const TABLES: [(&str, &str); 4] =
    [("moving", CREATE_MOVING), ("phase", CREATE_PHASE), ("share", CREATE_SHARE), ("taking", CREATE_TAKING)];

/// Makes the temporary tables. They end with [`forget`], or with the transaction if it fails.
pub(super) async fn prepare(transaction: &mut Transaction<'static, Any>) -> Result<(), ApiError> {
    for (_, create) in TABLES {
        sqlx::raw_sql(create).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Drops the temporary tables.
pub(super) async fn forget(transaction: &mut Transaction<'static, Any>) -> Result<(), ApiError> {
    for (table, _) in TABLES {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE {table}"))).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Marks what a plan takes, each with its target.
///
/// Where all that somebody holds of a standing is taken, one statement marks it for everybody. Where only the
/// first so many are, a statement for each owner reads just those from the index.
pub(super) async fn mark(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    plan: &Plan,
) -> Result<(), ApiError> {
    deal(transaction, plan).await?;
    let mut place = 0_i64;
    let mut whole = false;
    for take in &plan.takes {
        if take.from.is_some() && is_whole(plan, take) {
            sqlx::query(ADD_TAKING)
                .bind(take.from.map(handoff_core::MemberId::get))
                .bind(take.standing as i32)
                .bind(place)
                .execute(&mut **transaction)
                .await?;
            whole = true;
        } else {
            let first = match take.from {
                Some(member) => {
                    sqlx::query(MARK_FIRST_OF_MEMBER).bind(organization.get()).bind(campaign.get()).bind(member.get())
                }
                None => sqlx::query(MARK_FIRST_OF_UNASSIGNED).bind(organization.get()).bind(campaign.get()),
            };
            first
                .bind(take.standing as i32)
                .bind(place)
                .bind(i64::from(take.count))
                .execute(&mut **transaction)
                .await?;
        }
        place += i64::from(take.count);
    }
    if whole {
        sqlx::query(MARK_WHOLE).bind(organization.get()).bind(campaign.get()).execute(&mut **transaction).await?;
    }
    Ok(())
}

fn is_whole(plan: &Plan, take: &Take) -> bool {
    plan.people
        .binary_search_by_key(&take.from, |change| change.owner)
        .is_ok_and(|index| plan.people.get(index).is_some_and(|change| change.before.get(take.standing) == take.count))
}

async fn deal(transaction: &mut Transaction<'static, Any>, plan: &Plan) -> Result<(), ApiError> {
    let deal = plan.deal();
    let ends = deal.phases().iter().skip(1).map(|phase| phase.start).chain([u64::from(plan.moved)]);
    for (phase, end) in deal.phases().iter().zip(ends) {
        sqlx::query(ADD_PHASE)
            .bind(i64::try_from(phase.start).map_err(|_| ApiError::Broken)?)
            .bind(i64::try_from(end).map_err(|_| ApiError::Broken)?)
            .bind(i64::from(phase.open))
            .execute(&mut **transaction)
            .await?;
    }
    for (share, rank) in plan.shares.iter().zip(0_i64..) {
        sqlx::query(ADD_SHARE)
            .bind(rank)
            .bind(share.to.map(handoff_core::MemberId::get))
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Records what is marked under the operation, and moves it, if it is exactly what was planned.
///
/// # Errors
/// If what is marked or what was moved differs from the plan: then the transaction must not be committed.
pub(super) async fn apply(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    operation: OperationId,
    now: Instant,
    planned: &[Move],
) -> Result<(), ApiError> {
    let mut expected: BTreeMap<(Owner, Owner, Standing), u32> = BTreeMap::new();
    for part in planned {
        *expected.entry((part.from, part.to, part.standing)).or_default() += part.count;
    }
    let mut marked = BTreeMap::new();
    let recorded =
        sqlx::query(RECORD).bind(organization.get()).bind(operation.get()).fetch_all(&mut **transaction).await?;
    for row in recorded {
        let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).ok_or(ApiError::Broken)?;
        let pair = (owner(&row, "from_id")?, owner(&row, "to_id")?, standing);
        marked.insert(pair, count(&row, "moved")?);
    }
    if marked != expected {
        tracing::error!(%operation, "what was marked is not what was planned: nothing is moved");
        return Err(ApiError::Broken);
    }
    let planned: u64 = expected.values().map(|count| u64::from(*count)).sum();
    let moved = sqlx::query(UPDATE)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(now.get())
        .execute(&mut **transaction)
        .await?
        .rows_affected();
    if moved != planned {
        tracing::error!(%operation, moved, planned, "another number moved than was planned: nothing is moved");
        return Err(ApiError::Broken);
    }
    Ok(())
}
