//! Why nothing can be saved or read just now: the database has no room, is failing, busy or away.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What keeps the server from saving or reading. None of it is the fault of who asks, and all of it may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum StorageError {
    /// The disk, or the space that the database may take, is full.
    #[error(
        "The server has no room left on its disk, and this was not saved. What you typed is still here: try again in a \
         few minutes. Whoever runs this server has to make room."
    )]
    Full,
    /// The disk cannot be read or written, or the database takes no writes.
    #[error(
        "The server cannot use its disk just now, and this was not saved. What you typed is still here: try again in a \
         few minutes. Whoever runs this server finds the reason in its log."
    )]
    Failing,
    /// Others keep the database busy, for longer than a request waits.
    #[error("The server is busy with something large, and this had to wait too long. Try again in a minute.")]
    Busy,
    /// The database does not answer. What was on its way may have been done.
    #[error(
        "The server cannot reach its database just now. What was on its way may have been done or not: look at it again \
         before you repeat it. What you typed is still here."
    )]
    Away,
}

impl StorageError {
    /// Whether it soon passes, so that a page may ask again by itself.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Busy | Self::Away)
    }
}
