//! Requests: a texter is given conversations that nobody holds, and nobody else is given the same.
//!
//! On PostgreSQL many request at once, see [`among_others`]. On SQLite one writes at a time, see [`alone`].

mod alone;
mod among_others;
mod answered;
mod past;

pub(super) use self::alone::Expected;
pub(super) use self::answered::Answered;

use handoff_core::campaign::CampaignStatus;
use handoff_core::naming::isolated;
use handoff_core::operation::OperationKind;
use handoff_core::permission::{Act, Role};
use handoff_core::plan::{Change, Fingerprint, Take, number};
use handoff_core::self_assignment::{RequestRefusal, Taken, Terms};
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, OperationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::campaign::{stored, to_store};
use super::engine::Engine;
use super::failure::Sound;
use super::history::{Outcome, Record};
use super::layout::{Layout, Turn};
use super::tally::told_apart_name;
use super::terms::{OwnTerms, terms_columns};
use super::{Actor, Store, history, membership};
use crate::model::self_assignment::Requested;
use crate::model::{ApiError, Thing};

pub(crate) use self::past::PastRequest;

/// All that decides but what the texter holds: what was answered to this request before, and whether another one of
/// theirs was answered since this one was made. 5 is a request.
const GROUND: &str = concat!(
    "SELECT campaign.status AS campaign_status, ",
    terms_columns!(),
    ", member.role, member.active, member.invited, ",
    told_apart_name!(),
    " AS name, campaign_texter.member_id AS texter_id,
        operation.kind AS before_kind, operation.campaign_id AS before_campaign,
        operation.committed_by AS before_by, operation.request AS before_request,
        CASE WHEN EXISTS (
            SELECT 1 FROM operation AS other
            WHERE other.organization_id = $1 AND other.campaign_id = $2 AND other.committed_at > $5
                AND other.kind = 5 AND other.committed_by = $3
        ) THEN 1 ELSE 0 END AS answered_meanwhile
    FROM member
    JOIN organization ON organization.organization_id = member.organization_id
    LEFT JOIN campaign ON campaign.organization_id = member.organization_id AND campaign.campaign_id = $2
    LEFT JOIN campaign_texter ON campaign_texter.organization_id = member.organization_id
        AND campaign_texter.campaign_id = $2 AND campaign_texter.member_id = member.member_id
    LEFT JOIN operation ON operation.organization_id = member.organization_id AND operation.operation_id = $4
    WHERE member.organization_id = $1 AND member.member_id = $3"
);

/// What is handed out: of what nobody holds, from `{first}` to `{last}` in the order of taking, `{most}` at most. That
/// the numbers stand in the text tells PostgreSQL that they are few. `assignee_id`, which is always the same here, is
/// there for PostgreSQL to see that this is the order of the index.
macro_rules! pool {
    ($columns:literal, $campaign:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM conversation WHERE organization_id = $1 AND campaign_id = ",
            $campaign,
            " AND assignee_id IS NULL AND standing BETWEEN {first} AND {last} AND escalated = 0
            ORDER BY assignee_id, standing, waiting_since, conversation_id LIMIT {most}"
        )
    };
}
use pool;

/// From one standing to another.
type Range = (Standing, Standing);

/// A statement for so many conversations of some standings.
fn of(statement: &str, (first, last): Range, most: u32) -> String {
    let statement = statement.replace("{first}", &(first as i32).to_string());
    statement.replace("{last}", &(last as i32).to_string()).replace("{most}", &most.to_string())
}

/// The statements of these files, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let range = (Standing::NeedsReply, Standing::Resolved);
    let of_engine = match engine {
        Engine::Sqlite => alone::STATEMENTS.map(|statement| of(statement, range, 25)).to_vec(),
        Engine::Postgres => among_others::STATEMENTS.map(|statement| of(statement, range, 25)).to_vec(),
    };
    let numbered = |statement: String| statement.replace("{part}", "0").replace("{place}", "0");
    of_engine.into_iter().map(numbered).chain([GROUND.to_owned()]).collect()
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
struct Asked {
    actor: Actor,
    campaign: CampaignId,
    operation: OperationId,
    /// When.
    at: Instant,
    /// Whether this process answered another request of theirs since.
    answered_meanwhile: bool,
}

/// What is done about it.
enum Decision {
    /// It was answered before.
    Answered(Taken),
    /// So many may be given.
    Give(Box<Grant>),
}

