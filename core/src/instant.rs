//! Points in time, as the database keeps them.

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The microseconds since 1970.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The milliseconds since 1970, as browsers count.
    pub const fn milliseconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant so many seconds later (or earlier, if negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}
