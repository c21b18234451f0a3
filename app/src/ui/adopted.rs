//! Style sheets that come with a piece of the program, so that nobody fetches them before its page is opened.

use std::cell::RefCell;

use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static ADOPTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds a style sheet to the document, once, in the layer of the pages. It stays.
pub fn adopt(style: &'static str) {
    let is_new = ADOPTED.with_borrow_mut(|all| {
        let is_new = !all.contains(&style);
        if is_new {
            all.push(style);
        }
        is_new
    });
    if is_new && let Err(error) = add(style) {
        leptos::logging::error!("could not add a style sheet: {error:?}");
    }
}

fn add(style: &str) -> Result<(), JsValue> {
    let class: Function = Reflect::get(&window(), &"CSSStyleSheet".into())?.dyn_into()?;
    let sheet = Reflect::construct(&class, &Array::new())?;
    let replace: Function = Reflect::get(&sheet, &"replaceSync".into())?.dyn_into()?;
    replace.call1(&sheet, &format!("@layer pages {{{style}}}").into())?;
    let sheets = Array::from(&Reflect::get(&document(), &"adoptedStyleSheets".into())?);
    sheets.push(&sheet);
    Reflect::set(&document(), &"adoptedStyleSheets".into(), &sheets)?;
    Ok(())
}
