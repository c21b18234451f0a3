//! Doing something once nobody wants it for a while.

use leptos::prelude::*;

/// Calls `then` so many milliseconds after the last time it was wanted.
pub fn later(milliseconds: u64, then: impl Fn() + Clone + 'static) -> impl Fn() + Clone {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    on_cleanup(move || {
        if let Some(Some(handle)) = waiting.try_get_value() {
            handle.clear();
        }
    });
    move || {
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        let set = set_timeout_with_handle(then.clone(), std::time::Duration::from_millis(milliseconds));
        waiting.set_value(set.ok());
    }
}
