//! Whose conversations a member sees.

use handoff_core::CampaignId;
use handoff_core::inbox::owner::Whose;
use handoff_core::permission::{Act, Held, Role};
use handoff_core::plan::Owner;
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::schedule::Schedule;
use super::terms::terms_columns;
use super::{Actor, Store, tally};
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
pub(super) use campaign;

const CAMPAIGN: &str = concat!(campaign!(), "campaign.campaign_id = $2");

/// Whether somebody has anything to do with a campaign.
const TAKES_PART: &str = "
    SELECT CASE WHEN EXISTS (
        SELECT 1 FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3
    ) OR EXISTS (
        SELECT 1 FROM conversation WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id = $3
    ) THEN 1 ELSE 0 END";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [CAMPAIGN, TAKES_PART];

/// Whose conversations of which campaign a member sees.
pub(super) struct Viewed {
    pub(super) owner: Owner,
    pub(super) owner_name: String,
    pub(super) schedule: Schedule,
    pub(super) campaign: AnyRow,
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
}
