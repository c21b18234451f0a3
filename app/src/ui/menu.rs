//! A menu behind a button.

use handoff_core::fold::fold;
use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{Kind, next_id};

/// A menu behind a button. Its items are made when it opens, so a table may hold hundreds of menus.
///
/// Arrows, Home, End and the first letter move; Enter or Space choose; Esc and a click elsewhere close.
#[component]
pub fn Menu(
    /// What a screen reader calls the button, if its text is not enough.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// What the button weighs.
    #[prop(optional)]
    kind: Kind,
    /// Whether the button holds only a sign.
    #[prop(optional)]
    icon: bool,
    /// What the button shows.
    #[prop(into)]
    button: ViewFn,
    /// The items: `MenuItem`, `MenuLink`, `MenuHeading`, `<hr>`.
    children: ChildrenFn,
) -> impl IntoView {
    let id = next_id("menu");
    let open = RwSignal::new(false);
    let (trigger, list) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let before = move |event: Event| {
        if new_state(&event) != "open" {
            return;
        }
        open.set(true);
        if let (Some(trigger), Some(list)) = (trigger.get_untracked(), list.get_untracked()) {
            below(&trigger, &list);
        }
    };
    let toggled = move |event: Event| {
        // The items stay until the click that closes the menu has reached them.
        open.set(new_state(&event) == "open");
        if open.get_untracked()
            && let (Some(trigger), Some(list)) = (trigger.get_untracked(), list.get_untracked())
        {
            inside(&trigger, &list);
            focus(items(&list).first());
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let all = items(&list);
        let active = document().active_element();
        let at = all.iter().position(|item| active.as_ref() == Some(item.unchecked_ref::<Element>()));
        let end = all.len().saturating_sub(1);
        let next = match event.key().as_str() {
            "ArrowDown" => Some(at.map_or(0, |at| if at == end { 0 } else { at + 1 })),
            "ArrowUp" => Some(at.map_or(end, |at| if at == 0 { end } else { at - 1 })),
            "Home" => Some(0),
            "End" => Some(end),
            "Tab" => {
                close(&list);
                None
            }
            letter if letter.chars().count() == 1 && !fold(letter).is_empty() => {
                let letter = fold(letter);
                let start = at.map_or(0, |at| at + 1);
                (start..all.len())
                    .chain(0..start.min(all.len()))
                    .find(|at| fold(&all[*at].text_content().unwrap_or_default()).starts_with(&letter))
            }
            _ => None,
        };
        if let Some(next) = next {
            event.prevent_default();
            focus(all.get(next));
        }
    };
    let open_by_arrow = move |event: KeyboardEvent| {
        if event.key() == "ArrowDown"
            && let Some(list) = list.get_untracked()
        {
            event.prevent_default();
            if let Err(error) = list.show_popover() {
                leptos::logging::warn!("could not open a menu: {error:?}");
            }
        }
    };
    // It closes before the item acts, so that a dialog which the item opens gives the focus back to the button.
    let choose = move |event: leptos::ev::MouseEvent| {
        let chosen = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let item = chosen.and_then(|element| element.closest("[role=menuitem]").ok().flatten());
        if item.is_some_and(|item| item.get_attribute("aria-disabled").is_none())
            && let Some(list) = list.get_untracked()
        {
            close(&list);
        }
    };
    view! {
        <button
            node_ref=trigger
            type="button"
            class=kind.class()
            class:icon=icon
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-label=move || label.get()
            on:keydown=open_by_arrow
        >
            {move || button.run()}
        </button>
        <div
            node_ref=list
            class="menu"
            id=id
            popover="auto"
            role="menu"
            on:beforetoggle=before
            on:toggle=toggled
            on:keydown=key
            on:click=choose
        >
            <Show when=move || open.get()>{children()}</Show>
        </div>
    }
    .into_any()
}

/// Something to do, in a menu.
#[component]
pub fn MenuItem(
    /// Whether it destroys or ends something.
    #[prop(optional)]
    danger: bool,
    /// Whether it cannot be done now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let press = move |_| {
        if !disabled.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <button
            type="button"
            class="menu-item"
            class:danger=danger
            role="menuitem"
            tabindex="-1"
            aria-disabled=move || disabled.get().then_some("true")
            on:click=press
        >
            {children()}
        </button>
    }
    .into_any()
}

/// A way to another page, in a menu.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! { <a class="menu-item" role="menuitem" tabindex="-1" href=href>{children()}</a> }.into_any()
}

/// Words above some items of a menu.
#[component]
pub fn MenuHeading(
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <p class="menu-heading" role="presentation">{children()}</p> }.into_any()
}

/// The state that a popover goes to. `web_sys` has no `ToggleEvent` yet.
fn new_state(event: &Event) -> String {
    js_sys::Reflect::get(event, &"newState".into()).ok().and_then(|state| state.as_string()).unwrap_or_default()
}

fn items(list: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn focus(item: Option<&HtmlElement>) {
    if let Some(item) = item
        && let Err(error) = item.focus()
    {
        leptos::logging::warn!("could not focus: {error:?}");
    }
}

fn close(list: &HtmlElement) {
    if let Err(error) = list.hide_popover() {
        leptos::logging::warn!("could not close a menu: {error:?}");
    }
}

pub(super) fn place(list: &HtmlElement, property: &str, value: f64) {
    // Written by the browser: the code for it would be 4 kB of the program that is fetched first.
    let value = js_sys::Number::from(value).to_string_with_radix(10).map(String::from).unwrap_or_default();
    if let Err(error) = list.style().set_property(property, &format!("{value}px")) {
        leptos::logging::warn!("could not place a menu: {error:?}");
    }
}

/// Puts the list below its button, before it is shown.
pub fn below(trigger: &HtmlElement, list: &HtmlElement) {
    let button = trigger.get_bounding_client_rect();
    place(list, "top", button.bottom() + 4.0);
    place(list, "left", button.left());
}

/// Moves the list that is shown into the window, above its button if there is no room below. Of a button on the right it hangs
/// by its right edge, and does not stand out of the page.
pub fn inside(trigger: &HtmlElement, list: &HtmlElement) {
    let (button, shown) = (trigger.get_bounding_client_rect(), list.get_bounding_client_rect());
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|size| size.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let on_the_right = button.left() + button.right() > width && shown.width() > button.width();
    if on_the_right || shown.right() > width - 8.0 {
        place(list, "left", (button.right() - shown.width()).max(8.0));
    }
    if shown.bottom() > height - 8.0 && button.top() - shown.height() - 4.0 > 0.0 {
        place(list, "top", button.top() - shown.height() - 4.0);
    }
}
