//! What an error of the database means to who asked.

use std::borrow::Cow;
use std::fmt::{self, Display};

use sqlx::any::AnyRow;
use sqlx::{Column, Row};

use crate::model::ApiError;
use crate::model::storage::StorageError;

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        if let Some(storage) = storage(&error) {
            tracing::error!(%error, "the database cannot be used");
            return Self::Storage(storage);
        }
        tracing::error!(%error, "the database refused");
        Self::Broken
    }
}

/// What is wrong with the database itself. `None` if it is well, and refused what it was asked.
pub(super) fn storage(error: &sqlx::Error) -> Option<StorageError> {
    match error {
        // Also where it went in the middle of a word, or while a transaction began.
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::BeginFailed
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Some(StorageError::Away),
        sqlx::Error::PoolTimedOut => Some(StorageError::Busy),
        sqlx::Error::Database(error) => of_code(&error.code().unwrap_or(Cow::Borrowed(""))),
        _ => None,
    }
}

/// SQLite's codes are numbers of up to four digits, those of PostgreSQL have five characters.
///
/// See <https://www.sqlite.org/rescode.html> and <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_code(code: &str) -> Option<StorageError> {
    match code {
        // Disk full.
        "53100" => return Some(StorageError::Full),
        // Out of memory, or of another resource; an I/O error; a database that takes no writes, what remains of one
        // after a failover.
        "53000" | "53200" | "53400" | "58030" | "25006" => return Some(StorageError::Failing),
        // Too many connections; a lock that was waited for too long; two that waited for each other.
        "53300" | "55P03" | "40001" | "40P01" => return Some(StorageError::Busy),
        // Stopped by an admin, after a crash, not there yet; a session that ended because it was idle.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => return Some(StorageError::Away),
        _ => {}
    }
    if code.len() == 5 && code.starts_with("08") {
        return Some(StorageError::Away);
    }
    if code.len() > 4 {
        return None;
    }
    // The low byte says what it is, the others say where.
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some(StorageError::Busy),
        7 | 8 | 10 | 14 => Some(StorageError::Failing),
        13 => Some(StorageError::Full),
        _ => None,
    }
}

/// For values that the database holds and that make no sense: no code of ours writes them.
pub(crate) trait Sound<T> {
    /// The value, or an error that the log has with the place where it stands: table, column, and which row.
    ///
    /// # Errors
    /// If it makes no sense.
    fn sound(self, table: &'static str, column: &str, row: impl Display) -> Result<T, ApiError>;

    /// The value, or an error that the log has with what was taken for granted: a fault of the program.
    ///
    /// # Errors
    /// If it is not there.
    fn expected(self, what: &'static str) -> Result<T, ApiError>;
}

/// Which row this is, for the log: the ids that were read of it. They are looked for only if they are said.
pub(super) const fn ids(row: &AnyRow) -> Ids<'_> {
    Ids(row)
}

pub(super) struct Ids<'a>(&'a AnyRow);

impl Display for Ids<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for column in self.0.columns() {
            if column.name().ends_with("_id")
                && let Ok(Some(id)) = self.0.try_get::<Option<i64>, _>(column.ordinal())
            {
                write!(formatter, "{} {id} ", column.name())?;
            }
        }
        Ok(())
    }
}

impl<T> Sound<T> for Option<T> {
    fn sound(self, table: &'static str, column: &str, row: impl Display) -> Result<T, ApiError> {
        self.ok_or_else(|| {
            tracing::error!(table, column, %row, "the database holds a value that makes no sense");
            ApiError::Broken
        })
    }

    fn expected(self, what: &'static str) -> Result<T, ApiError> {
        self.ok_or_else(|| {
            tracing::error!(what, "something that was taken for granted does not hold");
            ApiError::Broken
        })
    }
}

impl<T, E: Display> Sound<T> for Result<T, E> {
    fn sound(self, table: &'static str, column: &str, row: impl Display) -> Result<T, ApiError> {
        self.map_err(|error| {
            tracing::error!(table, column, %row, %error, "the database holds a value that makes no sense");
            ApiError::Broken
        })
    }

    fn expected(self, what: &'static str) -> Result<T, ApiError> {
        self.map_err(|error| {
            tracing::error!(what, %error, "something that was taken for granted does not hold");
            ApiError::Broken
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_engines_are_told_apart() {
        for (code, meant) in [
            // SQLITE_FULL, IOERR, IOERR_WRITE, IOERR_SHMSIZE, NOMEM, READONLY, CANTOPEN, BUSY, BUSY_SNAPSHOT.
            ("13", Some(StorageError::Full)),
            ("10", Some(StorageError::Failing)),
            ("778", Some(StorageError::Failing)),
            ("4874", Some(StorageError::Failing)),
            ("7", Some(StorageError::Failing)),
            ("8", Some(StorageError::Failing)),
            ("14", Some(StorageError::Failing)),
            ("5", Some(StorageError::Busy)),
            ("517", Some(StorageError::Busy)),
            // SQLITE_CONSTRAINT_UNIQUE, ERROR, CORRUPT.
            ("2067", None),
            ("1", None),
            ("11", None),
            ("53100", Some(StorageError::Full)),
            ("58030", Some(StorageError::Failing)),
            ("53300", Some(StorageError::Busy)),
            ("08006", Some(StorageError::Away)),
            ("57P01", Some(StorageError::Away)),
            ("40P01", Some(StorageError::Busy)),
            // A unique violation, a division by zero.
            ("23505", None),
            ("22012", None),
            ("", None),
        ] {
            assert_eq!(of_code(code), meant, "{code}");
        }
    }
}
