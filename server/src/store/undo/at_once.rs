//! Giving back all that an operation moved in one update, where nobody touched any of it since.
//!
//! Every conversation knows which operation moved it last, and whose it was. If that many are still marked by the
//! operation, and the totals afterwards are those of the plan, it is what was previewed. Otherwise the attempt is given
//! up, and its transaction with it.

use handoff_core::Instant;
use handoff_core::plan::Owner;
use handoff_core::tally::Tally;
use handoff_core::undo::UndoPlan;
use sqlx::{Any, Transaction};
use std::collections::BTreeSet;

use super::super::engine::Engine;
use super::super::history::Record;
use super::super::{moving, tally};
use super::UndoCommit;
use crate::model::ApiError;
use crate::model::history::OperationRow;

macro_rules! give_back_from {
    ($holder:literal) => {
        concat!(
            "UPDATE conversation SET assignee_id = previous_id, previous_id = assignee_id, moved_by = $4, assigned_at = $5
            WHERE organization_id = $1 AND campaign_id = $2 AND moved_by = $3 AND assignee_id ",
            $holder,
            " AND (assignee_wrote_at IS NULL OR assignee_wrote_at <= $6)"
        )
    };
}

/// From those whose it became.
const FROM_MEMBERS: &str = give_back_from!("IN (SELECT to_id FROM share)");

/// The same for what became nobody's.
const FROM_NOBODY: &str = give_back_from!("IS NULL");

/// The statements of this file, for the test that prepares each on both engines.
pub(super) const STATEMENTS: [&str; 2] = [FROM_MEMBERS, FROM_NOBODY];

/// Whether it is worth an attempt: what was previewed is that all of it goes back to whose it was, and the update would
/// not look at far more conversations than it moves.
pub(super) fn promises(tally: &Tally, plan: &UndoPlan, commit: &UndoCommit, moved: u32) -> bool {
    let all = plan.moved == moved && plan.gone.is_empty() && plan.fingerprint() == commit.fingerprint;
    let looked_at: u64 = holders(plan).into_iter().map(|owner| u64::from(tally.counts(owner).total())).sum();
    all && looked_at <= u64::from(moved) * 2
}

/// Those whose it became.
fn holders(plan: &UndoPlan) -> BTreeSet<Owner> {
    plan.returns.iter().map(|part| part.from).collect()
}

/// Gives all of it back. Answers whether that was what was planned; if not, the transaction must not be committed.
pub(super) async fn give_back(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    record: &Record,
    undone: &OperationRow,
    plan: &UndoPlan,
    now: Instant,
) -> Result<bool, ApiError> {
    let holders: Vec<Owner> = holders(plan).into_iter().collect();
    sqlx::raw_sql(engine.create_share()).execute(&mut **transaction).await?;
    moving::seat(transaction, &holders).await?;
    let mut given = 0;
    for (statement, wanted) in
        [(FROM_NOBODY, holders.contains(&None)), (FROM_MEMBERS, holders.iter().any(Option::is_some))]
    {
        if wanted {
            given += sqlx::query(statement)
                .bind(record.actor.organization.get())
                .bind(record.campaign.get())
                .bind(undone.id.get())
                .bind(record.operation.get())
                .bind(now.get())
                .bind(undone.at.get())
                .execute(&mut **transaction)
                .await?
                .rows_affected();
        }
    }
    sqlx::raw_sql("DROP TABLE share").execute(&mut **transaction).await?;
    if given != u64::from(plan.moved) {
        return Ok(false);
    }
    let after = tally::read(transaction, record.actor.organization, record.campaign).await?.tally;
    Ok(plan.people.iter().all(|change| after.counts(change.owner) == change.after()))
}
