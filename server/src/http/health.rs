//! Whether the server lives, and whether it can do its work.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::Instant;

use super::Site;
use super::last_answer::Answer;
use crate::model::ApiError;
use crate::model::storage::StorageError;
use crate::store::Store;
use crate::store::readiness::Readiness;

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The program runs.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The program runs, and its database is read and written.
pub async fn ready(State(site): State<Site>) -> Answer {
    let mut last = site.ready.0.lock().await;
    if let Some((at, answer)) = *last
        && at.elapsed() < site.settings.readiness
    {
        return answer;
    }
    let answer = ask(&site.services.store).await;
    *last = Some((Instant::now(), answer));
    answer
}

async fn ask(store: &Store) -> Answer {
    let tried = tokio::time::timeout(PATIENCE, store.try_database()).await;
    let why = match tried {
        Ok(Ok(Readiness::Ready)) => return (StatusCode::OK, "ready\n"),
        Ok(Ok(Readiness::Busy)) => return (StatusCode::OK, "ready; something large is being written\n"),
        // The log has the rest.
        Ok(Err(ApiError::Storage(StorageError::Full))) => "the database has no room left to write\n",
        Ok(Err(ApiError::Storage(StorageError::Failing))) => "the database cannot be written\n",
        Ok(Err(_)) => "the database does not answer\n",
        Err(_) => "the database does not answer in time\n",
    };
    (StatusCode::SERVICE_UNAVAILABLE, why)
}
