//! Requests on SQLite, where one writes at a time.
//!
//! Whatever is sent to SQLite costs a change of threads, as much as a small statement itself; so what is read goes there
//! in one text, and what is written in another. How much of which standings will be looked for is expected to be as the
//! last time; if it is not, it is looked for once more.

use handoff_core::Instant;
use handoff_core::tally::Counts;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Column, Executor, Row};

use super::super::Store;
use super::super::inbox::owner_counts_statement;
use super::super::moving::exactly;
use super::decision::{Asked, Decision, GROUND, Grant, decide, of, pool};
use super::expected::{Range, Wanted};
use crate::model::ApiError;
use crate::model::self_assignment::Requested;
use crate::store::failure::Sound;
use crate::store::row::by_standing;

/// What would be given of the range with the number `{part}`, counted.
const COUNT: &str = concat!(
    "SELECT {part} AS part, standing, count(*) AS conversations FROM (",
    pool!("standing", "$2"),
    ") AS taken GROUP BY standing"
);

/// Keeps what is given, from a place on.
const RECORD: &str = concat!(
    "INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
    SELECT $1, $2, {place}, NULL, count(*), 0, string_agg(CAST(taken.conversation_id AS TEXT), ',')
    FROM (",
    pool!("conversation_id", "$3"),
    ") AS taken"
);

/// Gives what was kept.
const GIVE: &str = "
    UPDATE conversation SET assignee_id = $6, assigned_at = $5, previous_id = NULL, moved_by = $2
    WHERE organization_id = $1 AND conversation_id IN (
        SELECT operation_move.first_id + item.value
        FROM operation_move CROSS JOIN json_each('[' || operation_move.conversations || ']') AS item
        WHERE operation_move.organization_id = $1 AND operation_move.operation_id = $2
            AND operation_move.first_place = {place}
    )";

/// Some stand behind each other in one text; `{part}` and `{place}` are numbers.
pub(super) const STATEMENTS: [&str; 3] = [COUNT, RECORD, GIVE];

impl Store {
    pub(super) async fn request_alone(&self, asked: Asked) -> Result<Requested, ApiError> {
        let expected = self.expected.of(asked.campaign);
        let last = self.answered.last(asked.actor, asked.campaign);
        let mut transaction = self.begin().await?;
        let asked = Asked { answered_meanwhile: self.answered.last(asked.actor, asked.campaign) != last, ..asked };
        let now = self.now();
        let (decision, mut pool) = look(&mut *transaction, asked, &expected, now).await?;
        let grant = match decision {
            Decision::Answered(taken) => return Ok(Requested { operation: Some(asked.operation), taken }),
            Decision::Give(grant) => grant,
        };
        let wanted: Wanted = grant.ranges.iter().map(|range| (*range, grant.allowed)).collect();
        if wanted != expected {
            (_, pool) = look(&mut *transaction, asked, &wanted, now).await?;
            self.expected.note(asked.campaign, wanted);
        }
        let parts = share(&grant, &pool);
        let given = parts.iter().fold(Counts::default(), |sum, (_, part)| sum.plus(part));
        if given.total() == 0 {
            return Ok(grant.answer(given));
        }
        let (mut rest, mut place) = (String::new(), 0);
        for (range, part) in &parts {
            let both = format!("{rest}; {RECORD}; {GIVE}");
            rest = of(&both, *range, part.total()).replace("{place}", &place.to_string());
            place += part.total();
        }
        let written = grant.record(&mut transaction, self.engine, given, &rest).await?;
        // The operation, the one whom it concerns, a list for each part, and every conversation.
        exactly(written, 2 + parts.len() as u64 + u64::from(given.total()))?;
        self.answered.note(asked.actor, asked.campaign, asked.operation);
        transaction.commit().await?;
        Ok(grant.answer(given))
    }
}

/// Reads what decides, and how much there is of each range, up to so many.
async fn look<'connection, E>(
    connection: E,
    asked: Asked,
    wanted: &[(Range, u32)],
    now: Instant,
) -> Result<(Decision, Vec<Counts>), ApiError>
where
    E: Executor<'connection, Database = Any>,
{
    let mut statement = format!("{GROUND}; {}", owner_counts_statement(Some(asked.actor.member)));
    for ((range, most), part) in wanted.iter().zip(0_u32..) {
        statement = format!("{statement}; {}", of(COUNT, *range, *most).replace("{part}", &part.to_string()));
    }
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(asked.actor.organization.get())
        .bind(asked.campaign.get())
        .bind(asked.actor.member.get())
        .bind(asked.operation.get())
        .bind(asked.at.get())
        .fetch_all(connection)
        .await?;
    let ground = rows.iter().find(|row| has(row, "role")).ok_or(ApiError::SignedOut)?;
    let held = by_standing(rows.iter().filter(|row| !has(row, "role") && !has(row, "part")))?;
    let mut pool = Vec::with_capacity(wanted.len());
    for part in 0..i64::try_from(wanted.len()).expected("parts are few")? {
        let is_part = |row: &&AnyRow| row.try_get::<i64, _>("part").is_ok_and(|number| number == part);
        pool.push(by_standing(rows.iter().filter(is_part))?);
    }
    Ok((decide(ground, held, asked, now)?, pool))
}

/// Which of the statements a row is of.
fn has(row: &AnyRow, column: &str) -> bool {
    row.columns().iter().any(|there| there.name() == column)
}

/// What is given of each range: as much as there is, until it is enough. No part is empty.
fn share(grant: &Grant, pool: &[Counts]) -> Vec<(Range, Counts)> {
    let mut rest = grant.allowed;
    let mut parts = Vec::with_capacity(pool.len());
    for (range, there) in grant.ranges.iter().zip(pool) {
        let mut part = Counts::default();
        for (standing, count) in there.iter() {
            let count = count.min(rest);
            part.add(standing, count);
            rest -= count;
        }
        if part.total() > 0 {
            parts.push((*range, part));
        }
    }
    parts
}
