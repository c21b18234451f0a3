//! What the dialogs that move conversations have in common: notices, and the button that says what it does.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::planner::Changed;
use crate::state::commit::{Committer, sentence};
use crate::ui::{Button, DialogActions, Kind, adopt, focus_soon, next_id};

/// The style of previews: of moves and undos, and in the history.
pub const STYLE: &str = include_str!("../../../style/reassign.css");

/// The body of a dialog that moves conversations. The focus goes to its first field, or to its first button.
#[component]
pub fn MoveFrame(
    /// What is focused first, as a selector.
    #[prop(default = "input:checked, input")]
    first: &'static str,
    /// The class beside `move-dialog`.
    #[prop(default = "")]
    class: &'static str,
    /// Choices and preview.
    children: Children,
) -> impl IntoView {
    adopt(STYLE);
    let frame = NodeRef::<leptos::html::Div>::new();
    frame.on_load(move |frame| {
        request_animation_frame(move || {
            let dialog = frame.closest("dialog").ok().flatten();
            let found = frame.query_selector(first).ok().flatten();
            let button = || dialog.and_then(|dialog| dialog.query_selector(".dialog-actions button").ok().flatten());
            if let Some(element) = found.or_else(button).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                    input.select();
                }
                focus_soon(element);
            }
        });
    });
    view! { <div node_ref=frame class=format!("move-dialog {class}")>{children()}</div> }
}

/// What there is to say above a preview: what changed, what was refused, what is not known.
#[component]
pub fn Notices<A, T>(
    /// The act.
    committer: Committer<A, T>,
    /// Why the preview is another one.
    #[prop(into)]
    changed: Signal<Changed>,
    /// The act in words: "this move".
    what: &'static str,
) -> impl IntoView
where
    A: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let change = move || match changed.get() {
        // What was sent was confirmed on these figures; whether it happened is what matters now.
        _ if committer.is_locked() => None,
        Changed::No => None,
        Changed::Meanwhile => Some("The campaign changed while this was open. What is different is marked."),
        Changed::Conflict => Some("The campaign changed. Nothing was moved. Check and confirm again."),
    };
    let unknown = move || committer.stage.with(|stage| sentence(stage, committer.pause.get(), what));
    let refused =
        move || committer.refused.with(|refused| refused.as_ref().map(crate::state::commit::Refusal::sentence));
    view! {
        <div class="move-notices">
            <div role="alert">
                <Show when=move || change().is_some()>
                    <p class="notice tone-attention">{change}</p>
                </Show>
                <Show when=move || refused().is_some()>
                    <p class="notice tone-bad">{refused}</p>
                </Show>
            </div>
            <div role="status">
                <Show when=move || unknown().is_some()>
                    <p class="notice tone-idle">{unknown}</p>
                </Show>
            </div>
        </div>
    }
}

/// The buttons of a dialog that moves conversations.
#[component]
pub fn CommitActions<A, T>(
    /// The act.
    committer: Committer<A, T>,
    /// What the button says: "Move 6 conversations".
    #[prop(into)]
    label: Signal<String>,
    /// Why it cannot be pressed, if so.
    #[prop(into)]
    reason: Signal<Option<String>>,
    /// Whether the preview changed a moment ago.
    #[prop(into)]
    fresh: Signal<bool>,
    /// What is sent.
    #[prop(into)]
    act: Signal<Option<A>>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether something is taken away for good.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView
where
    A: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    let unknown = move || committer.is_locked() && !committer.is_sending();
    let words = move || match (unknown(), committer.is_sending()) {
        (true, _) => "Ask again now".to_owned(),
        (_, true) => "Asking the server …".to_owned(),
        _ => label.get(),
    };
    let stopped = Signal::derive(move || !unknown() && (reason.with(Option::is_some) || fresh.get()));
    let why = move || if unknown() { None } else { reason.get() };
    let close = move || if unknown() { "Close, and keep asking" } else { "Cancel" };
    let reason_id = next_id("reason");
    view! {
        <DialogActions>
            <p class="move-reason" id=reason_id.clone()>{why}</p>
            <Button on_press=on_close>{close}</Button>
            <span class="move-confirm" aria-describedby=reason_id>
                <Button
                    kind=if danger { Kind::Danger } else { Kind::Primary }
                    busy=Signal::derive(move || committer.is_sending())
                    disabled=stopped
                    on_press=move |()| committer.press(act.get_untracked())
                >
                    {words}
                </Button>
            </span>
        </DialogActions>
    }
}
