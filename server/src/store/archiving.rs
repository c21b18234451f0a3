//! Archiving several campaigns in one act.

use std::collections::BTreeSet;

use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::permission::Act;
use handoff_core::{CampaignId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::row::to_store;
use super::{Actor, Store};
use crate::model::campaign::{Archived, NotArchived};
use crate::model::{ApiError, Thing};

/// So many campaigns can be archived at once.
pub const MOST_AT_ONCE: usize = 1_000;

const FIND: &str = "
SELECT campaign_id, name, status FROM campaign
WHERE organization_id = $1 AND campaign_id IN (SELECT CAST(value AS BIGINT) FROM {ids} AS given)
ORDER BY campaign_id";

/// 4 is archived.
const ARCHIVE: &str = "
UPDATE campaign SET status = 4, late_replies = 0
WHERE organization_id = $1 AND campaign_id IN (SELECT CAST(value AS BIGINT) FROM {ids} AS given)";

fn of(engine: Engine, statement: &str) -> String {
    statement.replace("{ids}", engine.ids_of_json())
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let lock = engine.lock_campaigns().map(str::to_owned);
    [FIND, ARCHIVE].map(|statement| of(engine, statement)).into_iter().chain(lock).collect()
}

impl Store {
    /// Archives these campaigns, and says which of them could not be, and why.
    ///
    /// # Errors
    /// If one of them does not exist in this organization, or there are more than [`MOST_AT_ONCE`].
    pub async fn archive_campaigns(&self, actor: Actor, campaigns: &[CampaignId]) -> Result<Archived, ApiError> {
        let wanted: BTreeSet<CampaignId> = campaigns.iter().copied().collect();
        if wanted.len() > MOST_AT_ONCE {
            return Err(ApiError::invalid("campaigns", "Archive at most 1,000 campaigns at once."));
        }
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        // Bulk moves that are being committed read the status first: they end before the campaigns stand still.
        if let Some(lock) = self.engine.lock_campaigns() {
            let lock = sqlx::query(lock).bind(actor.organization.get()).bind(to_store(&wanted)?);
            lock.fetch_all(&mut *transaction).await?;
        }
        let rows = sqlx::query(AssertSqlSafe(of(self.engine, FIND)))
            .bind(actor.organization.get())
            .bind(to_store(&wanted)?)
            .fetch_all(&mut *transaction)
            .await?;
        if rows.len() < wanted.len() {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        let mut answer = Archived { archived: Vec::new(), refused: Vec::new() };
        for row in rows {
            let campaign = CampaignId(row.try_get("campaign_id")?);
            let status = CampaignStatus::from_number(row.try_get::<i32, _>("status")?.into());
            match status.ok_or(ApiError::Broken)?.after(CampaignAction::Archive) {
                Ok(_) => answer.archived.push(campaign),
                Err(reason) => answer.refused.push(NotArchived { campaign, name: row.try_get("name")?, reason }),
            }
        }
        archive(&mut transaction, self.engine, actor.organization, &answer.archived).await?;
        transaction.commit().await?;
        Ok(answer)
    }
}

async fn archive(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    campaigns: &[CampaignId],
) -> Result<(), ApiError> {
    let changed = sqlx::query(AssertSqlSafe(of(engine, ARCHIVE)))
        .bind(organization.get())
        .bind(to_store(&campaigns)?)
        .execute(&mut **transaction)
        .await?;
    super::moving::exactly(changed.rows_affected(), u64::try_from(campaigns.len()).unwrap_or(u64::MAX))
}
