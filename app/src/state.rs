//! What outlives a page: who is signed in, the theme, messages, the clock.

pub mod address;
pub mod clock;
pub mod draft;
pub mod letters;
pub mod live;
pub mod outliving;
pub mod query;
pub mod session;
pub mod task;
pub mod theme;
pub mod toasts;
pub mod version;
