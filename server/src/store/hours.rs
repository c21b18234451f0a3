//! The hours of a campaign: read and changed.

use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::Hours;
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, Instant};

use super::schedule::{Schedule, known_zone};
use super::{Actor, Store, outbox};
use crate::model::settings::CampaignHours;
use crate::model::{ApiError, Thing};

const READ: &str = "
    SELECT status AS campaign_status, time_zone, opens, closes, initial_from, initial_until
    FROM campaign WHERE organization_id = $1 AND campaign_id = $2";

const SAVE: &str = "
    UPDATE campaign SET time_zone = $3, opens = $4, closes = $5, initial_from = $6, initial_until = $7
    WHERE organization_id = $1 AND campaign_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [READ, SAVE];

impl Store {
    /// Reads when a campaign may send.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn hours(&self, actor: Actor, campaign: CampaignId) -> Result<CampaignHours, ApiError> {
        let mut transaction = self.read(actor, Act::ManageHours).await?;
        let row = sqlx::query(READ)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::NotFound(Thing::Campaign))?;
        let schedule = Schedule::of(&row)?;
        let closed = schedule.closed(self.now())?;
        let Schedule { time_zone, hours, window, .. } = schedule;
        Ok(CampaignHours { time_zone, hours, window, closed })
    }

    /// Changes when a campaign may send.
    ///
    /// # Errors
    /// If the member may not, there is no such time zone, or the campaign does not exist.
    pub async fn save_hours(
        &self,
        actor: Actor,
        campaign: CampaignId,
        time_zone: &TimeZoneName,
        hours: Hours,
        window: InitialWindow,
    ) -> Result<CampaignHours, ApiError> {
        known_zone(time_zone, self.now())?;
        let mut transaction = self.write(actor, Act::ManageHours).await?;
        let saved = sqlx::query(SAVE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(time_zone.as_str())
            .bind(i32::from(hours.open().get()))
            .bind(i32::from(hours.close().get()))
            .bind(window.start().map(Instant::get))
            .bind(window.end().map(Instant::get))
            .execute(&mut *transaction)
            .await?;
        if saved.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        let now = self.now();
        // The status decides nothing here: what was sent before a pause goes out.
        let schedule = Schedule { status: CampaignStatus::Active, time_zone: time_zone.clone(), hours, window };
        outbox::hours_changed(&mut transaction, (actor.organization, campaign), &schedule, now).await?;
        transaction.commit().await?;
        let closed = schedule.closed(now)?;
        Ok(CampaignHours { time_zone: schedule.time_zone, hours, window, closed })
    }
}
