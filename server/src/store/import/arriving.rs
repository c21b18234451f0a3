//! An import that runs, as both engines see it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use handoff_core::{CampaignId, ImportId, OrganizationId};
use sqlx::{Any, Transaction};

use super::arrival::Arrival;
use super::running::State;
use crate::model::ApiError;
use crate::store::row::to_store;
use crate::store::{Store, names};

pub(super) const SET_FIELDS: &str =
    "UPDATE campaign SET custom_fields = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// 2 is running.
pub(super) const RUNS: &str =
    "SELECT count(*) FROM contact_import WHERE organization_id = $1 AND import_id = $2 AND status = 2";

/// An import on its way into the database.
pub(super) struct Arriving {
    pub(super) store: Store,
    pub(super) organization: OrganizationId,
    pub(super) import: ImportId,
    pub(super) campaign: CampaignId,
    /// The first id of its contacts, and the one behind the last.
    pub(super) first: i64,
    pub(super) after: i64,
    /// The names of the custom fields of its file.
    pub(super) fields: Vec<String>,
    pub(super) state: Arc<State>,
}

impl Arriving {
    pub(super) const fn arrival(&self) -> Arrival {
        let Self { organization, campaign, import, first, after, .. } = *self;
        Arrival { organization, campaign, import, first, after }
    }

    /// Says how many rows of the file were read.
    pub(super) fn read_so_far(&self, rows: u32) {
        self.state.done.store(rows, Ordering::Relaxed);
    }

    /// Adds the custom fields that the campaign does not have.
    pub(super) async fn name_fields(
        &self,
        transaction: &mut Transaction<'static, Any>,
        mut all: Vec<String>,
    ) -> Result<(), ApiError> {
        super::fields::may_have_fields_named(&all, self.fields.iter().map(String::as_str))?;
        let before = all.len();
        for name in &self.fields {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        if all.len() > before {
            let set = sqlx::query(SET_FIELDS).bind(self.organization.get()).bind(self.campaign.get());
            set.bind(to_store(&all)?).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// Notes that the names of what came in are due to be taken in.
    pub(super) async fn note_names(
        &self,
        transaction: &mut Transaction<'static, Any>,
        inserted: u64,
    ) -> Result<(), ApiError> {
        if inserted > 0 {
            names::due(transaction, self.organization, self.campaign, self.first, self.after).await?;
        }
        Ok(())
    }

    /// Whether it was marked as failed.
    pub(super) async fn is_lost(&self) -> Result<bool, ApiError> {
        let runs = sqlx::query_scalar(RUNS).bind(self.organization.get()).bind(self.import.get());
        let runs: i64 = runs.fetch_one(&mut *self.store.reading().await?).await?;
        Ok(runs == 0)
    }

    /// Notes that it was marked as failed.
    pub(super) fn lost(&self) -> ApiError {
        tracing::error!(import = %self.import, "an import was marked as failed while it ran");
        ApiError::Broken
    }
}
