//! Requests: a texter is given conversations that nobody holds, and nobody else is given the same.
//!
//! On PostgreSQL many request at once: each takes what no other transaction has its hands on, so that nobody waits for
//! somebody else's batch. Only when that gives less than a batch and there may be more, it is given up and tried again
//! while nobody else writes in the campaign: then it is the truth that there is no more. On SQLite one writes at a time.

use handoff_core::campaign::CampaignStatus;
use handoff_core::permission::{Act, Role};
use handoff_core::plan::{Change, Take};
use handoff_core::self_assignment::{RequestRefusal, Taken, Terms};
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, OperationId};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::campaign::{stored, to_store};
use super::engine::Engine;
use super::history::{self, Outcome, Record};
use super::inbox::owner_counts;
use super::layout::{Layout, Turn};
use super::moving::exactly;
use super::tally::count;
use super::terms::{OwnTerms, terms_columns};
use super::{Actor, Store};
use crate::api::ApiError;
use crate::api::error::Thing;
use crate::api::history::OperationKind;
use crate::api::self_assignment::Requested;

/// All that decides but what the texter holds, and what was answered to this request before.
const GROUND: &str = concat!(
    "SELECT campaign.status AS campaign_status, ",
    terms_columns!(),
    ", member.role, member.active, member.name, campaign_texter.member_id AS texter_id,
        operation.kind AS before_kind, operation.campaign_id AS before_campaign,
        operation.committed_by AS before_by, operation.request AS before_request
    FROM member
    JOIN organization ON organization.organization_id = member.organization_id
    LEFT JOIN campaign ON campaign.organization_id = member.organization_id AND campaign.campaign_id = $3
    LEFT JOIN campaign_texter ON campaign_texter.organization_id = member.organization_id
        AND campaign_texter.campaign_id = $3 AND campaign_texter.member_id = member.member_id
    LEFT JOIN operation ON operation.organization_id = member.organization_id AND operation.operation_id = $4
    WHERE member.organization_id = $1 AND member.member_id = $2"
);

/// What is handed out: of what nobody holds, from `{first}` to `{last}` in the order of taking, `{most}` at most. That
/// the numbers stand in the text tells PostgreSQL that they are few. `assignee_id`, which is always the same here, is
/// there for PostgreSQL to see that this is the order of the index.
macro_rules! pool {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM conversation
            WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL
                AND standing BETWEEN {first} AND {last} AND escalated = 0
            ORDER BY assignee_id, standing, waiting_since, conversation_id LIMIT {most}"
        )
    };
}

/// Takes, gives and records in one statement, and counts it.
const CLAIM: &str = concat!(
    "WITH taken AS MATERIALIZED (",
    pool!("conversation_id, standing, waiting_since"),
    " FOR UPDATE SKIP LOCKED
    ), given AS (
        UPDATE conversation SET assignee_id = $3, assigned_at = $4, previous_id = NULL, moved_by = $5
        FROM taken
        WHERE conversation.organization_id = $1 AND conversation.conversation_id = taken.conversation_id
        RETURNING taken.conversation_id, taken.standing, taken.waiting_since
    ), recorded AS (
        INSERT INTO operation_move
            (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
        SELECT $1, $5, $6, NULL, count(*), min(part.first_id),
            string_agg(CAST(part.conversation_id - part.first_id AS TEXT), ','
                ORDER BY part.standing, part.waiting_since, part.conversation_id)
        FROM (SELECT given.*, min(given.conversation_id) OVER () AS first_id FROM given) AS part
        HAVING count(*) > 0
    )
    SELECT standing, count(*) AS conversations FROM given GROUP BY standing"
);

/// Whether there is more, in whose hands ever.
const MORE: &str = pool!("1");

/// What a claim will take, counted.
const COUNT: &str =
    concat!("SELECT standing, count(*) AS conversations FROM (", pool!("standing"), ") AS taken GROUP BY standing");

