//! What takes much memory takes turns.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use crate::model::ApiError;

/// Files that are read at once, beside those that are imported: each may take 200 MB.
const AT_ONCE: u32 = 2;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE as usize);

/// A turn to read a file. It ends with what is answered.
pub(super) async fn to_read_a_file() -> Result<SemaphorePermit<'static>, ApiError> {
    TURNS.acquire().await.map_err(|error| {
        tracing::error!(%error, "nobody reads files any more");
        ApiError::Broken
    })
}

/// How long work that may wait lets files be read first, in all: somebody may fetch one slowly.
pub(super) struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(30))
    }
}

/// How often it is looked whether a file is still read. Nobody who wants to read one waits behind who looks.
const EVERY: Duration = Duration::from_millis(100);

impl Patience {
    /// A turn beside no file that is read, or none once there is no patience left.
    pub(super) async fn beside_no_file(&mut self) -> Option<SemaphorePermit<'static>> {
        loop {
            if let Ok(turn) = TURNS.try_acquire_many(AT_ONCE) {
                return Some(turn);
            }
            self.0 = self.0.checked_sub(EVERY)?;
            sleep(EVERY).await;
        }
    }
}
