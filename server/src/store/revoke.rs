//! Ending an invite link with all that came of it: the link is disabled, whoever became a texter by it is removed from
//! the campaign, and what they hold is nobody's. Exactly as it was previewed, or nothing; and it can be undone.

use handoff_core::operation::OperationKind;
use handoff_core::permission::Act;
use handoff_core::plan::{Fingerprint, plan};
use handoff_core::request::{From, Request};
use handoff_core::{CampaignId, Instant, InviteLinkId, MemberId, OperationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::failure::Sound;
use super::history::{self, Record};
use super::reassign::Commit;
use super::row::{stored, to_store};
use super::{Actor, Store, tally};
use crate::model::history::OperationRow;
use crate::model::invite::{Revocation, RevokeAnswer};
use crate::model::overview::Overview;
use crate::model::{ApiError, Thing};

/// Whoever became a texter by a link and is one still, by ascending id.
const JOINED: &str = "
    SELECT invite_join.member_id
    FROM invite_join
    JOIN campaign_texter ON campaign_texter.organization_id = invite_join.organization_id
        AND campaign_texter.campaign_id = invite_join.campaign_id
        AND campaign_texter.member_id = invite_join.member_id
    WHERE invite_join.organization_id = $1 AND invite_join.campaign_id = $2 AND invite_join.link_id = $3
    ORDER BY invite_join.member_id";

const FIND: &str = "
    SELECT link_id FROM invite_link WHERE organization_id = $1 AND campaign_id = $2 AND link_id = $3";

/// Once it waits for nobody who is joining, nobody joins any more.
const DISABLE: &str = "
    UPDATE invite_link SET disabled_at = coalesce(disabled_at, $4)
    WHERE organization_id = $1 AND campaign_id = $2 AND link_id = $3";

const REMOVE: &str = "
    DELETE FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id IN (
        SELECT member_id FROM invite_join WHERE organization_id = $1 AND campaign_id = $2 AND link_id = $3
    )";

const REQUEST: &str = "SELECT request FROM operation WHERE organization_id = $1 AND operation_id = $2";

/// Who of some is an active member and no texter of the campaign now.
fn gone(engine: Engine) -> String {
    format!(
        "SELECT member_id, name, last_seen_at FROM member
        WHERE organization_id = $1 AND active = 1 AND invited = 0 AND member_id IN (SELECT CAST(value AS BIGINT) FROM {} AS listed)
            AND NOT EXISTS (
                SELECT 1 FROM campaign_texter
                WHERE campaign_texter.organization_id = $1 AND campaign_texter.campaign_id = $2
                    AND campaign_texter.member_id = member.member_id
            )",
        engine.texts_of_json()
    )
}

/// Makes some texters of the campaign.
fn add_again(engine: Engine) -> String {
    format!(
        "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at)
        SELECT organization_id, $2, member_id, $4 FROM member
        WHERE organization_id = $1 AND active = 1 AND invited = 0 AND member_id IN (SELECT CAST(value AS BIGINT) FROM {} AS listed)
        ON CONFLICT (organization_id, campaign_id, member_id) DO NOTHING",
        engine.texts_of_json()
    )
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let fixed = [JOINED, FIND, DISABLE, REMOVE, REQUEST].map(str::to_owned);
    fixed.into_iter().chain([gone(engine), add_again(engine)]).collect()
}

/// A link to end.
#[derive(Clone, Debug)]
pub struct Revoke {
    /// The campaign.
    pub campaign: CampaignId,
    /// The link.
    pub link: InviteLinkId,
    /// Who was previewed to be removed, by ascending id.
    pub members: Vec<MemberId>,
    /// The fingerprint of the plan that was previewed.
    pub fingerprint: Fingerprint,
    /// The id of the operation, made by who asks: sent again, it is recognised.
    pub operation: OperationId,
}

impl Store {
    /// Reads all that is needed to preview the end of an invite link.
    ///
    /// # Errors
    /// If the member may not, or the campaign has no such link.
    pub async fn revocation(
        &self,
        actor: Actor,
        campaign: CampaignId,
        link: InviteLinkId,
    ) -> Result<Revocation, ApiError> {
        let mut transaction = self.read(actor, Act::ManageInviteLinks).await?;
        let overview = tally::read(&mut transaction, actor.organization, campaign).await?;
        let found = sqlx::query(FIND).bind(actor.organization.get()).bind(campaign.get()).bind(link.get());
        if found.fetch_optional(&mut *transaction).await?.is_none() {
            return Err(ApiError::NotFound(Thing::Invite));
        }
        let members = joined(&mut transaction, actor.organization, campaign, link).await?;
        Ok(Revocation { link, members, overview })
    }

    /// Ends an invite link with all that came of it, if that is still what was previewed.
    ///
    /// # Errors
    /// If the member may not, the campaign has no such link or is archived, or nobody is left who joined by it.
    pub async fn revoke_invite(&self, actor: Actor, asked: &Revoke) -> Result<RevokeAnswer, ApiError> {
        let Revoke { campaign, link, ref members, ref fingerprint, operation } = *asked;
        let organization = actor.organization;
        let mut transaction = self.write(actor, Act::ManageInviteLinks).await?;
        self.move_alone(&mut transaction, campaign).await?;
        let request = Request::revocation(members.clone());
        let kind = OperationKind::Revocation;
        let record = Record { actor, kind, campaign, operation, request: to_store(&request)? };
        if let Some((moved, headline)) = history::committed_before(&mut transaction, &record, fingerprint).await? {
            return Ok(RevokeAnswer::Committed { operation, moved, headline });
        }
        let disabling = sqlx::query(DISABLE).bind(organization.get()).bind(campaign.get()).bind(link.get());
        let disabled = disabling.bind(self.now().get()).execute(&mut *transaction).await?;
        let overview = tally::read(&mut transaction, organization, campaign).await?;
        if disabled.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Invite));
        }
        overview.status.may_move()?;
        let now = joined(&mut transaction, organization, campaign, link).await?;
        let same = now == *members && {
            let plan = plan(&overview.tally, &request)?;
            plan.fingerprint() == *fingerprint
        };
        if !same {
            // Nothing of it stays, the link works as before.
            return Ok(RevokeAnswer::Conflict { now: Box::new(Revocation { link, members: now, overview }) });
        }
        let plan = plan(&overview.tally, &request)?;
        let commit = Commit { campaign, request, fingerprint: fingerprint.clone(), operation };
        let removing = sqlx::query(REMOVE).bind(organization.get()).bind(campaign.get()).bind(link.get());
        removing.execute(&mut *transaction).await?;
        let headline = self.follow(&mut transaction, &record, &plan, &overview, &commit).await?;
        transaction.commit().await?;
        Ok(RevokeAnswer::Committed { operation, moved: plan.moved, headline })
    }
}

