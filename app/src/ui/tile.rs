//! Numbers that stand for themselves, and words with a dot.

use leptos::prelude::*;

use super::number;

/// What something means, as a colour that never stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Neutral,
    /// It asks for somebody: needs reply.
    Attention,
    /// Well: active, done.
    Good,
    /// Not now: paused, waiting.
    Idle,
    /// Wrong, or ended.
    Bad,
    /// New, not started.
    Fresh,
}

impl Tone {
    /// The class that colours it.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Attention => "tone-attention",
            Self::Good => "tone-good",
            Self::Idle => "tone-idle",
            Self::Bad => "tone-bad",
            Self::Fresh => "tone-fresh",
        }
    }
}

/// A number with its words. Several stand in a `<dl class="tiles">`.
#[component]
pub fn Tile(
    /// What is counted.
    #[prop(into)]
    label: Signal<String>,
    /// How many.
    #[prop(into)]
    value: Signal<u32>,
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// Whether a dot in the tone's colour stands before the words.
    #[prop(optional)]
    dot: bool,
) -> impl IntoView {
    view! {
        <div class=format!("tile {}", tone.class())>
            <dt>{dot.then(|| view! { <span class="dot" aria-hidden="true"></span> })} {move || label.get()}</dt>
            <dd>{move || number(value.get())}</dd>
        </div>
    }
    .into_any()
}

/// Words with a dot in the tone's colour.
#[component]
pub fn Dotted(
    /// What it means.
    #[prop(into)]
    tone: Signal<Tone>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || format!("dotted {}", tone.get().class())>
            <span class="dot" aria-hidden="true"></span>
            <span>{children()}</span>
        </span>
    }
    .into_any()
}

/// Words in a small frame.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <span class=move || format!("badge {}", tone.get().class())>{children()}</span> }.into_any()
}