/// Keeps what a claim will take.
const RECORD: &str = concat!(
    "INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
    SELECT $1, $3, $4, NULL, count(*), 0, string_agg(CAST(taken.conversation_id AS TEXT), ',')
    FROM (",
    pool!("conversation_id"),
    ") AS taken"
);

/// Gives it.
const GIVE: &str = concat!(
    "UPDATE conversation SET assignee_id = $3, assigned_at = $4, previous_id = NULL, moved_by = $5
    WHERE organization_id = $1 AND conversation_id IN (",
    pool!("conversation_id"),
    ")"
);

/// A statement for so many conversations of some standings.
fn of(statement: &str, (first, last): (Standing, Standing), most: u32) -> String {
    let statement = statement.replace("{first}", &(first as i32).to_string());
    statement.replace("{last}", &(last as i32).to_string()).replace("{most}", &most.to_string())
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let of_engine: &[&str] = match engine {
        Engine::Sqlite => &[COUNT, RECORD, GIVE],
        Engine::Postgres => &[CLAIM, MORE],
    };
    let range = (Standing::NeedsReply, Standing::Resolved);
    of_engine.iter().map(|statement| of(statement, range, 25)).chain([GROUND.to_owned()]).collect()
}

/// Whether others may request and write in the campaign meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Among {
    /// They may.
    Others,
    /// Nobody may.
    Alone,
}

/// A request to be followed.
struct Claim {
    record: Record,
    terms: Terms,
    own: OwnTerms,
    name: String,
    held: Counts,
    allowed: u32,
    now: Instant,
}

impl Store {
    /// Gives a texter a batch of conversations that nobody holds, on the campaign's terms.
    ///
    /// # Errors
    /// If the member may not, is no texter of the campaign, still has initial messages to send, or the campaign hands
    /// out nothing now.
    pub async fn request_conversations(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
    ) -> Result<Requested, ApiError> {
        let among = match self.engine {
            Engine::Sqlite => Among::Alone,
            Engine::Postgres => Among::Others,
        };
        if let Some(answer) = self.request_among(actor, campaign, operation, among).await? {
            return Ok(answer);
        }
        // Nothing of the first attempt stayed.
        self.request_among(actor, campaign, operation, Among::Alone).await?.ok_or(ApiError::Broken)
    }

    /// Tries it. `None` if others may have their hands on what is missing: then nothing was done.
    async fn request_among(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
        among: Among,
    ) -> Result<Option<Requested>, ApiError> {
        history::check_id(operation)?;
        let mut transaction = self.begin().await?;
        if among == Among::Alone
            && let Some(lock) = self.engine.lock_campaign()
        {
            sqlx::query(lock).bind(campaign.get()).execute(&mut *transaction).await?;
        }
        if let Some(lock) = self.engine.lock_texter() {
            let query = sqlx::query(lock).bind(actor.organization.get()).bind(campaign.get());
            query.bind(actor.member.get()).execute(&mut *transaction).await?;
        }
        let ground = sqlx::query(GROUND)
            .bind(actor.organization.get())
            .bind(actor.member.get())
            .bind(campaign.get())
            .bind(operation.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::SignedOut)?;
        may_request(&ground)?;
        let status = ground.try_get::<Option<i32>, _>("campaign_status")?.ok_or(ApiError::NotFound(Thing::Campaign))?;
        let status = CampaignStatus::from_number(status.into()).ok_or(ApiError::Broken)?;
        if let Some(taken) = answered_before(&ground, actor, campaign)? {
            return Ok(Some(Requested { operation: Some(operation), taken }));
        }
        let (own, now) = (OwnTerms::of(&ground)?, self.now());
        let held = match ground.try_get::<Option<i64>, _>("texter_id")? {
            Some(_) => Some(owner_counts(&mut transaction, actor.organization, campaign, Some(actor.member)).await?),
            None => None,
        };
        let allowed = own.allowance(status, held, now)?;
        let (Some(terms), Some(held)) = (own.terms(), held) else { return Err(RequestRefusal::Off.into()) };
        let record = Record { actor, kind: OperationKind::Request, campaign, operation, request: String::new() };
        let claim = Claim { record, terms, own, name: ground.try_get("name")?, held, allowed, now };
        let Some(counts) = self.claim(&mut transaction, &claim, among).await? else { return Ok(None) };
        let taken = Taken { counts, allowed, batch: terms.batch.get() };
        if counts.total() == 0 {
            // Nothing was written.
            return Ok(Some(Requested { operation: None, taken }));
        }
        transaction.commit().await?;
        Ok(Some(Requested { operation: Some(operation), taken }))
    }

    /// Takes, gives and records. Answers what came, counted.
    async fn claim(
        &self,
        transaction: &mut Transaction<'static, Any>,
        claim: &Claim,
        among: Among,
    ) -> Result<Option<Counts>, ApiError> {
        let ranges = claim.terms.kind.ranges(claim.own.initial(claim.now));
        match self.engine {
            Engine::Sqlite => claim_alone(transaction, claim, ranges).await.map(Some),
            Engine::Postgres => claim_among_others(transaction, claim, ranges, among).await,
        }
    }
}

/// Refuses who may not act, or not do this.
fn may_request(ground: &AnyRow) -> Result<(), ApiError> {
    let role = Role::from_number(ground.try_get::<i32, _>("role")?.into()).ok_or(ApiError::Broken)?;
    if ground.try_get::<i32, _>("active")? != 1 {
        return Err(ApiError::SignedOut);
    }
    Ok(role.check(Act::RequestConversations)?)
}

/// What was answered to this request before.
///
/// # Errors
/// If its id was used for something else.
fn answered_before(ground: &AnyRow, actor: Actor, campaign: CampaignId) -> Result<Option<Taken>, ApiError> {
    let Some(kind) = ground.try_get::<Option<i32>, _>("before_kind")? else { return Ok(None) };
    let same = kind == OperationKind::Request as i32
        && ground.try_get::<i64, _>("before_campaign")? == campaign.get()
        && ground.try_get::<i64, _>("before_by")? == actor.member.get();
    if !same {
        return Err(ApiError::OperationReused);
    }
    stored(&ground.try_get::<String, _>("before_request")?).map(Some)
}

async fn counted(
    transaction: &mut Transaction<'static, Any>,
    statement: String,
    claim: &Claim,
) -> Result<Counts, ApiError> {
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(claim.record.actor.organization.get())
        .bind(claim.record.campaign.get())
        .fetch_all(&mut **transaction)
        .await?;
    counts(&rows)
}

fn counts(rows: &[AnyRow]) -> Result<Counts, ApiError> {
    rows.iter()
        .map(|row| {
            let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).ok_or(ApiError::Broken)?;
            Ok((standing, count(row, "conversations")?))
        })
        .collect()
}

