//! Importing on SQLite, where one writes at a time: by many short transactions that let others in, and still everything
//! or nothing. How that is, says [`super::arrival`].

use std::time::Duration;

use handoff_core::contact::Phone;
use sqlx::AssertSqlSafe;

use super::super::campaign::find;
use super::super::engine::Engine;
use super::arrival::Arrival;
use super::arriving::Arriving;
use super::aside::aside;
use super::batch::{Batch, Batches, Size};
use super::ending::settle;
use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::store::row::to_store;

/// What one statement brings in: as much as keeps others waiting for two milliseconds.
pub(super) const SIZE: Size = Size { contacts: 500, bytes: 250_000 };

/// Statements in one transaction, if nobody waits. Each transaction costs as much as writing fifty contacts.
const STATEMENTS_AT_ONCE: u32 = 10;

/// Numbers that are sorted at a time: they take 16 megabytes.
const SORTED_AT_ONCE: usize = 1_000_000;

/// Numbers in one statement. They are next to each other, and cost half as much as contacts.
const NUMBERS: usize = 1_000;

/// How long an import waits before it looks again whether the one before it has ended.
const TURN: Duration = Duration::from_millis(200);

/// How long an import that was decided waits until it tries again to write what the database refused.
const AGAIN: Duration = Duration::from_secs(1);

/// Adds contacts whose number the campaign does not have.
const ADD_CONTACTS: &str = "
INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
SELECT $1, $2 + given.place, $3, given.value ->> 0, given.value ->> 1, given.value ->> 2, given.value ->> 3
FROM {rows} AS given
WHERE NOT EXISTS (
    SELECT 1 FROM contact_number
    WHERE contact_number.organization_id = $1 AND contact_number.phone = given.value ->> 0
        AND contact_number.campaign_id = $3
)";

/// Adds the numbers of those contacts. What the campaign has is that of another contact, and its own was not added.
const ADD_NUMBERS: &str = "
INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
SELECT $1, given.value ->> 0, $3, $2 + CAST(given.value ->> 1 AS BIGINT)
FROM {rows} AS given
WHERE true
ON CONFLICT (organization_id, phone, campaign_id) DO NOTHING";

fn of_rows(statement: &str) -> String {
    statement.replace("{rows}", Engine::Sqlite.rows_of_json())
}

/// The statements of this file, for the test that prepares each.
pub(super) fn statements() -> [String; 2] {
    [ADD_CONTACTS, ADD_NUMBERS].map(of_rows)
}

/// Imports everything, or nothing.
pub(super) async fn import(on: &Arriving, batches: Batches) -> Result<DryRun, ApiError> {
    let arrival = on.arrival();
    while !arrival.announce(&on.store).await? {
        arrival.clear_the_way(&on.store).await?;
        if on.is_lost().await? {
            return Err(on.lost());
        }
        tokio::time::sleep(TURN).await;
    }
    let tally = bring(on, arrival, batches).await?;
    // It is decided: whatever happens now, it is completed.
    loop {
        match arrival.complete(&on.store, tally.clone()).await {
            Ok(tally) => return Ok(tally),
            Err(error) => {
                tracing::error!(%error, import = %on.import, "an import that is decided cannot be completed yet");
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Brings everything in that nobody sees, and decides that it stays.
async fn bring(on: &Arriving, arrival: Arrival, mut batches: Batches) -> Result<DryRun, ApiError> {
    let (mut next, mut inserted, mut numbered) = (on.first, 0, 0);
    let mut numbers: Vec<(Phone, i64)> = Vec::new();
    let add = of_rows(ADD_CONTACTS);
    let mut writing = Writing { on, arrival, transaction: None, statements: 0 };
    loop {
        let ready = if let Some(batch) = batches.ready() {
            Some(batch)
        } else {
            // Nobody is kept waiting while the file is read.
            writing.commit().await?;
            batches.next().await
        };
        let Some(Batch { count, rows_read, json, phones }) = ready else { break };
        inserted += writing.write(&add, next, json).await?;
        numbers.extend(phones.into_iter().zip(next - on.first..));
        next += i64::from(count);
        on.read_so_far(rows_read);
        if numbers.len() >= SORTED_AT_ONCE {
            numbered += writing.numbers(&mut numbers).await?;
        }
    }
    let mut tally = batches.tally().await?;
    numbered += writing.numbers(&mut numbers).await?;
    writing.commit().await?;
    if numbered != inserted {
        tracing::error!(numbered, inserted, "contacts and their numbers differ");
        return Err(ApiError::Broken);
    }
    settle(&mut tally, inserted)?;
    let mut transaction = on.store.begin().await?;
    let found = find(&mut transaction, on.organization, on.campaign).await?;
    found.status.may_move()?;
    on.name_fields(&mut transaction, found.custom_fields).await?;
    if !arrival.decide(&mut transaction, &tally).await? {
        return Err(on.lost());
    }
    on.note_names(&mut transaction, inserted).await?;
    transaction.commit().await?;
    Ok(tally)
}

/// Transactions that end as soon as somebody waits for them.
struct Writing<'a> {
    on: &'a Arriving,
    arrival: Arrival,
    transaction: Option<sqlx::Transaction<'static, sqlx::Any>>,
    statements: u32,
}

impl Writing<'_> {
    /// Runs a statement with rows. Answers how many were added.
    async fn write(&mut self, statement: &str, first: i64, json: String) -> Result<u64, ApiError> {
        let transaction = match &mut self.transaction {
            Some(transaction) => transaction,
            none => {
                let mut transaction = self.on.store.begin().await?;
                if !self.arrival.seen(&mut transaction, self.on.store.now()).await? {
                    return Err(self.on.lost());
                }
                none.insert(transaction)
            }
        };
        let added = sqlx::query(AssertSqlSafe(statement.to_owned()))
            .bind(self.on.organization.get())
            .bind(first)
            .bind(self.on.campaign.get())
            .bind(json)
            .execute(&mut **transaction)
            .await?;
        self.statements += 1;
        if self.statements >= STATEMENTS_AT_ONCE || self.on.store.somebody_waits() {
            self.commit().await?;
        }
        Ok(added.rows_affected())
    }

    /// Adds numbers in their order, and forgets them. Answers how many the campaign did not have.
    async fn numbers(&mut self, numbers: &mut Vec<(Phone, i64)>) -> Result<u64, ApiError> {
        self.commit().await?;
        let mut sorted = std::mem::take(numbers);
        let sorted = aside(move || {
            sorted.sort_unstable();
            sorted
        })
        .await?;
        let add = of_rows(ADD_NUMBERS);
        let mut added = 0;
        for some in sorted.chunks(NUMBERS) {
            added += self.write(&add, self.on.first, to_store(&some)?).await?;
        }
        Ok(added)
    }

    async fn commit(&mut self) -> Result<(), ApiError> {
        self.statements = 0;
        if let Some(transaction) = self.transaction.take() {
            transaction.commit().await?;
        }
        Ok(())
    }
}
