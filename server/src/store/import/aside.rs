//! What takes the processor for a while.

use crate::model::ApiError;

/// Runs what takes the processor for a while beside the threads that answer requests.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading a contact file broke");
        ApiError::Broken
    })
}