async fn joined(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    link: InviteLinkId,
) -> Result<Vec<MemberId>, ApiError> {
    let joined: Vec<i64> = sqlx::query_scalar(JOINED)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(link.get())
        .fetch_all(&mut **transaction)
        .await?;
    Ok(joined.into_iter().map(MemberId).collect())
}

/// Whoever the undo of an operation makes a texter of the campaign again: those whom the end of a link removed, as far
/// as they are active members. In the overview they are texters from here on.
pub(super) async fn texters_again(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    undone: &OperationRow,
    overview: &mut Overview,
) -> Result<Vec<MemberId>, ApiError> {
    if undone.kind != OperationKind::Revocation {
        return Ok(Vec::new());
    }
    let request: String = sqlx::query_scalar(REQUEST)
        .bind(organization.get())
        .bind(undone.id.get())
        .fetch_one(&mut **transaction)
        .await?;
    let removed = match stored::<Request>(&request)?.from {
        From::Members(removed) => Some(removed),
        From::Everyone | From::Unassigned => None,
    };
    let removed = removed.sound("operation", "request", undone.id)?;
    let rows = sqlx::query(AssertSqlSafe(gone(engine)))
        .bind(organization.get())
        .bind(overview.campaign.get())
        .bind(to_store(&removed)?)
        .fetch_all(&mut **transaction)
        .await?;
    let mut again = Vec::with_capacity(rows.len());
    for row in rows {
        let member = MemberId(row.try_get("member_id")?);
        overview.tally.activate(member);
        if overview.people.iter().all(|person| person.id != member) {
            overview.people.push(tally::person(&row, member)?);
        }
        again.push(member);
    }
    overview.people.sort_by_key(|person| person.id);
    Ok(again)
}

/// Makes them texters of the campaign again.
pub(super) async fn let_back(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    record: &Record,
    members: &[MemberId],
    now: Instant,
) -> Result<(), ApiError> {
    if members.is_empty() {
        return Ok(());
    }
    sqlx::query(AssertSqlSafe(add_again(engine)))
        .bind(record.actor.organization.get())
        .bind(record.campaign.get())
        .bind(to_store(&members)?)
        .bind(now.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
