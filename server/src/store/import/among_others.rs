//! Importing on PostgreSQL: in one transaction, which nobody waits for and nobody sees before it is committed.

use handoff_core::status::Status;
use sqlx::AssertSqlSafe;

use super::super::afresh::{self, Written};
use super::super::campaign::find;
use super::super::engine::Engine;
use super::arriving::Arriving;
use super::batch::{Batches, Size};
use super::ending::{Ended, end, settle};
use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::store::row::to_store;

/// What one statement brings in. More gains nothing, and takes memory.
pub(super) const SIZE: Size = Size { contacts: 5_000, bytes: 2_000_000 };

/// One import into a campaign after the other: two at once would wait for each other's numbers in a circle. No campaign
/// has a negative id.
const TURN: &str = "SELECT pg_advisory_xact_lock(-CAST($1 AS BIGINT))";

/// However long the one before takes.
const PATIENTLY: &str = "SET LOCAL lock_timeout = 0";

/// Adds the numbers that the campaign does not have, their contacts, and a conversation for each. 2 is not started.
///
/// No table is joined: PostgreSQL believes of a campaign that it has never counted that it has no numbers, and would walk
/// through all of them for each row. What was added says so itself, and opt-outs are looked up one by one.
const ADD: &str = "
WITH given AS MATERIALIZED (
    SELECT $2 + row.place AS conversation_id, row.value ->> 0 AS phone, row.value ->> 1 AS first_name,
        row.value ->> 2 AS last_name, row.value ->> 3 AS fields
    FROM {rows} AS row
), numbers AS (
    INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
    SELECT $1, given.phone, $3, given.conversation_id FROM given
    ON CONFLICT (organization_id, phone, campaign_id) DO NOTHING
    RETURNING conversation_id
), arriving AS MATERIALIZED (
    SELECT given.conversation_id, given.phone, given.first_name, given.last_name, given.fields
    FROM numbers JOIN given ON given.conversation_id = numbers.conversation_id
), contacts AS (
    INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
    SELECT $1, arriving.conversation_id, $3, arriving.phone, arriving.first_name, arriving.last_name, arriving.fields
    FROM arriving
)
INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, opted_out, standing)
SELECT $1, arriving.conversation_id, $3, CAST($5 AS SMALLINT), CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END,
    CASE WHEN opt_out.phone IS NULL THEN CAST($5 AS SMALLINT) ELSE 6 END
FROM arriving
LEFT JOIN LATERAL (
    SELECT opt_out.phone FROM opt_out WHERE opt_out.organization_id = $1 AND opt_out.phone = arriving.phone LIMIT 1
) AS opt_out ON true";

/// Whoever opted out since the import began did not see its conversations. Nor did who opted in again, and stands as 6.
const OPTED_OUT_MEANWHILE: &str = "
UPDATE conversation SET opted_out = 1, standing = 6
FROM opt_out JOIN contact_number ON contact_number.organization_id = opt_out.organization_id
    AND contact_number.phone = opt_out.phone AND contact_number.campaign_id = $2
WHERE opt_out.organization_id = $1 AND opt_out.opted_out_at >= $5
    AND conversation.organization_id = $1 AND conversation.conversation_id = contact_number.conversation_id
    AND conversation.conversation_id >= $3 AND conversation.conversation_id < $4 AND conversation.opted_out = 0";

const OPTED_IN_MEANWHILE: &str = "
UPDATE conversation SET opted_out = 0, standing = status
WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL AND standing = 6
    AND conversation_id >= $3 AND conversation_id < $4
    AND NOT EXISTS (
        SELECT 1 FROM contact JOIN opt_out ON opt_out.organization_id = contact.organization_id
            AND opt_out.phone = contact.phone
        WHERE contact.organization_id = $1 AND contact.conversation_id = conversation.conversation_id
    )";

/// In seconds: who opted out is noted as of when that began, which may be before the import did.
const LEEWAY: i64 = 3_600;

/// The statements of this file, for the test that prepares each on both engines.
pub(super) fn statements() -> Vec<String> {
    let all = [TURN, OPTED_OUT_MEANWHILE, OPTED_IN_MEANWHILE].map(str::to_owned);
    all.into_iter().chain([add()]).collect()
}

fn add() -> String {
    ADD.replace("{rows}", Engine::Postgres.rows_of_json())
}

/// Imports everything, or nothing.
pub(super) async fn import(on: &Arriving, mut batches: Batches) -> Result<DryRun, ApiError> {
    let (organization, campaign) = (on.organization.get(), on.campaign.get());
    let add = add();
    let began = on.store.now().plus_seconds(-LEEWAY);
    let mut transaction = on.store.begin().await?;
    sqlx::query(PATIENTLY).execute(&mut *transaction).await?;
    sqlx::query(TURN).bind(campaign).execute(&mut *transaction).await?;
    let (mut next, mut inserted) = (on.first, 0_u64);
    while let Some(batch) = batches.next().await {
        // Planned each time: the tables are larger each time.
        let added = sqlx::query(AssertSqlSafe(add.clone()))
            .persistent(false)
            .bind(organization)
            .bind(next)
            .bind(campaign)
            .bind(batch.json.as_str())
            .bind(Status::NotStarted as i32)
            .execute(&mut *transaction)
            .await?;
        inserted += added.rows_affected();
        next += i64::from(batch.count);
        on.read_so_far(batch.rows_read);
    }
    let mut tally = batches.tally().await?;

    // PostgreSQL would do so by itself within a minute, in which every message goes through all contacts.
    afresh::count(on.store.engine, &mut transaction, Written::Contacts, inserted).await?;
    // From here on the campaign has more conversations: no bulk move is committed meanwhile.
    if let Some(lock) = on.store.engine.lock_campaign() {
        sqlx::query(lock).bind(campaign).execute(&mut *transaction).await?;
    }
    let found = find(&mut transaction, on.organization, on.campaign).await?;
    found.status.may_move()?;
    for (statement, since) in [(OPTED_OUT_MEANWHILE, Some(began)), (OPTED_IN_MEANWHILE, None)] {
        let marked =
            sqlx::query(statement).persistent(false).bind(organization).bind(campaign).bind(on.first).bind(on.after);
        let marked = if let Some(since) = since { marked.bind(since.get()) } else { marked };
        marked.execute(&mut *transaction).await?;
    }
    tally.opted_out = on.arrival().count_opted_out(&mut transaction).await?;
    settle(&mut tally, inserted)?;
    on.name_fields(&mut transaction, found.custom_fields).await?;
    on.note_names(&mut transaction, inserted).await?;
    let now = on.store.now().get();
    if end(&mut transaction, on.organization, on.import, Ended::Done, to_store(&tally)?, now).await? != 1 {
        return Err(on.lost());
    }
    transaction.commit().await?;
    Ok(tally)
}
