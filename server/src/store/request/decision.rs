//! What is decided about a request, and what is recorded of it.

use handoff_core::campaign::CampaignStatus;
use handoff_core::naming::isolated;
use handoff_core::operation::OperationKind;
use handoff_core::permission::{Act, Role};
use handoff_core::plan::{Change, Fingerprint, Take};
use handoff_core::self_assignment::{RequestRefusal, Taken, Terms};
use handoff_core::tally::Counts;
use handoff_core::text::number;
use handoff_core::{CampaignId, Instant, OperationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::expected::Range;
use crate::model::self_assignment::Requested;
use crate::model::{ApiError, Thing};
use crate::store::engine::Engine;
use crate::store::failure::Sound;
use crate::store::history::{Outcome, Record};
use crate::store::layout::{Layout, Turn};
use crate::store::row::{stored, to_store};
use crate::store::tally::told_apart_name;
use crate::store::terms::{OwnTerms, terms_columns};
use crate::store::{Actor, history, membership};

/// All that decides but what the texter holds: what was answered to this request before, and whether another one of
/// theirs was answered since this one was made. 5 is a request.
pub(super) const GROUND: &str = concat!(
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
pub(super) use pool;

/// A statement for so many conversations of some standings.
pub(super) fn of(statement: &str, (first, last): Range, most: u32) -> String {
    let statement = statement.replace("{first}", &(first as i32).to_string());
    statement.replace("{last}", &(last as i32).to_string()).replace("{most}", &most.to_string())
}

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) campaign: CampaignId,
    pub(super) operation: OperationId,
    /// How many they held as far as their page showed it.
    pub(super) shown: Option<u32>,
    /// When.
    pub(super) at: Instant,
    /// Whether this process answered another request of theirs since.
    pub(super) answered_meanwhile: bool,
}

/// What is done about it.
pub(super) enum Decision {
    /// It was answered before.
    Answered(Taken),
    /// So many may be given.
    Give(Box<Grant>),
}

/// A request that is followed.
pub(super) struct Grant {
    pub(super) asked: Asked,
    pub(super) terms: Terms,
    pub(super) ranges: &'static [Range],
    /// The texter's name.
    pub(super) name: String,
    /// What they hold.
    pub(super) held: Counts,
    /// How many they may be given.
    pub(super) allowed: u32,
    pub(super) now: Instant,
}

/// Decides a request.
///
/// `held` is what the texter holds; it is not looked at for somebody who is no texter of the campaign.
pub(super) fn decide(ground: &AnyRow, held: Counts, asked: Asked, now: Instant) -> Result<Decision, ApiError> {
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
    let allowed = own.allowance_of_request(status, is_texter.then_some(held), meanwhile, asked.shown, now)?;
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
    pub(super) fn answer(&self, counts: Counts) -> Requested {
        let operation = (counts.total() > 0).then_some(self.asked.operation);
        Requested { operation, taken: self.taken(counts) }
    }

    /// Records the operation, and does the rest in the same go: statements that know the numbers of
    /// [`history::record_and`]. What Unassigned holds before is not counted for it: it may be a million.
    pub(super) async fn record(
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
