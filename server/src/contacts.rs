//! Contact files: from bytes to contacts, as the usual tools export them.

pub mod bad_rows;
pub mod decode;
pub mod mapping;
pub mod phone;
pub mod reading;
pub mod rows;
pub mod sheet;

/// The largest file that is taken, in megabytes.
pub const LARGEST_MEGABYTES: u32 = 64;

/// The largest file that is taken, in bytes.
pub const LARGEST_BYTES: usize = LARGEST_MEGABYTES as usize * 1_000_000;
