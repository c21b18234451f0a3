//! The campaigns of a member, and all that the threads of a campaign share.

use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::owner::Whose;
use handoff_core::permission::{Act, Held};
use handoff_core::plan::Owner;
use handoff_core::{CampaignId, Instant, MemberId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::inbox::tabs;
use super::row::{setting, stored};
use super::schedule::Schedule;
use super::terms::OwnTerms;
use super::terms::terms_columns;
use super::view::{Viewed, campaign};
use super::{Actor, Store, reply, survey};
use crate::model::ApiError;
use crate::model::messenger::{Assignment, Messenger};

/// The campaigns that somebody is a texter of, the newest first. 4 is archived.
const ASSIGNED: &str = concat!(
    campaign!(),
    "campaign.status <> 4 AND campaign.campaign_id IN (
        SELECT campaign_texter.campaign_id FROM campaign_texter
        WHERE campaign_texter.organization_id = $1 AND campaign_texter.member_id = $2
    )
    ORDER BY campaign.created_at DESC, campaign.campaign_id DESC"
);

const IS_TEXTER: &str = "
    SELECT count(*) FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [ASSIGNED, IS_TEXTER];

impl Store {
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
