//! What outlives a page: who is signed in, the theme, messages, the clock.

pub mod address;
pub mod clock;
pub mod commit;
pub mod draft;
pub mod later;
mod letter_box;
pub mod letters;
pub mod live;
pub mod outcome;
pub mod outliving;
pub mod query;
pub mod session;
pub mod task;
pub mod theme;
pub mod toasts;
pub mod version;
pub mod wait;
