//! Undoing an operation: exactly what was previewed, or nothing.

use handoff_core::permission::Act;
use handoff_core::plan::{Fingerprint, Move, Owner};
use handoff_core::request::RequestError;
use handoff_core::status::Standing;
use handoff_core::undo::{Fate, Moved, UndoPlan, undo};
use handoff_core::{CampaignId, Instant, MemberId, OperationId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeSet;

use super::engine::Engine;
use super::history::{self, Outcome, Record};
use super::reassign::name;
use super::tally::{self, count, owner};
use super::{Actor, Store, moving};
use crate::api::ApiError;
use crate::api::history::{OperationKind, UndoAnswer, UndoPreview};
use crate::api::overview::Overview;

/// What an operation moved, conversation by conversation, with what became of each.
///
/// `CROSS JOIN` is for SQLite, which then reads the tables in this order: each listed conversation is looked up by
/// its key. Left to choose, it reads every conversation against every list.
macro_rules! moved {
    ($list:literal) => {
        concat!(
            "SELECT conversation.conversation_id, operation_move.from_id, operation_move.to_id, conversation.standing,
                CASE WHEN conversation.assignee_id IS DISTINCT FROM operation_move.to_id THEN 2
                    WHEN conversation.assignee_wrote_at > $3 THEN 3
                    ELSE 1 END AS fate
            FROM operation_move
            CROSS JOIN ",
            $list,
            "
            CROSS JOIN conversation
            WHERE operation_move.organization_id = $1 AND operation_move.operation_id = $2
                AND conversation.organization_id = operation_move.organization_id
                AND conversation.conversation_id = operation_move.first_id + item.value"
        )
    };
}

macro_rules! sqlite_moved {
    () => {
        moved!("json_each('[' || operation_move.conversations || ']') AS item")
    };
}

macro_rules! postgres_moved {
    () => {
        moved!("LATERAL unnest(CAST(string_to_array(operation_move.conversations, ',') AS BIGINT[])) AS item (value)")
    };
}

macro_rules! grouped {
    ($moved:expr) => {
        concat!(
            "SELECT from_id, to_id, standing, fate, count(*) AS conversations FROM (",
            $moved,
            ") AS moved GROUP BY from_id, to_id, standing, fate"
        )
    };
}

/// Marks what goes back: what was taken from its owner goes the other way.
macro_rules! mark {
    ($moved:expr) => {
        concat!(
            "INSERT INTO moving (conversation_id, from_id, to_id, standing, fate)
            SELECT conversation_id, to_id, from_id, standing, fate FROM (",
            $moved,
            ") AS moved"
        )
    };
}

const fn preview_statement(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => grouped!(sqlite_moved!()),
        Engine::Postgres => grouped!(postgres_moved!()),
    }
}

const fn mark_statement(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => mark!(sqlite_moved!()),
        Engine::Postgres => mark!(postgres_moved!()),
    }
}

const MARKED: &str = "
    SELECT to_id AS from_id, from_id AS to_id, standing, fate, count(*) AS conversations
    FROM moving GROUP BY from_id, to_id, standing, fate";

const KEEP_UNTOUCHED: &str = "DELETE FROM moving WHERE fate <> 1";

/// Sends what would return to somebody who cannot take it to Unassigned.
const WITHOUT_OWNER: &str = "UPDATE moving SET to_id = NULL WHERE to_id = $1";

/// What is nobody's already needs no moving.
const KEEP_MOVES: &str = "DELETE FROM moving WHERE from_id IS NULL AND to_id IS NULL";

/// The statements of this file, for the test that prepares each on both engines.
pub const fn statements(engine: Engine) -> [&'static str; 6] {
    [preview_statement(engine), mark_statement(engine), MARKED, KEEP_UNTOUCHED, WITHOUT_OWNER, KEEP_MOVES]
}

fn moved(row: &AnyRow) -> Result<Moved, ApiError> {
    Ok(Moved {
        from: owner(row, "from_id")?,
        to: owner(row, "to_id")?,
        standing: Standing::from_number(row.try_get::<i32, _>("standing")?.into()).ok_or(ApiError::Broken)?,
        fate: Fate::from_number(row.try_get::<i32, _>("fate")?.into()).ok_or(ApiError::Broken)?,
        count: count(row, "conversations")?,
    })
}

/// An undo to commit.
#[derive(Clone, Debug)]
pub struct UndoCommit {
    /// The campaign.
    pub campaign: CampaignId,
    /// The operation to undo.
    pub undoes: OperationId,
    /// The fingerprint of the undo that was previewed.
    pub fingerprint: Fingerprint,
    /// The id of the undo itself, made by who asks.
    pub operation: OperationId,
}

