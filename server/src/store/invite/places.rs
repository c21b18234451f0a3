//! Places by an invite link: how many people may join by it, and how fast.

use handoff_core::permission::Act;
use handoff_core::self_assignment::{LinkUse, PeopleLimit, join};
use handoff_core::{CampaignId, Instant, InviteLinkId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::super::Store;
use super::super::failure::Sound;
use super::super::tally::campaign as check_campaign;
use super::invited::Invited;
use crate::model::invite::InviteError;
use crate::model::{ApiError, Thing};
use crate::store::Actor;
use crate::store::row::count;

/// How many became texters by a link, and how many of those did after an instant.
const JOINED: &str = "
    SELECT count(*) AS joined, CAST(coalesce(sum(CASE WHEN joined_at > $4 THEN 1 ELSE 0 END), 0) AS BIGINT) AS lately
    FROM invite_join WHERE organization_id = $1 AND campaign_id = $2 AND link_id = $3";

const LIMIT: &str = "
    UPDATE invite_link SET most_people = $3
    WHERE organization_id = $1 AND campaign_id = $2 AND disabled_at IS NULL";

/// Keeps others who want to join by the link waiting until this transaction ends.
const HOLD: &str = "UPDATE invite_link SET recovered_at = recovered_at WHERE token_hash = $1";

const USE: &str = "SELECT most_people, recovered_at, disabled_at FROM invite_link WHERE token_hash = $1";

const NOTE_USE: &str = "UPDATE invite_link SET recovered_at = $2 WHERE token_hash = $1";

/// The statements of this file, for the test that prepares each on both engines.
pub(super) const STATEMENTS: [&str; 5] = [JOINED, LIMIT, HOLD, USE, NOTE_USE];

/// How many became texters by a link, and how many of those since an instant.
pub(super) async fn joined(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    link: InviteLinkId,
    since: Instant,
) -> Result<(u32, u32), ApiError> {
    let row = sqlx::query(JOINED)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(link.get())
        .bind(since.get())
        .fetch_one(&mut **transaction)
        .await?;
    Ok((count(&row, "joined")?, count(&row, "lately")?))
}

/// How many people may join.
pub(super) fn people_limit(row: &AnyRow) -> Result<Option<PeopleLimit>, ApiError> {
    let (table, column, link) = ("invite_link", "most_people", "of a campaign");
    let most = row.try_get::<Option<i64>, _>(column)?.map(u32::try_from).transpose().sound(table, column, link)?;
    most.map(PeopleLimit::new).transpose().sound(table, column, link)
}

/// Takes a place by a link for one more person, in the transaction in which they join.
///
/// # Errors
/// If nobody joins by it now: it was disabled meanwhile, as many have joined as may, or too many do at once.
pub(in super::super) async fn take_place(
    transaction: &mut Transaction<'static, Any>,
    invited: &Invited,
    now: Instant,
) -> Result<(), ApiError> {
    sqlx::query(HOLD).bind(invited.token_hash.as_str()).execute(&mut **transaction).await?;
    let row = sqlx::query(USE).bind(invited.token_hash.as_str()).fetch_one(&mut **transaction).await?;
    if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        return Err(InviteError::Disabled.into());
    }
    let (joined, _) = joined(transaction, invited.organization, invited.campaign, invited.link, now).await?;
    let recovered = row.try_get::<Option<i64>, _>("recovered_at")?.map(Instant);
    let recovered =
        join(&LinkUse { most: people_limit(&row)?, joined, recovered }, now).map_err(InviteError::NoPlace)?;
    let noting = sqlx::query(NOTE_USE).bind(invited.token_hash.as_str()).bind(recovered.get());
    noting.execute(&mut **transaction).await?;
    Ok(())
}

impl Store {
    /// Says how many people may join by the invite link of a campaign. None is as many as want to.
    ///
    /// # Errors
    /// If the member may not, the number is out of range, or the campaign has no link that works.
    pub async fn limit_invite(&self, actor: Actor, campaign: CampaignId, most: Option<u32>) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageInviteLinks).await?;
        let most = most.map(PeopleLimit::new).transpose().map_err(|error| ApiError::invalid("most", error))?;
        check_campaign(&mut transaction, actor.organization, campaign).await?;
        let limited = sqlx::query(LIMIT)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(most.map(|most| i64::from(most.get())))
            .execute(&mut *transaction)
            .await?;
        if limited.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Invite));
        }
        transaction.commit().await?;
        Ok(())
    }
}
