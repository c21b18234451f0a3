//! Handoff's server. Without the feature `ssr` only [`api`] is left: what the browser may ask.

pub mod api;

#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod live;
#[cfg(feature = "ssr")]
pub mod store;
