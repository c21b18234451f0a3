//! Where letters are kept.

use leptos::prelude::*;
use web_sys::Storage;

pub const NAME: &str = "letters";

pub fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Forgets everything, when somebody signs out.
pub fn forget_all() {
    if let Some(Err(error)) = storage().map(|storage| storage.remove_item(NAME)) {
        leptos::logging::warn!("could not forget what was typed: {error:?}");
    }
}
