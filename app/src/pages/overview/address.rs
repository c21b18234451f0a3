//! The address bar holds the state of a page.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

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
