//! The history of operations: recording them, recognising a retry, reading them.

mod filter;
mod rows;

use std::collections::BTreeSet;

use handoff_core::operation::OperationKind;
use handoff_core::permission::Act;
use handoff_core::plan::{Change, Fingerprint};
use handoff_core::{CampaignId, Instant, MemberId, OperationId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use self::filter::filtered;
use super::engine::Engine;
use super::failure::{Sound, ids};
use super::layout::Layout;
use super::row::count;
use super::tally::{campaign as check_campaign, told_apart_name};
use super::{Actor, Store};
use crate::model::history::{HistoryCursor, HistoryFilter, HistoryPage, OperationDetail, OperationRow};
use crate::model::{ApiError, Thing};
use rows::rows;

const BEFORE: &str = "
    SELECT campaign_id, kind, committed_by, request, fingerprint, moved, headline
    FROM operation WHERE organization_id = $1 AND operation_id = $2";

const RECORD: &str = "
    INSERT INTO operation (organization_id, operation_id, campaign_id, kind, committed_at, committed_by, request,
        fingerprint, moved, words, headline, people, undoes, layout, unassigned_change)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

/// Whom an operation concerns, as a JSON list, and who did it: each once.
macro_rules! concerned {
    ($list:literal) => {
        concat!(
            "INSERT INTO operation_person (organization_id, campaign_id, member_id, kind, committed_at, operation_id)
            SELECT $1, $3, CAST(value AS BIGINT), $4, $5, $2 FROM ",
            $list,
            " AS concerned"
        )
    };
}

const CONCERNED_SQLITE: &str = concerned!("json_each($16)");

const CONCERNED_POSTGRES: &str = concerned!("json_array_elements_text(CAST(CAST($16 AS TEXT) AS JSON))");

/// Records an operation and whom it concerns. On SQLite as two statements in one text, on PostgreSQL as one.
fn record_statement(engine: Engine, more: &str) -> String {
    match engine {
        Engine::Sqlite => format!("{RECORD}; {CONCERNED_SQLITE}{more}"),
        Engine::Postgres => format!("WITH concerned_by AS ({CONCERNED_POSTGRES}) {RECORD}{more}"),
    }
}

const PAGE: &str = concat!(
    rows!(),
    "WHERE operation.organization_id = $1 AND operation.campaign_id = $2
        AND (operation.committed_at, operation.operation_id) < ($3, $4)
    ORDER BY operation.committed_at DESC, operation.operation_id DESC
    LIMIT $5"
);

const ONE: &str = concat!(
    "
    SELECT operation.operation_id, operation.kind, operation.committed_at, operation.headline, operation.moved,
        operation.undoes, operation.words, operation.people, operation.layout, ",
    told_apart_name!(),
    " AS name,
        (SELECT undo.operation_id FROM operation AS undo
            WHERE undo.organization_id = operation.organization_id AND undo.undoes = operation.operation_id
            ORDER BY undo.committed_at DESC LIMIT 1) AS undone_by
    FROM operation
    JOIN member ON member.organization_id = operation.organization_id AND member.member_id = operation.committed_by
    WHERE operation.organization_id = $1 AND operation.campaign_id = $2 AND operation.operation_id = $3"
);

const LAYOUT: &str = "SELECT layout FROM operation WHERE organization_id = $1 AND operation_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [BEFORE, PAGE, ONE, LAYOUT];

/// The statements that depend on the engine or on what is asked for.
pub fn statements(engine: Engine) -> Vec<String> {
    let of = |kinds: &[OperationKind], person| filtered(&HistoryFilter { kinds: kinds.to_vec(), person });
    // On SQLite they stand behind each other in one text.
    let record = match engine {
        Engine::Sqlite => vec![RECORD.to_owned(), CONCERNED_SQLITE.to_owned()],
        Engine::Postgres => vec![record_statement(engine, "")],
    };
    let filtered = [of(&OperationKind::ALL, None), of(&[OperationKind::Undo], None), of(&[], Some(MemberId(1)))];
    record.into_iter().chain(filtered).collect()
}

/// Operations on one page of the history.
const PAGE_SIZE: usize = 50;

/// What is known of an operation before it is planned.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) actor: Actor,
    pub(super) kind: OperationKind,
    pub(super) campaign: CampaignId,
    pub(super) operation: OperationId,
    /// What was asked for, as JSON.
    pub(super) request: String,
}

