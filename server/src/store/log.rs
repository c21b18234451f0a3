//! The log of SQLite: what was committed is copied from it into the database's file aside, so that no commit waits for
//! that.
//!
//! Left to itself, SQLite copies at the end of whichever commit makes the log longer than some length: of an import of
//! 100,000 contacts, a sixth of the time; of one message in hundreds, many times its own. Where nobody copies aside, on
//! the command line, it still does.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::Store;
use super::engine::Engine;
use crate::model::ApiError;

/// Copies what it can without keeping anybody waiting.
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// How often it is looked whether there is something to copy. If not, nothing is read or written.
const EVERY: Duration = Duration::from_secs(1);

/// After it failed.
const PAUSE: Duration = Duration::from_secs(30);

impl Store {
    /// Copies what was committed into the database's file, again and again. Ends at once on PostgreSQL, which does so
    /// itself.
    pub async fn keep_log_short(self) {
        if self.engine == Engine::Postgres {
            return;
        }
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.shorten_log().await {
                tracing::warn!(%error, "the log was not copied into the database's file; a later commit will do it");
                // On a full disk nobody is helped by a line a second.
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// Copies what was committed until now into the database's file.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn shorten_log(&self) -> Result<(), ApiError> {
        sqlx::raw_sql(COPY).execute(&mut *self.reading().await?).await?;
        Ok(())
    }
}
