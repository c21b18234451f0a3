//! All that the browser sees of the server: server functions, their arguments and answers.
//!
//! Each function says who is asking, which store call answers, and nothing else.

pub mod campaigns;
pub mod conversations;
mod error;
pub mod escalations;
pub mod follow_ups;
pub mod history;
pub mod imports;
pub mod inbound;
pub mod invites;
pub mod messenger;
pub mod opt_outs;
pub mod overview;
pub mod replies;
pub mod self_assignment;
pub mod session;
pub mod settings;
pub mod surveys;
pub mod texters;
