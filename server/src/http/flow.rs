//! How fast bodies have to come.

use std::time::Duration;

/// How fast a body has to come, and how much of one is taken that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// So many bytes have to come …
    pub bytes: usize,
    /// … in each stretch of this time: 64 kB in half a minute is the slowest of telephone lines.
    pub within: Duration,
    /// So much is taken of a body that was refused before it was read, so that browsers hear why: they do not listen
    /// before they have sent it.
    pub refused_bytes: usize,
    /// For so long.
    pub refused_for: Duration,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            bytes: 64_000,
            within: Duration::from_secs(30),
            refused_bytes: 1_000_000,
            refused_for: Duration::from_secs(10),
        }
    }
}
