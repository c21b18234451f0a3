//! Whether the database can be reached, known at once.
//!
//! A pool whose database is away asks it again and again for as long as anybody waits for a connection: half a minute.
//! So whoever has waited a moment asks aside, once for all who wait, whether the database is there at all. If it is, the
//! pool is merely busy, and waiting is right.

use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::failure::storage;
use crate::model::ApiError;
use crate::model::storage::StorageError;

/// How long a pool may take before it is asked aside.
const MOMENT: Duration = Duration::from_millis(250);

/// How long the database may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(3);

/// For how long an answer holds.
const HOLDS: Duration = Duration::from_secs(1);

/// How the database is reached.
#[derive(Clone)]
pub(super) struct Reach {
    options: AnyConnectOptions,
    /// What each connection is told first.
    settings: &'static str,
    answered: Arc<Mutex<Option<Answer>>>,
}

/// What was found when it was asked, and when.
#[derive(Clone, Copy)]
struct Answer {
    at: Instant,
    wrong: Option<StorageError>,
}

impl Answer {
    fn holds(self) -> bool {
        self.at.elapsed() < HOLDS
    }
}

impl Reach {
    pub(super) fn new(options: AnyConnectOptions, settings: &'static str) -> Self {
        Self { options, settings, answered: Arc::default() }
    }

    /// A connection of this pool.
    ///
    /// # Errors
    /// If the database cannot be reached, after a moment; if others keep all connections, after the pool's patience.
    pub(super) async fn connection(&self, pool: &AnyPool) -> Result<PoolConnection<Any>, ApiError> {
        if let Some(wrong) = self.known() {
            return Err(wrong.into());
        }
        let mut connecting = std::pin::pin!(pool.acquire());
        loop {
            if let Ok(connection) = timeout(MOMENT, &mut connecting).await {
                return Ok(connection?);
            }
            tokio::select! {
                biased;
                connection = &mut connecting => return Ok(connection?),
                wrong = self.ask() => if let Some(wrong) = wrong {
                    return Err(wrong.into());
                },
            }
        }
    }

    /// What is known to be wrong just now, without asking.
    fn known(&self) -> Option<StorageError> {
        // Whoever has it locked is asking.
        let answered = self.answered.try_lock().ok()?;
        answered.filter(|answer| answer.holds())?.wrong
    }

    /// What is wrong with the database, asked at most once a second, however many wait.
    async fn ask(&self) -> Option<StorageError> {
        let mut answered = self.answered.lock().await;
        if let Some(answer) = answered.filter(|answer| answer.holds()) {
            return answer.wrong;
        }
        let wrong = match timeout(PATIENCE, self.enter()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => {
                let wrong = storage(&error);
                tracing::error!(%error, "the database cannot be reached");
                // If there is no room for one more to enter, it is there.
                wrong.filter(|wrong| *wrong != StorageError::Busy)
            }
            Err(_) => {
                tracing::error!("the database does not answer");
                Some(StorageError::Away)
            }
        };
        *answered = Some(Answer { at: Instant::now(), wrong });
        wrong
    }

    async fn enter(&self) -> Result<(), sqlx::Error> {
        let mut connection: AnyConnection = self.options.connect().await?;
        connection.execute(self.settings).await?;
        connection.close().await
    }
}
