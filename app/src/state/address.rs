//! What the address bar holds of a page: search, sort, the step of a wizard.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::query_signal_with_options;

/// A value that stands in the address under this name. Empty is not written.
///
/// Changing it replaces the address, so that "back" leaves the page.
pub fn address_value(name: &'static str) -> (Signal<String>, Callback<String>) {
    let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
    value(name, options)
}

/// The same for a value that "back" goes back through: the step of a wizard.
pub fn address_step(name: &'static str) -> (Signal<String>, Callback<String>) {
    value(name, NavigateOptions { scroll: false, ..NavigateOptions::default() })
}

fn value(name: &'static str, options: NavigateOptions) -> (Signal<String>, Callback<String>) {
    let (get, set) = query_signal_with_options::<String>(name, options);
    let read = Signal::derive(move || get.get().unwrap_or_default());
    (read, Callback::new(move |value: String| set.set((!value.is_empty()).then_some(value))))
}
