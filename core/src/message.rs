//! Messages: what may be sent, what it costs, and what becomes of it.

pub mod body;
pub mod delivery;
mod key;
pub mod kind;
pub mod outbox;
pub mod reaction;
pub mod segments;

pub use body::Body;
pub use delivery::Delivery;
pub use key::MessageKey;
pub use kind::{Direction, Kind};
pub use reaction::Reaction;
