//! The answers that a question offers, as they are typed.

use handoff_core::ChoiceId;
use handoff_core::survey::{Choice, Question};
use leptos::html;
use leptos::prelude::*;

use crate::pages::preparing::new_id;
use crate::ui::{Button, focus_soon, next_id};

/// The answers that a question offers, as they are typed.
#[derive(Clone, Copy)]
pub struct Typed {
    all: RwSignal<Vec<(ChoiceId, RwSignal<String>)>>,
}

impl Typed {
    /// These, and empty ones up to the fewest that a question needs.
    pub fn new(choices: Vec<Choice>) -> Self {
        let mut all: Vec<_> = choices.into_iter().map(|choice| (choice.id, RwSignal::new(choice.text))).collect();
        while all.len() < Question::FEWEST_CHOICES {
            all.push((ChoiceId(new_id()), RwSignal::new(String::new())));
        }
        Self { all: RwSignal::new(all) }
    }

    /// As they are typed.
    pub fn get(self) -> Vec<Choice> {
        self.all.get().into_iter().map(|(id, text)| Choice { id, text: text.get() }).collect()
    }
}

/// The fields for the answers that a question offers.
#[component]
pub fn Choices(typed: Typed, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let all = typed.all;
    let error_id = StoredValue::new(next_id("answers-error"));
    let full = Memo::new(move |_| all.with(Vec::len) >= Question::MOST_CHOICES);
    let focus = move |at: usize| {
        request_animation_frame(move || {
            let fields = list.get_untracked().map(|list| list.get_elements_by_tag_name("input"));
            let field = fields.and_then(|fields| fields.item(u32::try_from(at).ok()?));
            if let Some(field) = field.and_then(|field| wasm_bindgen::JsCast::dyn_into(field).ok()) {
                focus_soon(field);
            }
        });
    };
    let add = Callback::new(move |()| {
        all.update(|all| all.push((ChoiceId(new_id()), RwSignal::new(String::new()))));
        focus(all.with_untracked(Vec::len) - 1);
    });
    let row = move |(id, text): (ChoiceId, RwSignal<String>)| {
        let place = move || all.with(|all| all.iter().position(|(other, _)| *other == id).map_or(0, |at| at + 1));
        let remove = move |_| {
            let at = place().saturating_sub(1);
            all.update(|all| all.retain(|(other, _)| *other != id));
            focus(at.min(all.with_untracked(Vec::len).saturating_sub(1)));
        };
        view! {
            <li class="choice-row">
                <input
                    class="input"
                    type="text"
                    autocomplete="off"
                    aria-label=move || format!("Answer {}", place())
                    aria-describedby=move || error.get().map(|_| error_id.get_value())
                    bind:value=text
                />
                <Show when=move || all.with(|all| all.len() > Question::FEWEST_CHOICES)>
                    <button
                        type="button"
                        class="button quiet icon"
                        aria-label=move || format!("Remove answer {}", place())
                        on:click=remove
                    >
                        <span aria-hidden="true">"✕"</span>
                    </button>
                </Show>
            </li>
        }
        .into_any()
    };
    view! {
        <div class="field" role="group" aria-label="Answers to choose from">
            <p class="field-label">"Answers to choose from"</p>
            <ol node_ref=list class="choice-rows">
                <For each=move || all.get() key=|(id, _)| *id children=row />
            </ol>
            <p class="field-error" id=error_id.get_value() role="alert">{move || error.get()}</p>
            <div><Button disabled=full on_press=add>"Add answer"</Button></div>
        </div>
    }
    .into_any()
}
