//! Whether the server lives, and whether it can do its work.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::Site;

const PATIENCE: Duration = Duration::from_secs(5);

/// The program runs.
pub async fn live() -> &'static str {
    "alive\n"
}

/// The program runs and its database answers.
pub async fn ready(State(site): State<Site>) -> (StatusCode, &'static str) {
    let asked = sqlx::query("SELECT 1").fetch_one(site.services.store.reader());
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer in time\n"),
    }
}
