//! Undoing an operation: exactly what was previewed, or nothing.

use handoff_core::permission::Act;
use handoff_core::plan::{Fingerprint, Owner};
use handoff_core::request::RequestError;
use handoff_core::status::Standing;
use handoff_core::undo::{Fate, Moved, UndoPlan, undo};
use handoff_core::{CampaignId, MemberId, OperationId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeSet;

use super::engine::Engine;
use super::history::{self, Outcome, Record};
use super::moving::{self, Layout, exactly, number};
use super::reassign::name;
use super::tally::{self, count, owner};
use super::{Actor, Store};
use crate::api::ApiError;
use crate::api::history::{OperationKind, OperationRow, UndoAnswer, UndoPreview};
use crate::api::overview::Overview;

/// Notes what an operation moved in one turn, conversation by conversation, with what became of each.
///
/// `CROSS JOIN` is for SQLite, which then reads the tables in this order: each listed conversation is looked up by
/// its key. Left to choose, it reads every conversation against every list.
macro_rules! note {
    ($list:literal, $index:literal) => {
        concat!(
            "INSERT INTO undoing (conversation_id, from_id, to_id, standing, fate)
            SELECT conversation.conversation_id, operation_move.from_id, share.to_id, conversation.standing,
                CASE WHEN conversation.assignee_id IS DISTINCT FROM share.to_id THEN 2
                    WHEN conversation.assignee_wrote_at > $3 THEN 3
                    ELSE 1 END
            FROM operation_move
            CROSS JOIN ",
            $list,
            " CROSS JOIN share
            CROSS JOIN conversation
            WHERE operation_move.organization_id = $1 AND operation_move.operation_id = $2
                AND operation_move.first_place < $5 AND operation_move.first_place + operation_move.moved > $4
                AND operation_move.first_place + ",
            $index,
            " >= $4 AND operation_move.first_place + ",
            $index,
            " < $5
                AND share.rank = $6 + (operation_move.first_place + ",
            $index,
            " - $4) % $7
                AND conversation.organization_id = operation_move.organization_id
                AND conversation.conversation_id = operation_move.first_id + item.value"
        )
    };
}

const fn note(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => note!("json_each('[' || operation_move.conversations || ']') AS item", "item.key"),
        Engine::Postgres => note!(
            "LATERAL unnest(CAST(string_to_array(operation_move.conversations, ',') AS BIGINT[]))
                WITH ORDINALITY AS item (value, number)",
            "(item.number - 1)"
        ),
    }
}

/// What an operation moved, with what became of each.
pub const CREATE_UNDOING: &str = "
    CREATE TEMPORARY TABLE undoing (
        conversation_id BIGINT NOT NULL,
        from_id BIGINT,
        to_id BIGINT,
        standing SMALLINT NOT NULL,
        fate SMALLINT NOT NULL
    )";

const GROUPED: &str = "
    SELECT from_id, to_id, standing, fate, count(*) AS conversations
    FROM undoing GROUP BY from_id, to_id, standing, fate";

/// What nobody can take back stays where nobody has it.
const DROP_NOWHERE: &str = "DELETE FROM undoing WHERE to_id IS NULL AND from_id = $1";

/// Marks what goes back, in the order of the plan's groups.
const MARK: &str = "
    INSERT INTO moving (conversation_id)
    SELECT conversation_id FROM undoing WHERE fate = 1
    ORDER BY from_id NULLS FIRST, to_id NULLS FIRST, standing";

/// The statements of this file, for the test that prepares each on both engines.
pub const fn statements(engine: Engine) -> [&'static str; 4] {
    [note(engine), GROUPED, DROP_NOWHERE, MARK]
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
        let (detail, layout) = history::one(&mut transaction, actor, campaign, operation).await?;
        let operation = detail.operation;
        let moved = self.note_undo(&mut transaction, actor, &operation, &layout).await?;
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
        let (detail, layout) = history::one(&mut transaction, actor, commit.campaign, commit.undoes).await?;
        let undone = detail.operation;
        let moved = self.note_undo(&mut transaction, actor, &undone, &layout).await?;
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
        let layout = Layout::of_undo(&plan);
        let outcome = Outcome {
            at: self.now(),
            fingerprint: commit.fingerprint.clone(),
            moved: plan.moved,
            words: format!("Undo of \"{}\"", undone.headline),
            headline: plan.headline(name),
            people: plan.people.iter().map(|change| (name(change.owner), *change)).collect(),
            undoes: Some(undone.id),
            layout: layout.to_json()?,
        };
        history::record(&mut transaction, &record, &outcome).await?;
        let operation = commit.operation;
        moving::prepare(&mut transaction, self.engine).await?;
        mark(&mut transaction, &plan).await?;
        let target = (actor.organization, commit.campaign, operation);
        moving::apply(&mut transaction, self.engine, target, outcome.at, &layout).await?;
        moving::forget(&mut transaction).await?;
        sqlx::raw_sql(DROP_UNDOING).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(UndoAnswer::Committed { operation, moved: plan.moved, headline: outcome.headline })
    }

    /// Notes in `undoing` what an operation moved, and counts what became of it.
    async fn note_undo(
        &self,
        transaction: &mut Transaction<'static, Any>,
        actor: Actor,
        undone: &OperationRow,
        layout: &str,
    ) -> Result<Vec<Moved>, ApiError> {
        let layout = Layout::from_json(layout)?;
        sqlx::raw_sql(moving::CREATE_SHARE).execute(&mut **transaction).await?;
        sqlx::raw_sql(CREATE_UNDOING).execute(&mut **transaction).await?;
        moving::seat(transaction, &layout.targets).await?;
        for turn in &layout.turns {
            sqlx::query(note(self.engine))
                .bind(actor.organization.get())
                .bind(undone.id.get())
                .bind(undone.at.get())
                .bind(number(turn.start)?)
                .bind(number(turn.finish)?)
                .bind(number(turn.rank)?)
                .bind(i64::from(turn.open))
                .execute(&mut **transaction)
                .await?;
        }
        let rows = sqlx::query(GROUPED).fetch_all(&mut **transaction).await?;
        sqlx::raw_sql("DROP TABLE share").execute(&mut **transaction).await?;
        rows.iter().map(moved).collect()
    }
}

const DROP_UNDOING: &str = "DROP TABLE undoing";

/// Marks what goes back.
async fn mark(transaction: &mut Transaction<'static, Any>, plan: &UndoPlan) -> Result<(), ApiError> {
    for member in &plan.gone {
        sqlx::query(DROP_NOWHERE).bind(member.get()).execute(&mut **transaction).await?;
    }
    let marked = sqlx::query(MARK).execute(&mut **transaction).await?.rows_affected();
    exactly(marked, u64::from(plan.moved))
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
