//! What the address bar holds of a page: search, sort, the step of a wizard.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{query_signal_with_options, use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

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

pub type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// What stands behind the question mark of the page's address.
#[derive(Clone, Copy)]
pub struct Address {
    query: Memo<ParamsMap>,
    path: Memo<String>,
    navigate: StoredValue<Navigate>,
}

impl Address {
    /// The address of this page.
    pub fn new() -> Self {
        let navigate = use_navigate();
        Self {
            query: use_query_map(),
            path: use_location().pathname,
            navigate: StoredValue::new(Box::new(move |href, options| navigate(href, options))),
        }
    }

    /// A value that it holds.
    pub fn get(self, name: &str) -> Option<String> {
        self.query.with(|query| query.get(name))
    }

    /// A value that it held when the page was opened.
    pub fn get_untracked(self, name: &str) -> Option<String> {
        self.query.with_untracked(|query| query.get(name))
    }

    /// Replaces the values of `names` by `values`, and leaves the others. `step` is whether Back undoes it.
    pub fn set(self, names: &[&str], values: Vec<(&'static str, String)>, step: bool) {
        let mut query = self.query.get_untracked();
        for name in names {
            query.remove(name);
        }
        for (name, value) in values {
            query.insert(name, value);
        }
        let href = format!("{}{}", self.path.get_untracked(), query.to_query_string());
        let options = NavigateOptions { replace: !step, scroll: false, ..NavigateOptions::default() };
        self.navigate.with_value(|navigate| navigate(&href, options));
    }
}
