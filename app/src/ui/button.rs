//! Buttons, and links that look like them.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// What a button weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing this page or dialog is for.
    Primary,
    /// Anything else.
    #[default]
    Plain,
    /// It destroys or ends something.
    Danger,
    /// It stands in a row or a bar, and steps back.
    Quiet,
}

impl Kind {
    /// The class that shows it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

/// A button. While busy or disabled it keeps its focus and its place, and does nothing.
#[component]
pub fn Button(
    /// What it weighs.
    #[prop(optional)]
    kind: Kind,
    /// Whether its work is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// What a screen reader says, where the text alone is not enough.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let stopped = move || busy.get() || disabled.get();
    let press = move |event: MouseEvent| {
        if stopped() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            class:busy=move || busy.get()
            aria-disabled=move || stopped().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-label=move || label.get()
            on:click=press
        >
            {children()}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// What it weighs.
    #[prop(optional)]
    kind: Kind,
    /// Its text.
    children: Children,
) -> impl IntoView {
    view! { <a class=kind.class() href=move || href.get()>{children()}</a> }.into_any()
}
