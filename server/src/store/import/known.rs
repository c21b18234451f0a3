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
const KNOWN: &str = "
SELECT count(contact_number.phone) AS present,
    count(CASE WHEN contact_number.phone IS NULL THEN opt_out.phone END) AS opted_out
FROM {texts} AS given
LEFT JOIN contact_number
    ON contact_number.organization_id = $1 AND contact_number.campaign_id = $2 AND contact_number.phone = given.value
LEFT JOIN opt_out ON opt_out.organization_id = $1 AND opt_out.phone = given.value";

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
