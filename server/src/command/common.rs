//! What the commands share: how they fail, open the database and print.

use std::sync::Arc;

use sqlx::migrate::MigrateError;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::SystemClock;
use crate::model::ApiError;
use crate::store::Store;

/// Why a command failed: a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database cannot be opened.
    #[error("the database cannot be opened: {}", reason(.0))]
    Database(#[from] sqlx::Error),
    /// The rules refuse it.
    #[error("{0}")]
    Refused(#[from] ApiError),
    /// The network or a file.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// Anything else, in a sentence.
    #[error("{0}")]
    Other(String),
}

/// Why a database cannot be opened, and what to do where this program knows.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Migrate(why) => match &**why {
            MigrateError::VersionMissing(_) => {
                "a newer version of Handoff has changed its tables. Use that version, or a backup from before"
                    .to_owned()
            }
            MigrateError::VersionMismatch(_) => "a version of Handoff that was never released has made its tables. \
                 Begin with a new one: the demo's is made again once its folder is deleted"
                .to_owned(),
            other => other.to_string(),
        },
        other => other.to_string(),
    }
}

impl Failure {
    /// Says what was being done when it failed.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Io(what.to_string(), error)
    }
}

/// The number of SIGXFSZ, on Linux and macOS alike.
const XFSZ: i32 = 25;

/// Opens the database with the machine's own clock.
pub(super) async fn open(address: &str) -> Result<Store, Failure> {
    // Where a limit on the size of files is reached, writing fails as on a full disk. If nobody listened to this signal,
    // it would end the program instead.
    let _ = signal(SignalKind::from_raw(XFSZ)).map_err(Failure::io("signals are not heard"))?;
    Ok(Store::open(address, Arc::new(SystemClock)).await?)
}

/// Prints a line to standard output, which may be closed.
///
/// # Errors
/// If it is closed.
pub(super) fn print(line: impl std::fmt::Display) -> Result<(), Failure> {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(Failure::io("standard output is closed"))
}

#[cfg(test)]
mod tests {
    use sqlx::migrate::MigrateError;

    #[test]
    fn tables_of_another_version_are_told_apart() {
        let said = |error: MigrateError| super::Failure::from(sqlx::Error::from(error)).to_string();
        assert!(said(MigrateError::VersionMissing(7)).contains("a newer version"));
        assert!(said(MigrateError::VersionMismatch(1)).contains("Begin with a new one"));
    }
}