/// Refuses an id that is out of range.
pub(super) fn check_id(operation: OperationId) -> Result<(), ApiError> {
    if (1..=handoff_core::id::LARGEST).contains(&operation.get()) {
        return Ok(());
    }
    Err(ApiError::invalid("operation", "The operation id must be a number from 1 to 2^53 - 1."))
}

/// Recognises an operation that was committed before: how many moved, and its headline.
///
/// # Errors
/// If the id is out of range, or was used for something else.
pub(super) async fn committed_before(
    transaction: &mut Transaction<'static, Any>,
    record: &Record,
    fingerprint: &Fingerprint,
) -> Result<Option<(u32, String)>, ApiError> {
    check_id(record.operation)?;
    let found = sqlx::query(BEFORE)
        .bind(record.actor.organization.get())
        .bind(record.operation.get())
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let same = row.try_get::<i64, _>("campaign_id")? == record.campaign.get()
        && row.try_get::<i32, _>("kind")? == record.kind as i32
        && row.try_get::<i64, _>("committed_by")? == record.actor.member.get()
        && row.try_get::<String, _>("request")? == record.request
        && row.try_get::<String, _>("fingerprint")? == fingerprint.0;
    if same { Ok(Some((count(&row, "moved")?, row.try_get("headline")?))) } else { Err(ApiError::OperationReused) }
}

/// What an operation did, for the history.
pub(super) struct Outcome {
    pub(super) at: Instant,
    pub(super) fingerprint: Fingerprint,
    pub(super) moved: u32,
    pub(super) words: String,
    pub(super) headline: String,
    pub(super) people: Vec<(String, Change)>,
    pub(super) undoes: Option<OperationId>,
    pub(super) layout: String,
    /// By how many conversations Unassigned became more, or fewer.
    pub(super) unassigned_change: i64,
}

/// By how many conversations an operation makes Unassigned more, or fewer.
pub(super) fn unassigned_change(changes: &[Change]) -> i64 {
    let change = |change: &Change| i64::from(change.comes.total()) - i64::from(change.goes.total());
    changes.iter().filter(|change| change.owner.is_none()).map(change).sum()
}

/// Records an operation.
pub(super) async fn record(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    record: &Record,
    outcome: &Outcome,
) -> Result<(), ApiError> {
    record_and(transaction, engine, record, outcome, "").await.map(drop)
}

/// Records an operation, and sends more statements with it, each after a semicolon, which SQLite takes. They know its
/// numbers: 1 the organization, 2 the operation, 3 the campaign, 5 the instant, 6 who did it. Answers how many rows all
/// of it wrote; on SQLite one for each whom it concerns is among them.
pub(super) async fn record_and(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    record: &Record,
    outcome: &Outcome,
    more: &str,
) -> Result<u64, ApiError> {
    let owners = outcome.people.iter().filter_map(|(_, change)| change.owner);
    let concerned: BTreeSet<MemberId> = owners.chain([record.actor.member]).collect();
    let done = sqlx::query(AssertSqlSafe(record_statement(engine, more)))
        .bind(record.actor.organization.get())
        .bind(record.operation.get())
        .bind(record.campaign.get())
        .bind(record.kind as i32)
        .bind(outcome.at.get())
        .bind(record.actor.member.get())
        .bind(record.request.as_str())
        .bind(outcome.fingerprint.0.as_str())
        .bind(i64::from(outcome.moved))
        .bind(outcome.words.as_str())
        .bind(outcome.headline.as_str())
        .bind(serde_json::to_string(&outcome.people).expected("people are written as JSON")?)
        .bind(outcome.undoes.map(OperationId::get))
        .bind(outcome.layout.as_str())
        .bind(outcome.unassigned_change)
        .bind(serde_json::to_string(&concerned).expected("people are written as JSON")?)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}