/// While nobody else writes at all: counts first, then records, then gives.
async fn claim_alone(
    transaction: &mut Transaction<'static, Any>,
    claim: &Claim,
    ranges: &[(Standing, Standing)],
) -> Result<Counts, ApiError> {
    let mut all = Counts::default();
    let mut parts = Vec::new();
    for range in ranges {
        let most = claim.allowed - all.total();
        if most == 0 {
            break;
        }
        let part = counted(transaction, of(COUNT, *range, most), claim).await?;
        if part.total() > 0 {
            parts.push((*range, all.total(), part.total()));
            all = all.plus(&part);
        }
    }
    if all.total() == 0 {
        return Ok(all);
    }
    claim.record(transaction, &all).await?;
    for (range, place, number) in parts {
        sqlx::query(AssertSqlSafe(of(RECORD, range, number)))
            .bind(claim.record.actor.organization.get())
            .bind(claim.record.campaign.get())
            .bind(claim.record.operation.get())
            .bind(i64::from(place))
            .execute(&mut **transaction)
            .await?;
        let given = sqlx::query(AssertSqlSafe(of(GIVE, range, number)))
            .bind(claim.record.actor.organization.get())
            .bind(claim.record.campaign.get())
            .bind(claim.record.actor.member.get())
            .bind(claim.now.get())
            .bind(claim.record.operation.get())
            .execute(&mut **transaction)
            .await?
            .rows_affected();
        exactly(given, u64::from(number))?;
    }
    Ok(all)
}

/// While others request too.
async fn claim_among_others(
    transaction: &mut Transaction<'static, Any>,
    claim: &Claim,
    ranges: &[(Standing, Standing)],
    among: Among,
) -> Result<Option<Counts>, ApiError> {
    let mut all = Counts::default();
    for range in ranges {
        let most = claim.allowed - all.total();
        if most == 0 {
            break;
        }
        let rows = sqlx::query(AssertSqlSafe(of(CLAIM, *range, most)))
            .bind(claim.record.actor.organization.get())
            .bind(claim.record.campaign.get())
            .bind(claim.record.actor.member.get())
            .bind(claim.now.get())
            .bind(claim.record.operation.get())
            .bind(i64::from(all.total()))
            .fetch_all(&mut **transaction)
            .await?;
        let part = counts(&rows)?;
        all = all.plus(&part);
        // What somebody else has their hands on is still nobody's for this transaction. They may give it up.
        if part.total() < most && among == Among::Others && is_more(transaction, claim, *range).await? {
            return Ok(None);
        }
    }
    if all.total() > 0 {
        claim.record(transaction, &all).await?;
    }
    Ok(Some(all))
}

async fn is_more(
    transaction: &mut Transaction<'static, Any>,
    claim: &Claim,
    range: (Standing, Standing),
) -> Result<bool, ApiError> {
    let row = sqlx::query(AssertSqlSafe(of(MORE, range, 1)))
        .bind(claim.record.actor.organization.get())
        .bind(claim.record.campaign.get())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}

impl Claim {
    /// Records the operation. What Unassigned holds before is not counted for it: it may be a million.
    async fn record(&self, transaction: &mut Transaction<'static, Any>, counts: &Counts) -> Result<(), ApiError> {
        let (member, total) = (self.record.actor.member, counts.total());
        let taken = Taken { counts: *counts, allowed: self.allowed, batch: self.terms.batch.get() };
        let take = |(standing, count)| Take { from: None, standing, count };
        let layout = Layout {
            takes: counts.iter().filter(|(_, count)| *count > 0).map(take).collect(),
            turns: vec![Turn { start: 0, finish: u64::from(total), rank: 0, open: 1 }],
            targets: vec![Some(member)],
            shares: None,
        };
        let change =
            Change { owner: Some(member), before: self.held, goes: Counts::default(), comes: *counts, kept: 0 };
        let outcome = Outcome {
            at: self.now,
            fingerprint: handoff_core::plan::Fingerprint("request".to_owned()),
            moved: total,
            words: format!("{} conversations requested", handoff_core::plan::number(self.allowed)),
            headline: format!("{} moved to {}", handoff_core::plan::number(total), self.name),
            people: vec![(self.name.clone(), change)],
            undoes: None,
            layout: layout.to_json()?,
            unassigned_change: -i64::from(total),
        };
        let record = Record { request: to_store(&taken)?, ..self.record.clone() };
        history::record(transaction, &record, &outcome).await
    }
}
