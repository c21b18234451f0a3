//! Whether the database can be read and written just now.

use super::Store;
use super::engine::Engine;
use crate::model::ApiError;
use crate::model::storage::StorageError;

const READ: &str = "SELECT 1";

/// More than a page, so that room has to be found for it.
const WRITE: &str = "
INSERT INTO readiness (readiness_id, filling, tried_at) VALUES (1, $1, $2)
ON CONFLICT (readiness_id) DO UPDATE SET filling = excluded.filling, tried_at = excluded.tried_at";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 2] = [READ, WRITE];

/// How many characters are written.
const FILLING: usize = 8_000;

/// How long a write may take until it is taken for one that waits behind another.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// What the database can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It was read and written.
    Ready,
    /// It was read, and somebody writes something that takes long: on SQLite all others wait then.
    Busy,
}

impl Store {
    /// Reads and writes a little, and commits it.
    ///
    /// # Errors
    /// If the database cannot be read or written.
    pub async fn try_database(&self) -> Result<Readiness, ApiError> {
        sqlx::query(READ).execute(&mut *self.reading().await?).await?;
        match (tokio::time::timeout(PATIENCE, self.try_write()).await, self.engine) {
            (Ok(written), _) => written.map(|()| Readiness::Ready),
            (Err(_), Engine::Sqlite) => Ok(Readiness::Busy),
            (Err(_), Engine::Postgres) => Err(StorageError::Busy.into()),
        }
    }

    async fn try_write(&self) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        sqlx::query(WRITE).bind("x".repeat(FILLING)).bind(self.now().get()).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }
}
