//! Keeping an order that was made by hand.

use handoff_core::OrganizationId;
use sqlx::{Any, Transaction};

use crate::model::ApiError;

/// Gives each of a handful of rows its place. `statement` binds organization, id and place.
pub(super) async fn place(
    transaction: &mut Transaction<'static, Any>,
    statement: &'static str,
    organization: OrganizationId,
    order: &[i64],
) -> Result<(), ApiError> {
    for (id, place) in order.iter().zip(0_i32..) {
        sqlx::query(statement).bind(organization.get()).bind(*id).bind(place).execute(&mut **transaction).await?;
    }
    Ok(())
}