impl Store {
    /// Reads all that is needed to preview an undo.
    ///
    /// # Errors
    /// If the member may not, or the campaign has no such operation.
    pub async fn undo_preview(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
    ) -> Result<UndoPreview, ApiError> {
        let mut transaction = self.read(actor, Act::MoveInBulk).await?;
        let overview = tally::read(&mut transaction, actor.organization, campaign).await?;
        let operation = history::one(&mut transaction, actor, campaign, operation).await?.operation;
        let rows = sqlx::query(preview_statement(self.engine))
            .bind(actor.organization.get())
            .bind(operation.id.get())
            .bind(operation.at.get())
            .fetch_all(&mut *transaction)
            .await?;
        let moved: Vec<Moved> = rows.iter().map(moved).collect::<Result<_, _>>()?;
        let names = names(&mut transaction, actor.organization, &overview, &moved).await?;
        Ok(UndoPreview { operation, tally: overview.tally, moved, names })
    }

    /// Undoes an operation, if that is still what was previewed.
    ///
    /// # Errors
    /// If the member may not, the campaign is archived, there is no such operation, or nothing can be restored.
    pub async fn undo(&self, actor: Actor, commit: &UndoCommit) -> Result<UndoAnswer, ApiError> {
        let mut transaction = self.write(actor, Act::MoveInBulk).await?;
        self.lock_campaign(&mut transaction, commit.campaign).await?;
        let record = Record {
            actor,
            kind: OperationKind::Undo,
            campaign: commit.campaign,
            operation: commit.operation,
            request: format!("{{\"undo\":{}}}", commit.undoes),
        };
        if let Some((moved, headline)) =
            history::committed_before(&mut transaction, &record, &commit.fingerprint).await?
        {
            return Ok(UndoAnswer::Committed { operation: commit.operation, moved, headline });
        }
        let overview = tally::read(&mut transaction, actor.organization, commit.campaign).await?;
        overview.status.may_move()?;
        let undone = history::one(&mut transaction, actor, commit.campaign, commit.undoes).await?.operation;

        moving::prepare(&mut transaction).await?;
        let moved = self.mark_undo(&mut transaction, actor.organization, undone.id, undone.at).await?;
        let plan = undo(&overview.tally, &moved);
        let names = names(&mut transaction, actor.organization, &overview, &moved).await?;
        if plan.fingerprint() != commit.fingerprint {
            let preview = UndoPreview { operation: undone, tally: overview.tally, moved, names };
            return Ok(UndoAnswer::Conflict { preview: Box::new(preview) });
        }
        if plan.moved == 0 {
            return Err(RequestError::Nothing.into());
        }
        let name = |owner: Owner| name(&overview, owner);
        let outcome = Outcome {
            at: self.now(),
            fingerprint: commit.fingerprint.clone(),
            moved: plan.moved,
            words: format!("Undo of \"{}\"", undone.headline),
            headline: plan.headline(name),
            people: plan.people.iter().map(|change| (name(change.owner), *change)).collect(),
            undoes: Some(undone.id),
        };
        history::record(&mut transaction, &record, &outcome).await?;
        keep_what_returns(&mut transaction, &plan).await?;
        let planned: Vec<Move> = plan
            .returns
            .iter()
            .map(|part| Move { from: part.from, to: part.to, standing: part.standing, count: part.count })
            .collect();
        let operation = commit.operation;
        moving::apply(&mut transaction, actor.organization, commit.campaign, operation, outcome.at, &planned).await?;
        moving::forget(&mut transaction).await?;
        transaction.commit().await?;
        Ok(UndoAnswer::Committed { operation, moved: plan.moved, headline: outcome.headline })
    }

    async fn mark_undo(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        undone: OperationId,
        at: Instant,
    ) -> Result<Vec<Moved>, ApiError> {
        sqlx::query(mark_statement(self.engine))
            .bind(organization.get())
            .bind(undone.get())
            .bind(at.get())
            .execute(&mut **transaction)
            .await?;
        let rows = sqlx::query(MARKED).fetch_all(&mut **transaction).await?;
        rows.iter().map(moved).collect()
    }
}

async fn keep_what_returns(transaction: &mut Transaction<'static, Any>, plan: &UndoPlan) -> Result<(), ApiError> {
    if !plan.stays.is_empty() {
        sqlx::query(KEEP_UNTOUCHED).execute(&mut **transaction).await?;
    }
    for member in &plan.gone {
        sqlx::query(WITHOUT_OWNER).bind(member.get()).execute(&mut **transaction).await?;
    }
    if !plan.gone.is_empty() {
        sqlx::query(KEEP_MOVES).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// The names of everyone who holds, held or gets something.
async fn names(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    overview: &Overview,
    moved: &[Moved],
) -> Result<Vec<(MemberId, String)>, ApiError> {
    let mut names: Vec<_> = overview.people.iter().map(|person| (person.id, person.name.clone())).collect();
    let others: BTreeSet<MemberId> = moved
        .iter()
        .flat_map(|group| [group.from, group.to])
        .flatten()
        .filter(|member| !names.iter().any(|(known, _)| known == member))
        .collect();
    for member in others {
        if let Some(name) = tally::member_name(transaction, organization, member).await? {
            names.push((member, name));
        }
    }
    Ok(names)
}