/// A request that is followed.
struct Grant {
    asked: Asked,
    terms: Terms,
    ranges: &'static [Range],
    /// The texter's name.
    name: String,
    /// What they hold.
    held: Counts,
    /// How many they may be given.
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
        history::check_id(operation)?;
        let asked = Asked { actor, campaign, operation, at: self.now(), answered_meanwhile: false };
        match self.engine {
            Engine::Sqlite => self.request_alone(asked).await,
            Engine::Postgres => self.request_among_others(asked).await,
        }
    }
}

/// Decides a request.
///
/// `held` is what the texter holds; it is not looked at for somebody who is no texter of the campaign.
fn decide(ground: &AnyRow, held: Counts, asked: Asked, now: Instant) -> Result<Decision, ApiError> {
    let role =
        Role::from_number(ground.try_get::<i32, _>("role")?.into()).sound("member", "role", asked.actor.member)?;
    if !membership(ground)?.opens() {
        return Err(ApiError::SignedOut);
    }
    role.check(Act::RequestConversations)?;
    let status = ground.try_get::<Option<i32>, _>("campaign_status")?.ok_or(ApiError::NotFound(Thing::Campaign))?;
    let status = CampaignStatus::from_number(status.into()).sound("campaign", "status", asked.campaign)?;
    if let Some(taken) = answered_before(ground, asked)? {
        return Ok(Decision::Answered(taken));
    }
    let own = OwnTerms::of(ground)?;
    let is_texter = ground.try_get::<Option<i64>, _>("texter_id")?.is_some();
    let meanwhile = asked.answered_meanwhile || ground.try_get::<i32, _>("answered_meanwhile")? == 1;
    let allowed = own.allowance_of_request(status, is_texter.then_some(held), meanwhile, now)?;
    let terms = own.terms().ok_or(RequestRefusal::Off)?;
    let ranges = terms.kind.ranges_for(own.initial(now), &held);
    let name = ground.try_get("name")?;
    Ok(Decision::Give(Box::new(Grant { asked, terms, ranges, name, held, allowed, now })))
}

/// What was answered to this request before.
///
/// # Errors
/// If its id was used for something else.
fn answered_before(ground: &AnyRow, asked: Asked) -> Result<Option<Taken>, ApiError> {
    let Some(kind) = ground.try_get::<Option<i32>, _>("before_kind")? else { return Ok(None) };
    let same = kind == OperationKind::Request as i32
        && ground.try_get::<i64, _>("before_campaign")? == asked.campaign.get()
        && ground.try_get::<i64, _>("before_by")? == asked.actor.member.get();
    if !same {
        return Err(ApiError::OperationReused);
    }
    stored(&ground.try_get::<String, _>("before_request")?).map(Some)
}

impl Grant {
    /// What is answered.
    fn taken(&self, counts: Counts) -> Taken {
        Taken { counts, allowed: self.allowed, batch: self.terms.batch.get() }
    }

    /// Without conversations there is no operation.
    fn answer(&self, counts: Counts) -> Requested {
        let operation = (counts.total() > 0).then_some(self.asked.operation);
        Requested { operation, taken: self.taken(counts) }
    }

    /// Records the operation, and does the rest in the same go: statements that know the numbers of
    /// [`history::record_and`]. What Unassigned holds before is not counted for it: it may be a million.
    async fn record(
        &self,
        transaction: &mut Transaction<'static, Any>,
        engine: Engine,
        counts: Counts,
        rest: &str,
    ) -> Result<u64, ApiError> {
        let Asked { actor, campaign, operation, .. } = self.asked;
        let (member, total) = (actor.member, counts.total());
        let take = |(standing, count)| Take { from: None, standing, count };
        let layout = Layout {
            takes: counts.iter().filter(|(_, count)| *count > 0).map(take).collect(),
            turns: vec![Turn { start: 0, finish: u64::from(total), rank: 0, open: 1 }],
            targets: vec![Some(member)],
            shares: None,
        };
        let change = Change { owner: Some(member), before: self.held, goes: Counts::default(), comes: counts, kept: 0 };
        let outcome = Outcome {
            at: self.now,
            fingerprint: Fingerprint("request".to_owned()),
            moved: total,
            words: format!("{} conversations requested", number(self.allowed)),
            headline: format!("{} moved to {}", number(total), isolated(&self.name)),
            people: vec![(self.name.clone(), change)],
            undoes: None,
            layout: layout.to_json()?,
            unassigned_change: -i64::from(total),
        };
        let request = to_store(&self.taken(counts))?;
        let record = Record { actor, kind: OperationKind::Request, campaign, operation, request };
        history::record_and(transaction, engine, &record, &outcome, rest).await
    }
}
