//! Whose conversations a member sees, their campaigns, and all that the threads of a campaign share.

use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::owner::Whose;
use handoff_core::permission::{Act, Held, Role};
use handoff_core::plan::Owner;
use handoff_core::{CampaignId, Instant, MemberId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::campaign::stored;
use super::inbox::tabs;
use super::schedule::Schedule;
use super::settings::setting;
use super::terms::{OwnTerms, terms_columns};
use super::{Actor, Store, reply, survey, tally};
use crate::model::messenger::{Assignment, Messenger};
use crate::model::{ApiError, Thing};

/// The columns of a campaign and its [`Schedule`].
macro_rules! campaign {
    () => {
        concat!(
            "SELECT campaign.campaign_id, campaign.name, campaign.status AS campaign_status, campaign.time_zone,
            campaign.opens, campaign.closes, campaign.initial_message, campaign.custom_fields, campaign.created_at,
            ",
            terms_columns!(),
            ", organization.send_all, coalesce(member.name, '') AS created_by
        FROM campaign
        JOIN organization ON organization.organization_id = campaign.organization_id
        LEFT JOIN member ON member.organization_id = campaign.organization_id
            AND member.member_id = campaign.created_by
        WHERE campaign.organization_id = $1 AND "
        )
    };
}

const CAMPAIGN: &str = concat!(campaign!(), "campaign.campaign_id = $2");

/// The campaigns that somebody is a texter of, the newest first. 4 is archived.
const ASSIGNED: &str = concat!(
    campaign!(),
    "campaign.status <> 4 AND campaign.campaign_id IN (
        SELECT campaign_texter.campaign_id FROM campaign_texter
        WHERE campaign_texter.organization_id = $1 AND campaign_texter.member_id = $2
    )
    ORDER BY campaign.created_at DESC, campaign.campaign_id DESC"
);

/// Whether somebody has anything to do with a campaign.
const TAKES_PART: &str = "
    SELECT CASE WHEN EXISTS (
        SELECT 1 FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3
    ) OR EXISTS (
        SELECT 1 FROM conversation WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id = $3
    ) THEN 1 ELSE 0 END";

const IS_TEXTER: &str = "
    SELECT count(*) FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [CAMPAIGN, ASSIGNED, TAKES_PART, IS_TEXTER];

/// Whose conversations of which campaign a member sees.
pub(super) struct Viewed {
    pub(super) owner: Owner,
    pub(super) owner_name: String,
    pub(super) schedule: Schedule,
    campaign: AnyRow,
}

impl Store {
    /// Begins to read what somebody holds in a campaign.
    pub(super) async fn view(
        &self,
        actor: Actor,
        campaign: CampaignId,
        whose: Whose,
    ) -> Result<(Transaction<'static, Any>, Viewed), ApiError> {
        let owner = match whose {
            Whose::Mine => Some(actor.member),
            Whose::Unassigned => None,
            Whose::Member(member) => Some(member),
        };
        let act = if owner == Some(actor.member) { Act::See(Held::Own) } else { Act::ViewAs };
        let (mut transaction, role) = self.read_as(actor, act).await?;
        let row = sqlx::query(CAMPAIGN)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::NotFound(Thing::Campaign))?;
        if role == Role::Texter && !takes_part(&mut transaction, actor, campaign).await? {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        let owner_name = match owner {
            None => "Unassigned".to_owned(),
            Some(member) => tally::member_name(&mut transaction, actor.organization, member)
                .await?
                .ok_or(ApiError::NotFound(Thing::Member))?,
        };
        Ok((transaction, Viewed { owner, owner_name, schedule: Schedule::of(&row)?, campaign: row }))
    }

    /// Opens the messenger of an owner in a campaign.
    ///
    /// # Errors
    /// If the member may not see whose it is, or the campaign does not exist.
    pub async fn messenger(&self, actor: Actor, campaign: CampaignId, whose: Whose) -> Result<Messenger, ApiError> {
        let (mut transaction, viewed) = self.view(actor, campaign, whose).await?;
        let Viewed { owner, owner_name, schedule, campaign: row } = viewed;
        let now = self.now();
        let phase = schedule.phase(now);
        let (tabs, counts) = tabs(&mut transaction, actor.organization, campaign, owner, phase, now).await?;
        let held = match owner {
            Some(member) if is_texter(&mut transaction, actor.organization, campaign, member).await? => Some(counts),
            _ => None,
        };
        let may_request = OwnTerms::of(&row)?.allowance(schedule.status, held, now);
        let questions = survey::list(&mut transaction, actor, campaign).await?;
        let mut replies = reply::list(&mut transaction, actor, Some(campaign)).await?;
        replies.extend(reply::list(&mut transaction, actor, None).await?);
        transaction.commit().await?;
        Ok(Messenger {
            owner,
            owner_name,
            campaign,
            name: row.try_get("name")?,
            status: schedule.status,
            created_at: Instant(row.try_get("created_at")?),
            created_by: row.try_get("created_by")?,
            closed: schedule.closed(now)?,
            time_zone: schedule.time_zone,
            hours: schedule.hours,
            window: schedule.window,
            phase,
            initial_message: row.try_get("initial_message")?,
            custom_fields: stored(&row.try_get::<String, _>("custom_fields")?)?,
            tabs,
            counts,
            may_request,
            send_all: setting(&row, "send_all")?,
            questions,
            replies,
        })
    }

    /// Lists the campaigns that a member is a texter of, with what waits in each.
    ///
    /// # Errors
    /// If the member is gone.
    pub async fn assignments(&self, actor: Actor) -> Result<Vec<Assignment>, ApiError> {
        let mut transaction = self.read(actor, Act::See(Held::Own)).await?;
        let (organization, member) = (actor.organization, actor.member);
        let rows =
            sqlx::query(ASSIGNED).bind(organization.get()).bind(member.get()).fetch_all(&mut *transaction).await?;
        let mut assignments = Vec::with_capacity(rows.len());
        // One campaign after the other: somebody is a texter of a few.
        for row in rows {
            assignments.push(self.assignment(&mut transaction, organization, Some(member), &row).await?);
        }
        Ok(assignments)
    }

    async fn assignment(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        owner: Owner,
        row: &AnyRow,
    ) -> Result<Assignment, ApiError> {
        let now = self.now();
        let schedule = Schedule::of(row)?;
        let campaign = CampaignId(row.try_get("campaign_id")?);
        let (tabs, counts) = tabs(transaction, organization, campaign, owner, schedule.phase(now), now).await?;
        let closed = if schedule.status == CampaignStatus::Active { schedule.closed(now)? } else { None };
        let may_request = OwnTerms::of(row)?.allowance(schedule.status, Some(counts), now);
        Ok(Assignment {
            campaign,
            name: row.try_get("name")?,
            status: schedule.status,
            counts,
            tabs,
            closed,
            may_request,
        })
    }
}

/// Whether somebody has anything to do with a campaign.
pub(super) async fn takes_part(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
) -> Result<bool, ApiError> {
    let takes_part: i32 = sqlx::query_scalar(TAKES_PART)
        .bind(actor.organization.get())
        .bind(campaign.get())
        .bind(actor.member.get())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(takes_part == 1)
}

async fn is_texter(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    member: MemberId,
) -> Result<bool, ApiError> {
    let found: i64 = sqlx::query_scalar(IS_TEXTER)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(member.get())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(found == 1)
}
