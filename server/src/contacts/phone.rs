//! Phone numbers as people write them, made E.164, by the one reader that pages use as well.

pub use handoff_core::contact::phone::{Country, PhoneFault, read as normalise};
