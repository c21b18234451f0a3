//! What the pages share on which admins prepare a campaign: lists in an order made by hand, texts with placeholders,
//! times in a time zone.

pub mod arranging;
pub mod editing;
pub mod local;
pub mod prepared;
pub mod style;
pub mod text;
pub mod zone;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::ui::{focus_soon, new_number, now};

/// The id of something new. The form that asks for it keeps it, so that what is sent twice is there once.
pub fn new_id() -> i64 {
    // Where there is no randomness the clock stands in: its microseconds fit, and nobody writes two at once.
    new_number().unwrap_or_else(|| now().get())
}

/// Puts what was saved into a list that is on screen: in the place of what it was, or as the last.
///
/// The list is fetched afresh all the same; until it has come, the page shows no older state.
pub fn put<T>(all: &mut Vec<T>, now: T, known: impl Fn(&T) -> bool) {
    match all.iter_mut().find(|one| known(one)) {
        Some(one) => *one = now,
        None => all.push(now),
    }
}

/// Focuses what is found by a selector once the page shows what has just changed: the button that a form came from.
pub fn focus_on(selector: String) {
    request_animation_frame(move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            focus_soon(element);
        }
    });
}

/// Focuses the button that adds something, if it is there.
pub fn focus_on_add() {
    focus_on(".add button".to_owned());
}

/// Focuses the button that edits a row.
pub fn focus_on_edit(id: i64) {
    focus_on(format!("[data-row=\"{id}\"] .edit button"));
}
