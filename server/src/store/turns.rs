//! What takes much memory takes turns.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::model::ApiError;

/// Files that are read at once, beside those that are imported: each may take 200 MB.
const AT_ONCE: u32 = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE as usize);

/// How long work that may wait lets files be read first: somebody may fetch one slowly.
const PATIENCE: Duration = Duration::from_secs(30);

/// A turn to read a file. It ends with what is answered.
pub(super) async fn to_read_a_file() -> Result<SemaphorePermit<'static>, ApiError> {
    TURNS.acquire().await.map_err(|error| {
        tracing::error!(%error, "nobody reads files any more");
        ApiError::Broken
    })
}

/// A turn beside no file that is read, or none if that takes long.
pub(super) async fn beside_no_file() -> Option<SemaphorePermit<'static>> {
    timeout(PATIENCE, TURNS.acquire_many(AT_ONCE)).await.ok()?.ok()
}
