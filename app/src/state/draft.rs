//! What was typed and not yet sent: it survives a reload of the tab.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::Storage;

/// What the names begin with of what nobody else who signs in may see.
pub const SECRET: &str = "secret-";

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// What was kept under this name, if it can still be read.
pub fn kept<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_str(&storage()?.get_item(name).ok()??).ok()
}

/// Keeps something under this name for as long as the tab lives.
pub fn keep<T: Serialize>(name: &str, value: &T) {
    // Without storage (some private windows) it lasts as long as the page.
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(value))
        && let Err(error) = storage.set_item(name, &text)
    {
        leptos::logging::warn!("could not keep what was typed: {error:?}");
    }
}

/// Forgets all that was kept under names with this beginning.
pub fn forget_all(beginning: &str) {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or(0);
    let names: Vec<String> = (0..count).filter_map(|place| storage.key(place).ok().flatten()).collect();
    for name in names.iter().filter(|name| name.starts_with(beginning)) {
        forget(name);
    }
}

/// Forgets what was kept under this name.
pub fn forget(name: &str) {
    if let Some(Err(error)) = storage().map(|storage| storage.remove_item(name)) {
        leptos::logging::warn!("could not forget what was typed: {error:?}");
    }
}
