//! Undoing an operation: exactly what was previewed, or nothing.
//!
//! What nobody touched since goes back at once, see [`at_once`]. Otherwise each conversation is listed from the history
//! and compared with where it is.

mod at_once;
mod commit;

use handoff_core::operation::OperationKind;
use handoff_core::permission::Act;
use handoff_core::plan::Owner;
use handoff_core::request::RequestError;
use handoff_core::status::Standing;
use handoff_core::undo::{Fate, Moved, UndoPlan, undo};
use handoff_core::{CampaignId, Instant, MemberId, OperationId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use std::collections::BTreeSet;

use super::engine::Engine;
use super::failure::{Sound, ids};
use super::history::{self, Outcome, Record};
use super::layout::Layout;
use super::moving::{self, exactly, hand_over, number};
use super::reassign::name;
use super::revoke::{let_back, texters_again};
use super::row::{count, owner};
use super::{Actor, Store, tally};
use crate::model::ApiError;
use crate::model::history::{OperationRow, UndoAnswer, UndoPreview};
use crate::model::overview::Overview;
pub use commit::UndoCommit;

/// Lists what an operation moved in one turn, conversation by conversation. `$columns` are whose they were and whose
/// they became; the other way round for lists that are read so.
///
/// `CROSS JOIN` is for SQLite, which then reads the tables in this order.
macro_rules! list {
    ($columns:literal, $list:literal, $index:literal) => {
        concat!(
            "INSERT INTO listed (conversation_id, ",
            $columns,
            ")
            SELECT operation_move.first_id + item.value, operation_move.from_id, share.to_id
            FROM operation_move
            CROSS JOIN ",
            $list,
            " CROSS JOIN share
            WHERE operation_move.organization_id = $1 AND operation_move.operation_id = $2
                AND operation_move.first_place < $4 AND operation_move.first_place + operation_move.moved > $3
                AND operation_move.first_place + ",
            $index,
            " >= $3 AND operation_move.first_place + ",
            $index,
            " < $4
                AND share.rank = $5 + (operation_move.first_place + ",
            $index,
            " - $3) % $6"
        )
    };
}

const fn list(engine: Engine, reversed: bool) -> &'static str {
    macro_rules! of_engine {
        ($columns:literal) => {
            match engine {
                Engine::Sqlite => {
                    list!($columns, "json_each('[' || operation_move.conversations || ']') AS item", "item.key")
                }
                Engine::Postgres => list!(
                    $columns,
                    "LATERAL unnest(CAST(string_to_array(operation_move.conversations, ',') AS BIGINT[]))
                        WITH ORDINALITY AS item (value, number)",
                    "(item.number - 1)"
                ),
            }
        };
    }
    if reversed { of_engine!("to_id, from_id") } else { of_engine!("from_id, to_id") }
}

/// Notes what became of what is listed. On SQLite each listed conversation is looked up by its key.
const NOTE: &str = "
    INSERT INTO undoing (conversation_id, from_id, to_id, standing, fate)
    SELECT listed.conversation_id, listed.from_id, listed.to_id, conversation.standing,
        CASE WHEN conversation.assignee_id IS DISTINCT FROM listed.to_id THEN 2
            WHEN conversation.assignee_wrote_at > $2 THEN 3
            ELSE 1 END
    FROM listed CROSS JOIN conversation
    WHERE conversation.organization_id = $1 AND conversation.conversation_id = listed.conversation_id";

/// What an operation moved.
const CREATE_LISTED: &str =
    "CREATE TEMPORARY TABLE listed (conversation_id BIGINT NOT NULL, from_id BIGINT, to_id BIGINT)";

/// What an operation moved, with what became of each.
const CREATE_UNDOING: &str = "
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

/// Only what goes back is left.
const DROP_STAYS: &str = "DELETE FROM undoing WHERE fate <> 1";

/// What nobody can take back stays where nobody has it.
const DROP_NOWHERE: &str = "DELETE FROM undoing WHERE to_id IS NULL AND from_id = $1";

/// Keeps each group of the plan as one list, in the order of the plan. Its own order says nothing: all of it goes to
/// one owner.
const RECORD: &str = "
    INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
    SELECT $1, $2,
        CAST(sum(part.moved) OVER (ORDER BY part.from_id NULLS FIRST, part.to_id NULLS FIRST, part.standing) - part.moved
            AS BIGINT),
        part.to_id, part.moved, part.first_id, part.conversations
    FROM (
        SELECT undoing.from_id, undoing.to_id, undoing.standing, count(*) AS moved, min(first.first_id) AS first_id,
            string_agg(CAST(undoing.conversation_id - first.first_id AS TEXT), ',') AS conversations
        FROM undoing CROSS JOIN (SELECT min(conversation_id) AS first_id FROM undoing) AS first
        GROUP BY undoing.from_id, undoing.to_id, undoing.standing
    ) AS part";

/// What somebody cannot take back goes to nobody.
const WITHOUT_OWNER: &str = "UPDATE undoing SET from_id = NULL WHERE from_id = $1";

/// Gives back what is marked.
const fn give_back(engine: Engine) -> &'static str {
    hand_over!(engine, "SELECT conversation_id, from_id AS to_id FROM undoing")
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<&'static str> {
    let listed = [NOTE, GROUPED, DROP_STAYS, DROP_NOWHERE, RECORD, WITHOUT_OWNER, give_back(engine)];
    [list(engine, false), list(engine, true)].into_iter().chain(listed).chain(at_once::STATEMENTS).collect()
}

