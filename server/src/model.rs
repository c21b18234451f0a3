//! The plain types that travel: what the store reads, what the server functions answer, what the pages show.
//!
//! They know neither the database nor HTTP, and are there without the feature `ssr`.

pub mod campaign;
pub mod conversation;
pub mod error;
pub mod escalation;
pub mod follow_up;
pub mod history;
pub mod import;
pub mod inbound;
pub mod invite;
pub mod member;
pub mod messenger;
pub mod opt_out;
pub mod overview;
pub mod reply;
pub mod self_assignment;
pub mod session;
pub mod settings;
pub mod storage;
pub mod survey;

pub use error::{ApiError, Thing};
