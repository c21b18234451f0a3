//! Ids that tie labels to what they label.

use std::sync::atomic::{AtomicU32, Ordering};

/// An id for an element, used once on this page.
pub fn next_id(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
