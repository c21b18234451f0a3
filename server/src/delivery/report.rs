//! What a gateway reports of a message that it has taken.

use handoff_core::message::MessageKey;
use handoff_core::message::delivery::Failure;

/// What a gateway reports of a message that it has taken. It may come late, twice, or in any order, and before the
/// answer to the message itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of which message: the key under which it was handed over. Carriers pass it back in the address they call, or
    /// the adapter looks it up by the carrier's own name.
    pub key: MessageKey,
    /// How far it came.
    pub arrival: Arrival,
}

/// How far a message came that the gateway has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is on its way.
    Sent,
    /// It did not arrive.
    Failed(Failure),
    /// It is on the phone.
    Delivered,
}
