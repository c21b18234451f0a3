//! Contact files: from bytes to contacts, as the usual tools export them.

pub mod bad_rows;
mod cells;
pub mod decode;
pub mod doubles;
pub mod foreign;
pub mod mapping;
pub mod opt_outs;
pub mod phone;
pub mod reading;
pub mod rows;
pub mod shape;
pub mod sheet;
pub mod xlsx;

use crate::model::import::{ImportError, LARGEST_MEGABYTES};

/// The largest file that is taken, in bytes.
pub const LARGEST_BYTES: usize = LARGEST_MEGABYTES as usize * 1_000_000;

/// What a file of so many bytes is told.
pub fn too_large(bytes: usize) -> ImportError {
    let given = u32::try_from(bytes.div_ceil(1_000_000)).unwrap_or(u32::MAX);
    ImportError::TooLarge { megabytes: LARGEST_MEGABYTES, given }
}
