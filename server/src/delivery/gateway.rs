//! What a carrier has to be able to do. Everything else is the same whichever it is.
//!
//! An adapter for a carrier is one implementation of [`Gateway`]. What it must know of the carrier, such as its keys
//! and which of its numbers is which organization's, is its own. It checks that what is brought is the carrier's.

use std::fmt;

use futures::future::BoxFuture;
use handoff_core::message::delivery::Failure;
use handoff_core::message::{Delivery, Kind};

use super::Intake;
use super::report::Arrival;
pub use crate::store::receive::Inbound;
pub use handoff_core::message::MessageKey;

/// A way to the phones of the world.
pub trait Gateway: Send + Sync + 'static {
    /// Hands a message over.
    ///
    /// The same key comes again if the answer was lost or came too late, from this process or another. A carrier that
    /// has taken it takes it no second time, and answers what it answered first.
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, Answer>;

    /// Brings what the carrier tells to the [`Intake`], for as long as the server runs.
    ///
    /// Only what the intake has taken counts as brought. Everything else is brought again; twice does no harm.
    fn listen(&self, intake: Intake) -> BoxFuture<'_, ()>;
}

/// A message for a phone.
pub struct Outbound {
    /// What it is known by, however often it is handed over.
    pub key: MessageKey,
    /// To which number, in E.164.
    pub to: String,
    /// What it says.
    pub text: String,
    /// What it is for.
    pub kind: Kind,
}

/// What a gateway answers to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has taken it, and calls it this.
    Accepted {
        /// The gateway's own name of it.
        gateway_id: String,
    },
    /// It will never take it.
    Refused(Failure),
    /// It cannot say, or not now: ask again.
    Later,
}

impl From<Arrival> for Delivery {
    fn from(arrival: Arrival) -> Self {
        match arrival {
            Arrival::Sent => Self::Sent,
            Arrival::Failed(failure) => Self::Failed(failure),
            Arrival::Delivered => Self::Delivered,
        }
    }
}

// Numbers and texts are not for logs.
impl fmt::Debug for Outbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Outbound").field("key", &self.key).field("kind", &self.kind).finish_non_exhaustive()
    }
}
