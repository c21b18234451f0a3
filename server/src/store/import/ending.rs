//! How an import ends: what is written down of it, once.

use handoff_core::{ImportId, OrganizationId};
use sqlx::{Any, Transaction};

use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::store::failure::Sound;

/// Ends the import, if nobody has marked it as failed meanwhile.
pub(super) const END: &str = "
UPDATE contact_import SET status = $3, result = $4, finished_at = $5
WHERE organization_id = $1 AND import_id = $2 AND status = 2";

/// Says of the good rows how many came in, and that the others were there before.
pub(super) fn settle(tally: &mut DryRun, inserted: u64) -> Result<(), ApiError> {
    let inserted = u32::try_from(inserted).expected("contacts are no more than four billion")?;
    tally.present = tally.good.checked_sub(inserted).expected("no more is added than was read")?;
    tally.good = inserted;
    Ok(())
}

/// How an import ends. The numbers are stored.
#[derive(Clone, Copy)]
pub(super) enum Ended {
    Done = 3,
    Failed = 4,
}

pub(super) async fn end(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    import: ImportId,
    ended: Ended,
    result: String,
    now: i64,
) -> Result<u64, ApiError> {
    let done = sqlx::query(END)
        .bind(organization.get())
        .bind(import.get())
        .bind(ended as i32)
        .bind(result)
        .bind(now)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}
