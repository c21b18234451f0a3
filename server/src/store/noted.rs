//! Until when no use of a session is noted.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use handoff_core::Instant;

/// For how many seconds no use is noted after that took too long or failed.
const PAUSE: i64 = 10;

/// Until when no use of a session is noted, because the database did not take it.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted(Arc<AtomicI64>);

impl Noted {
    pub(super) fn may(&self, now: Instant) -> bool {
        self.0.load(Ordering::Relaxed) <= now.get()
    }

    pub(super) fn pause(&self, now: Instant) {
        self.0.store(now.plus_seconds(PAUSE).get(), Ordering::Relaxed);
    }
}
