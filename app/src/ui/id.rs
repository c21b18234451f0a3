//! Ids: those that tie labels to what they label, and those of new things.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::window;

/// An id for an element, used once on this page.
pub fn next_id(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{what}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A number that names something new, also when it is sent twice: 53 random bits, which JavaScript holds exactly.
///
/// `None` if the browser has no randomness.
pub fn new_number() -> Option<i64> {
    let mut bytes = [0_u8; 8];
    window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    // Zero names nothing.
    Some((i64::from_le_bytes(bytes) & handoff_core::id::LARGEST).max(1))
}
