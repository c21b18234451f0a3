//! What rows hold and what is bound to statements: counts, owners, settings, JSON and ids.

use handoff_core::MemberId;
use handoff_core::permission::Setting;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::failure::{Sound, ids};
use crate::model::ApiError;

/// Reads JSON that this program has written. Where it cannot be read, the log has who read it.
#[track_caller]
pub(super) fn stored<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, ApiError> {
    let by = std::panic::Location::caller();
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%by, %error, "stored JSON cannot be read");
        ApiError::Broken
    })
}

/// Writes JSON to be stored.
pub(super) fn to_store(value: &impl serde::Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "JSON cannot be written");
        ApiError::Broken
    })
}

/// A count of the database in the type of the wire.
pub(super) fn fits(count: i64) -> Result<u32, ApiError> {
    u32::try_from(count).expected("what is counted is no more than four billion")
}

/// Reads an owner: NULL is Unassigned.
pub(super) fn owner(row: &AnyRow, column: &str) -> Result<Owner, ApiError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(MemberId))
}

/// Reads how many stand where, from rows with `standing` and `conversations`.
pub(super) fn by_standing<'row>(rows: impl IntoIterator<Item = &'row AnyRow>) -> Result<Counts, ApiError> {
    rows.into_iter()
        .map(|row| {
            let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).sound(
                "conversation",
                "standing",
                ids(row),
            )?;
            Ok((standing, count(row, "conversations")?))
        })
        .collect()
}

/// Reads a count.
pub(super) fn count(row: &AnyRow, column: &str) -> Result<u32, ApiError> {
    u32::try_from(row.try_get::<i64, _>(column)?).sound("a count", column, ids(row))
}

/// Reads a setting: 1 is on.
pub(super) fn setting(row: &AnyRow, column: &str) -> Result<Setting, ApiError> {
    Ok(if row.try_get::<i32, _>(column)? == 1 { Setting::On } else { Setting::Off })
}

/// Refuses an id that no page of ours makes.
pub(super) fn check_id(field: &str, id: i64) -> Result<(), ApiError> {
    if (1..=handoff_core::id::LARGEST).contains(&id) {
        return Ok(());
    }
    Err(ApiError::invalid(field, "An id must be a number from 1 to 2^53 - 1."))
}
