//! On which terms a campaign hands out conversations.

use handoff_core::campaign::window::{InitialWindow, Phase};
use handoff_core::permission::{Act, Setting};
use handoff_core::self_assignment::{
    BatchSize, Ceiling, InitialMessages, PoolKind, RequestRefusal, Situation, Terms, TermsError, allowance,
};
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::failure::{Sound, ids};
use super::row::setting;
use super::{Actor, Store};
use crate::model::{ApiError, Thing};

/// The columns of a campaign's [`OwnTerms`]. What the organization says is read beside them.
macro_rules! terms_columns {
    () => {
        "campaign.self_assignment, campaign.batch_size, campaign.pool_kind, campaign.ceiling,
        campaign.initial_from, campaign.initial_until, organization.batch_size AS organization_batch_size"
    };
}
pub(super) use terms_columns;

const SAVE: &str = "
    UPDATE campaign SET self_assignment = $3, batch_size = $4, pool_kind = $5, ceiling = $6
    WHERE organization_id = $1 AND campaign_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [SAVE];

/// Reads a batch size, if there is one.
pub(super) fn batch_size(row: &AnyRow, column: &str) -> Result<Option<BatchSize>, ApiError> {
    number(row, column)?.map(BatchSize::new).transpose().sound("campaign", column, ids(row))
}

fn number(row: &AnyRow, column: &str) -> Result<Option<u32>, ApiError> {
    let number = row.try_get::<Option<i64>, _>(column)?;
    number.map(u32::try_from).transpose().sound("campaign", column, ids(row))
}

/// What a campaign says of its self assignment, and what its organization does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnTerms {
    pub(super) on: Setting,
    pub(super) batch: Option<BatchSize>,
    pub(super) organization_batch: BatchSize,
    pub(super) kind: PoolKind,
    pub(super) ceiling: Option<Ceiling>,
    pub(super) window: InitialWindow,
}

impl OwnTerms {
    /// Reads them from a row with the columns of `terms_columns`.
    pub(super) fn of(row: &AnyRow) -> Result<Self, ApiError> {
        let instant = |column: &str| -> Result<Option<Instant>, ApiError> {
            Ok(row.try_get::<Option<i64>, _>(column)?.map(Instant))
        };
        Ok(Self {
            on: setting(row, "self_assignment")?,
            batch: batch_size(row, "batch_size")?,
            organization_batch: batch_size(row, "organization_batch_size")?.sound(
                "organization",
                "batch_size",
                ids(row),
            )?,
            kind: PoolKind::from_number(row.try_get::<i32, _>("pool_kind")?.into()).sound(
                "campaign",
                "pool_kind",
                ids(row),
            )?,
            ceiling: number(row, "ceiling")?.map(Ceiling::new).transpose().sound("campaign", "ceiling", ids(row))?,
            window: InitialWindow::new(instant("initial_from")?, instant("initial_until")?).sound(
                "campaign",
                "initial_until",
                ids(row),
            )?,
        })
    }

    /// The terms that hold. None while self assignment is off.
    pub(super) fn terms(&self) -> Option<Terms> {
        let batch = self.batch.unwrap_or(self.organization_batch);
        (self.on == Setting::On).then_some(Terms { batch, kind: self.kind, ceiling: self.ceiling })
    }

    /// Whether initial messages can be sent now, later, or never more.
    pub(super) fn initial(&self, now: Instant) -> InitialMessages {
        match self.window.phase(now) {
            Phase::After(_) => InitialMessages::Over,
            Phase::Before(_) => InitialMessages::Later,
            Phase::Open => InitialMessages::MaySend,
        }
    }

    /// How many conversations somebody may request who holds this much. None holds who is no texter of the campaign.
    pub(super) fn allowance(
        &self,
        status: handoff_core::campaign::CampaignStatus,
        held: Option<Counts>,
        now: Instant,
    ) -> Result<u32, RequestRefusal> {
        self.allowance_of_request(status, held, false, None, now)
    }

    /// The same for a request that was made: another one of theirs may have been answered
    /// meanwhile, or before, where their page did not show it.
    pub(super) fn allowance_of_request(
        &self,
        status: handoff_core::campaign::CampaignStatus,
        held: Option<Counts>,
        answered_meanwhile: bool,
        shown: Option<u32>,
        now: Instant,
    ) -> Result<u32, RequestRefusal> {
        let (terms, initial) = (self.terms(), self.initial(now));
        allowance(&Situation { status, terms, initial, held, answered_meanwhile, shown })
    }
}

impl Store {
    /// Switches self assignment of a campaign on or off, and changes its terms.
    ///
    /// # Errors
    /// If the member may not, a number is out of range, or the campaign does not exist.
    pub async fn save_self_assignment(
        &self,
        actor: Actor,
        campaign: CampaignId,
        on: Setting,
        batch: Option<u32>,
        kind: PoolKind,
        ceiling: Option<u32>,
    ) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageSelfAssignment).await?;
        let invalid = |field: &'static str| move |error: TermsError| ApiError::invalid(field, error);
        let batch = batch.map(BatchSize::new).transpose().map_err(invalid("batch"))?;
        let ceiling = ceiling.map(Ceiling::new).transpose().map_err(invalid("ceiling"))?;
        let saved = sqlx::query(SAVE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(i32::from(on == Setting::On))
            .bind(batch.map(|batch| i64::from(batch.get())))
            .bind(kind as i32)
            .bind(ceiling.map(|ceiling| i64::from(ceiling.get())))
            .execute(&mut *transaction)
            .await?;
        if saved.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        transaction.commit().await?;
        Ok(())
    }
}
