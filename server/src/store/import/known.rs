//! Which of the numbers of a file the campaign has, and which have opted out.

use handoff_core::contact::Phone;
use handoff_core::{CampaignId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::store::engine::Engine;
use crate::store::row::{fits, to_store};

/// Phone numbers that are looked up in one statement.
const LOOKED_UP: usize = 20_000;

/// How many of these numbers the campaign has, and how many of the others have opted out.
///
/// Each number is looked up by its key: joined, PostgreSQL would walk through the campaign for each of them if it
/// believes that the campaign is empty.
const KNOWN: &str = "
WITH looked_up AS MATERIALIZED (
    SELECT (
        SELECT contact_number.phone FROM contact_number
        WHERE contact_number.organization_id = $1 AND contact_number.campaign_id = $2
            AND contact_number.phone = given.value
    ) AS present, (
        SELECT opt_out.phone FROM opt_out WHERE opt_out.organization_id = $1 AND opt_out.phone = given.value
    ) AS opted_out
    FROM {texts} AS given
)
SELECT count(present) AS present, count(CASE WHEN present IS NULL THEN opted_out END) AS opted_out FROM looked_up";

pub(super) fn known_of(engine: Engine) -> String {
    KNOWN.replace("{texts}", engine.texts_of_json())
}

/// What the database knows of some numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Numbers that the campaign has.
    pub(super) present: u32,
    /// Others that have opted out.
    pub(super) opted_out: u32,
}

impl Known {
    /// Takes from the new contacts what the campaign has already.
    pub(super) const fn correct(self, tally: &mut DryRun) {
        tally.good = tally.good.saturating_sub(self.present);
        tally.present = self.present;
        tally.opted_out = self.opted_out;
    }
}

/// Looks these numbers up, each of which is there once.
pub(super) async fn known(
    engine: Engine,
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    phones: &[Phone],
) -> Result<Known, ApiError> {
    let statement = known_of(engine);
    let mut all = Known::default();
    for phones in phones.chunks(LOOKED_UP) {
        let row = sqlx::query(AssertSqlSafe(statement.clone()))
            .persistent(false)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(to_store(&phones)?)
            .fetch_one(&mut **transaction)
            .await?;
        all.present += fits(row.try_get("present")?)?;
        all.opted_out += fits(row.try_get("opted_out")?)?;
    }
    Ok(all)
}