fn row(row: &AnyRow) -> Result<OperationRow, ApiError> {
    Ok(OperationRow {
        id: OperationId(row.try_get("operation_id")?),
        kind: OperationKind::from_number(row.try_get::<i32, _>("kind")?.into()).sound("operation", "kind", ids(row))?,
        at: Instant(row.try_get("committed_at")?),
        by: row.try_get("name")?,
        headline: row.try_get("headline")?,
        moved: count(row, "moved")?,
        undoes: row.try_get::<Option<i64>, _>("undoes")?.map(OperationId),
        undone_by: row.try_get::<Option<i64>, _>("undone_by")?.map(OperationId),
    })
}

/// Reads one operation of a campaign, with its layout.
///
/// # Errors
/// If the campaign has no such operation.
pub(super) async fn one(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
    operation: OperationId,
) -> Result<(OperationDetail, Layout), ApiError> {
    let found = sqlx::query(ONE)
        .bind(actor.organization.get())
        .bind(campaign.get())
        .bind(operation.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Operation))?;
    let people = serde_json::from_str(&found.try_get::<String, _>("people")?).map_err(|error| {
        tracing::error!(%operation, %error, "the people of an operation cannot be read");
        ApiError::Broken
    })?;
    let detail = OperationDetail { operation: row(&found)?, request: found.try_get("words")?, people };
    Ok((detail, Layout::from_json(&found.try_get::<String, _>("layout")?)?))
}

/// Reads the layout of an operation that is there.
pub(super) async fn layout(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    operation: OperationId,
) -> Result<Layout, ApiError> {
    let row = sqlx::query(LAYOUT).bind(organization.get()).bind(operation.get()).fetch_one(&mut **transaction).await?;
    Layout::from_json(&row.try_get::<String, _>("layout")?)
}

impl Store {
    /// Reads a page of a campaign's history, the newest first.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn history(
        &self,
        actor: Actor,
        campaign: CampaignId,
        after: Option<HistoryCursor>,
    ) -> Result<HistoryPage, ApiError> {
        self.history_of(actor, campaign, &HistoryFilter::default(), after).await
    }

    /// Reads a page of what a filter leaves of a campaign's history, the newest first.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn history_of(
        &self,
        actor: Actor,
        campaign: CampaignId,
        filter: &HistoryFilter,
        after: Option<HistoryCursor>,
    ) -> Result<HistoryPage, ApiError> {
        let mut transaction = self.read(actor, Act::ReadHistory).await?;
        check_campaign(&mut transaction, actor.organization, campaign).await?;
        let from = after.unwrap_or(HistoryCursor { at: Instant(i64::MAX), id: OperationId(i64::MAX) });
        let is_all = *filter == HistoryFilter::default();
        let statement = if is_all { PAGE.to_owned() } else { filtered(filter) };
        let query = sqlx::query(AssertSqlSafe(statement))
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(from.at.get())
            .bind(from.id.get())
            // One more than shown tells whether there is a next page.
            .bind(i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX));
        let query = match filter.person {
            Some(member) => query.bind(member.get()),
            None => query,
        };
        let rows = query.fetch_all(&mut *transaction).await?;
        let more = rows.len() > PAGE_SIZE;
        let operations: Vec<_> = rows.iter().take(PAGE_SIZE).map(row).collect::<Result<_, _>>()?;
        let last = operations.last().map(|last| HistoryCursor { at: last.at, id: last.id });
        Ok(HistoryPage { operations, next: last.filter(|_| more) })
    }

    /// Reads one operation with its per-person table.
    ///
    /// # Errors
    /// If the member may not, or the campaign has no such operation.
    pub async fn operation(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
    ) -> Result<OperationDetail, ApiError> {
        let mut transaction = self.read(actor, Act::ReadHistory).await?;
        check_campaign(&mut transaction, actor.organization, campaign).await?;
        Ok(one(&mut transaction, actor, campaign, operation).await?.0)
    }
}
