//! Counting afresh what PostgreSQL plans by, where one act wrote many rows.
//!
//! It counts by itself within a minute. Until then it believes of what has just come in that it is not there, and walks
//! through a whole table where it would look up a row. SQLite plans by figures that never change.

use sqlx::{Any, Transaction};

use super::engine::Engine;
use crate::model::ApiError;

/// So many rows are worth it, however many there were: each of them might be walked through for each other one.
const MANY: u64 = 2_000;

/// And fewer, if they are at least one in so many.
const ONE_IN: u64 = 10;

/// How many rows PostgreSQL believes that a table has: fewer than none, if it has never counted.
const BELIEVED: &str = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = to_regclass(CAST($1 AS TEXT))";

/// The statements of this file, for the test that prepares each: only PostgreSQL counts.
pub const STATEMENTS: [&str; 1] = [BELIEVED];

/// What was written.
#[derive(Clone, Copy)]
pub(super) enum Written {
    /// Contacts with their numbers and conversations.
    Contacts,
    /// Their names as they are sorted and searched.
    Names,
    /// Numbers that have opted out, and their conversations.
    OptOuts,
}

impl Written {
    /// The table that has a row for each of them.
    const fn table(self) -> &'static str {
        match self {
            Self::Contacts => "contact",
            Self::Names => "contact_name",
            Self::OptOuts => "opt_out",
        }
    }

    const fn count(self) -> &'static str {
        match self {
            Self::Contacts => "ANALYZE contact, contact_number, conversation",
            Self::Names => "ANALYZE contact_name, name_part",
            Self::OptOuts => "ANALYZE opt_out, conversation",
        }
    }
}

/// Counts afresh, the rows of this transaction too, if so many change much.
pub(super) async fn count(
    engine: Engine,
    transaction: &mut Transaction<'static, Any>,
    written: Written,
    rows: u64,
) -> Result<(), ApiError> {
    if engine == Engine::Sqlite || rows == 0 {
        return Ok(());
    }
    let believed: i64 = sqlx::query_scalar(BELIEVED).bind(written.table()).fetch_one(&mut **transaction).await?;
    let believed = u64::try_from(believed).unwrap_or(0);
    if rows >= MANY || rows.saturating_mul(ONE_IN) >= believed {
        sqlx::raw_sql(written.count()).execute(&mut **transaction).await?;
    }
    Ok(())
}
