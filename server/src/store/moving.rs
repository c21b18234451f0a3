//! Applying a move: marking what moves, recording it, moving it, checking the counts of every statement.
//!
//! What moves is first marked in the temporary table `moving`, in the order in which it is dealt: the place of a
//! conversation says whose it was and whose it becomes. The history keeps that order, and the update reads it. No id
//! leaves the database, and nothing is sorted that an index has in order.

use handoff_core::plan::{Owner, Plan};
use handoff_core::{CampaignId, Instant, MemberId, OperationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::engine::Engine;
use super::failure::Sound;
use super::layout::Layout;
use crate::model::ApiError;

const ADD_SHARE: &str = "INSERT INTO share (rank, to_id) VALUES ($1, $2)";

/// Marks the first so many of what one member holds of one standing.
const MARK_MEMBER: &str = "
    INSERT INTO moving (conversation_id)
    SELECT conversation_id FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2 AND standing = $3 AND assignee_id = $5
    ORDER BY waiting_since, conversation_id
    LIMIT $4";

/// The same for what nobody holds. Without the owner in its order, PostgreSQL would sort all of it.
const MARK_UNASSIGNED: &str = "
    INSERT INTO moving (conversation_id)
    SELECT conversation_id FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2 AND standing = $3 AND assignee_id IS NULL
    ORDER BY assignee_id, waiting_since, conversation_id
    LIMIT $4";

/// Keeps the conversations from one place to another as one list.
const RECORD: &str = "
    INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
    SELECT $1, $2, $3, $4, count(*), (SELECT conversation_id FROM moving WHERE place = $3 + 1),
        string_agg(CAST(part.conversation_id - (SELECT conversation_id FROM moving WHERE place = $3 + 1) AS TEXT), ',')
    FROM (SELECT conversation_id FROM moving WHERE place > $3 AND place <= $5 ORDER BY place) AS part";

/// Gives the conversations of `$source` to their `to_id`, and notes by which operation and whose they were.
///
/// An `UPDATE … FROM` of SQLite first copies what it joins into a table of its own. As an insertion in which every
/// row is there already, the same change goes through in one pass, and takes three quarters of the time.
macro_rules! hand_over {
    (sqlite, $source:literal) => {
        concat!(
            "INSERT INTO conversation (organization_id, campaign_id, conversation_id, status, standing, assignee_id)
            SELECT $1, $2, dealt.conversation_id, 1, 1, dealt.to_id FROM (",
            $source,
            ") AS dealt WHERE true
            ON CONFLICT (organization_id, conversation_id) DO UPDATE
            SET assignee_id = excluded.assignee_id, assigned_at = $3,
                previous_id = conversation.assignee_id, moved_by = $4
            WHERE conversation.campaign_id = excluded.campaign_id"
        )
    };
    (postgres, $source:literal) => {
        concat!(
            "UPDATE conversation SET assignee_id = dealt.to_id, assigned_at = $3,
                previous_id = conversation.assignee_id, moved_by = $4
            FROM (",
            $source,
            ") AS dealt
            WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2
                AND conversation.conversation_id = dealt.conversation_id"
        )
    };
    ($engine:expr, $source:literal) => {
        match $engine {
            Engine::Sqlite => $crate::store::moving::hand_over!(sqlite, $source),
            Engine::Postgres => $crate::store::moving::hand_over!(postgres, $source),
        }
    };
}
pub(super) use hand_over;

/// Moves those who are served in one turn: from a place on, so many targets after each other.
///
/// `CROSS JOIN` keeps SQLite's order, which is that of the index: each marked conversation is looked up by its key.
const fn deal(engine: Engine) -> &'static str {
    hand_over!(
        engine,
        "SELECT moving.conversation_id, share.to_id
        FROM moving CROSS JOIN share
        WHERE moving.place > $5 AND moving.place <= $6 AND share.rank = $7 + (moving.place - 1 - $5) % $8"
    )
}

/// The statements of this file, for the test that prepares each on both engines.
pub const fn statements(engine: Engine) -> [&'static str; 5] {
    [ADD_SHARE, MARK_MEMBER, MARK_UNASSIGNED, RECORD, deal(engine)]
}

/// The temporary tables that the statements read.
pub const fn tables(engine: Engine) -> [(&'static str, &'static str); 2] {
    [("moving", engine.create_moving()), ("share", engine.create_share())]
}

/// Conversations in one list of the history: an undo reads lists one by one, and stays small.
const LIST: u64 = 65_536;

/// Makes the temporary tables. They end with [`forget`], or with the transaction if it fails.
pub(super) async fn prepare(transaction: &mut Transaction<'static, Any>, engine: Engine) -> Result<(), ApiError> {
    for (_, create) in tables(engine) {
        sqlx::raw_sql(create).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Drops the temporary tables.
pub(super) async fn forget(transaction: &mut Transaction<'static, Any>) -> Result<(), ApiError> {
    for table in ["moving", "share"] {
        sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE {table}"))).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Notes who is served.
pub(super) async fn seat(transaction: &mut Transaction<'static, Any>, targets: &[Owner]) -> Result<(), ApiError> {
    for (target, rank) in targets.iter().zip(0_i64..) {
        sqlx::query(ADD_SHARE).bind(rank).bind(target.map(MemberId::get)).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Marks what a plan takes, in the order in which it is dealt.
///
/// # Errors
/// If there are not as many as planned: then the transaction must not be committed.
pub(super) async fn mark(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    plan: &Plan,
) -> Result<(), ApiError> {
    for take in &plan.takes {
        let statement = if take.from.is_some() { MARK_MEMBER } else { MARK_UNASSIGNED };
        let mut query = sqlx::query(statement)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(take.standing as i32)
            .bind(i64::from(take.count));
        if let Some(member) = take.from {
            query = query.bind(member.get());
        }
        let marked = query.execute(&mut **transaction).await?.rows_affected();
        exactly(marked, u64::from(take.count))?;
    }
    Ok(())
}

/// Records what is marked under its operation.
pub(super) async fn record(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    operation: OperationId,
    layout: &Layout,
) -> Result<(), ApiError> {
    if let Some(finish) = engine.finish_moving() {
        sqlx::raw_sql(finish).execute(&mut **transaction).await?;
    }
    let mut place = 0;
    for take in &layout.takes {
        let end = place + u64::from(take.count);
        while place < end {
            let last = end.min(place + LIST);
            sqlx::query(RECORD)
                .bind(organization.get())
                .bind(operation.get())
                .bind(number(place)?)
                .bind(take.from.map(MemberId::get))
                .bind(number(last)?)
                .execute(&mut **transaction)
                .await?;
            place = last;
        }
    }
    Ok(())
}

/// Moves what is marked and recorded.
///
/// # Errors
/// If another number moves than was planned: then the transaction must not be committed.
pub(super) async fn apply(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    campaign: CampaignId,
    operation: OperationId,
    now: Instant,
    layout: &Layout,
) -> Result<(), ApiError> {
    seat(transaction, &layout.targets).await?;
    for turn in &layout.turns {
        let moved = sqlx::query(deal(engine))
            .bind(organization.get())
            .bind(campaign.get())
            .bind(now.get())
            .bind(operation.get())
            .bind(number(turn.start)?)
            .bind(number(turn.finish)?)
            .bind(number(turn.rank)?)
            .bind(i64::from(turn.open))
            .execute(&mut **transaction)
            .await?
            .rows_affected();
        exactly(moved, turn.finish - turn.start)?;
    }
    Ok(())
}

/// Refuses to go on when a statement touched another number of conversations than was planned.
pub(super) fn exactly(touched: u64, planned: u64) -> Result<(), ApiError> {
    if touched == planned {
        return Ok(());
    }
    tracing::error!(touched, planned, "a statement touched another number than was planned: nothing is moved");
    Err(ApiError::Broken)
}

/// A place as the database counts.
pub(super) fn number(place: u64) -> Result<i64, ApiError> {
    i64::try_from(place).expected("places are no more than the database counts")
}