/// The temporary tables that the statements read, beside those of a move.
pub const TABLES: [&str; 2] = [CREATE_LISTED, CREATE_UNDOING];

fn moved(row: &AnyRow) -> Result<Moved, ApiError> {
    Ok(Moved {
        from: owner(row, "from_id")?,
        to: owner(row, "to_id")?,
        standing: Standing::from_number(row.try_get::<i32, _>("standing")?.into()).sound(
            "conversation",
            "standing",
            ids(row),
        )?,
        fate: Fate::from_number(row.try_get::<i32, _>("fate")?.into()).sound("operation_move", "fate", ids(row))?,
        count: count(row, "conversations")?,
    })
}

/// How an undo is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// All of it together, if nobody touched any of it.
    AtOnce,
    /// Each conversation looked up in the history, and compared with where it is.
    Listed,
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
        let mut overview = tally::read(&mut transaction, actor.organization, campaign).await?;
        let (detail, layout) = history::one(&mut transaction, actor, campaign, operation).await?;
        let operation = detail.operation;
        texters_again(&mut transaction, self.engine, actor.organization, &operation, &mut overview).await?;
        let moved = self.note_undo(&mut transaction, actor, &operation, layout).await?;
        let names = names(&mut transaction, actor.organization, &overview, &moved).await?;
        Ok(UndoPreview { operation, tally: overview.tally, moved, names })
    }

    /// Undoes an operation, if that is still what was previewed.
    ///
    /// # Errors
    /// If the member may not, the campaign is archived, there is no such operation, or nothing can be restored.
    pub async fn undo(&self, actor: Actor, commit: &UndoCommit) -> Result<UndoAnswer, ApiError> {
        if let Some(answer) = self.undo_in(actor, commit, Way::AtOnce).await? {
            return Ok(answer);
        }
        // Nothing of the first attempt stayed.
        self.undo_in(actor, commit, Way::Listed).await?.expected("the lists say what is undone")
    }

    /// Undoes an operation in one of two ways. `None` if it cannot be undone in this one: then nothing was done.
    async fn undo_in(&self, actor: Actor, commit: &UndoCommit, way: Way) -> Result<Option<UndoAnswer>, ApiError> {
        let mut transaction = self.write(actor, Act::MoveInBulk).await?;
        self.move_alone(&mut transaction, commit.campaign).await?;
        let (organization, operation) = (actor.organization, commit.operation);
        let record = Record {
            actor,
            kind: OperationKind::Undo,
            campaign: commit.campaign,
            operation,
            request: format!("{{\"undo\":{}}}", commit.undoes),
        };
        if let Some((moved, headline)) =
            history::committed_before(&mut transaction, &record, &commit.fingerprint).await?
        {
            return Ok(Some(UndoAnswer::Committed { operation, moved, headline }));
        }
        let mut overview = tally::read(&mut transaction, organization, commit.campaign).await?;
        overview.status.may_move()?;
        let (detail, layout) = history::one(&mut transaction, actor, commit.campaign, commit.undoes).await?;
        let undone = detail.operation;
        let again = texters_again(&mut transaction, self.engine, organization, &undone, &mut overview).await?;
        let moved = match way {
            Way::AtOnce => layout.untouched(),
            Way::Listed => self.note_undo(&mut transaction, actor, &undone, layout.clone()).await?,
        };
        let plan = undo(&overview.tally, &moved);
        if way == Way::AtOnce && !at_once::promises(&overview.tally, &plan, commit, undone.moved) {
            return Ok(None);
        }
        if plan.fingerprint() != commit.fingerprint {
            let names = names(&mut transaction, organization, &overview, &moved).await?;
            let preview = UndoPreview { operation: undone, tally: overview.tally, moved, names };
            return Ok(Some(UndoAnswer::Conflict { preview: Box::new(preview) }));
        }
        if plan.moved == 0 {
            return Err(RequestError::Nothing.into());
        }
        let name = |owner: Owner| name(&overview, owner);
        let own_layout = match way {
            Way::AtOnce => Layout::of_full_undo(&plan, undone.id, &layout),
            Way::Listed => Layout::of_undo(&plan),
        };
        let outcome = Outcome {
            at: self.now(),
            fingerprint: commit.fingerprint.clone(),
            moved: plan.moved,
            words: format!("Undo of \"{}\"", undone.headline),
            headline: plan.headline(name),
            people: plan.people.iter().map(|change| (name(change.owner), *change)).collect(),
            undoes: Some(undone.id),
            layout: own_layout.to_json()?,
            unassigned_change: history::unassigned_change(&plan.people),
        };
        history::record(&mut transaction, self.engine, &record, &outcome).await?;
        let_back(&mut transaction, self.engine, &record, &again, outcome.at).await?;
        match way {
            Way::AtOnce => {
                if !at_once::give_back(&mut transaction, self.engine, &record, &undone, &plan, outcome.at).await? {
                    return Ok(None);
                }
            }
            Way::Listed => {
                keep_what_goes_back(&mut transaction, organization, operation, &plan).await?;
                self.give_back(&mut transaction, &record, outcome.at, &plan).await?;
                sqlx::raw_sql(DROP_UNDOING).execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
        Ok(Some(UndoAnswer::Committed { operation, moved: plan.moved, headline: outcome.headline }))
    }

    /// Notes in `undoing` what an operation moved, and counts what became of it.
    async fn note_undo(
        &self,
        transaction: &mut Transaction<'static, Any>,
        actor: Actor,
        undone: &OperationRow,
        layout: Layout,
    ) -> Result<Vec<Moved>, ApiError> {
        let (lists_of, reversed, layout) = match layout.shares {
            None => (undone.id, false, layout),
            Some(lists) => {
                let layout = history::layout(transaction, actor.organization, lists.with).await?;
                (lists.with, lists.reversed, layout)
            }
        };
        sqlx::raw_sql(self.engine.create_share()).execute(&mut **transaction).await?;
        for table in TABLES {
            sqlx::raw_sql(table).execute(&mut **transaction).await?;
        }
        moving::seat(transaction, &layout.targets).await?;
        for turn in &layout.turns {
            sqlx::query(list(self.engine, reversed))
                .bind(actor.organization.get())
                .bind(lists_of.get())
                .bind(number(turn.start)?)
                .bind(number(turn.finish)?)
                .bind(number(turn.rank)?)
                .bind(i64::from(turn.open))
                .execute(&mut **transaction)
                .await?;
        }
        sqlx::query(NOTE).bind(actor.organization.get()).bind(undone.at.get()).execute(&mut **transaction).await?;
        let rows = sqlx::query(GROUPED).fetch_all(&mut **transaction).await?;
        for table in ["share", "listed"] {
            sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE {table}"))).execute(&mut **transaction).await?;
        }
        rows.iter().map(moved).collect()
    }

    /// Gives every conversation that goes back to its previous owner, or to nobody if that one is gone.
    async fn give_back(
        &self,
        transaction: &mut Transaction<'static, Any>,
        record: &Record,
        now: Instant,
        plan: &UndoPlan,
    ) -> Result<(), ApiError> {
        for member in &plan.gone {
            sqlx::query(WITHOUT_OWNER).bind(member.get()).execute(&mut **transaction).await?;
        }
        let given = sqlx::query(give_back(self.engine))
            .bind(record.actor.organization.get())
            .bind(record.campaign.get())
            .bind(now.get())
            .bind(record.operation.get())
            .execute(&mut **transaction)
            .await?
            .rows_affected();
        exactly(given, u64::from(plan.moved))
    }
}

const DROP_UNDOING: &str = "DROP TABLE undoing";

/// Leaves in `undoing` what goes back, and records it.
async fn keep_what_goes_back(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    operation: OperationId,
    plan: &UndoPlan,
) -> Result<(), ApiError> {
    sqlx::query(DROP_STAYS).execute(&mut **transaction).await?;
    for member in &plan.gone {
        sqlx::query(DROP_NOWHERE).bind(member.get()).execute(&mut **transaction).await?;
    }
    let lists = sqlx::query(RECORD)
        .bind(organization.get())
        .bind(operation.get())
        .execute(&mut **transaction)
        .await?
        .rows_affected();
    exactly(lists, plan.returns.len() as u64)
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
