//! Choosing several people from many, by typing.

use handoff_core::fold::{fold, holds_words};
use handoff_core::naming::isolated;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;

use super::menu::{below, place};
use super::{Field, next_id};

/// So many are listed at once; typing finds the rest.
const SHOWN: usize = 50;

/// Somebody who can be chosen, or a special answer such as "Unassigned".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// What is chosen.
    pub key: T,
    /// The name.
    pub name: String,
    /// A few words beside it, such as what they hold. May be empty.
    pub note: String,
    /// Whether it is chosen alone: "everyone", "Unassigned".
    pub alone: bool,
}

/// A field in which several people are chosen by typing: each becomes a chip.
///
/// Arrows move, Enter chooses, Backspace in the empty box takes the last one back, Esc closes the list.
#[expect(clippy::too_many_lines, reason = "one widget, whose parts all share its state")]
#[component]
pub fn PeoplePicker<T: Clone + PartialEq + Send + Sync + 'static>(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// Who can be chosen, special answers first.
    #[prop(into)]
    entries: Signal<Vec<Entry<T>>>,
    /// Who is chosen, in the order chosen.
    chosen: RwSignal<Vec<T>>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// What the empty box says.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
) -> impl IntoView {
    let (text, open, active) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(0_usize));
    let (frame, list, input) =
        (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new(), NodeRef::<html::Input>::new());
    let list_id = next_id("people");
    let matching = Memo::new(move |_| {
        let wanted = fold(&text.get());
        let all = entries.get();
        all.into_iter().filter(|entry| holds_words(&fold(&entry.name), &wanted)).collect::<Vec<_>>()
    });
    let toggle = move |entry: &Entry<T>| {
        let alone = |key: &T| entries.with_untracked(|all| all.iter().any(|other| other.alone && other.key == *key));
        chosen.update(|chosen| {
            if let Some(at) = chosen.iter().position(|key| *key == entry.key) {
                chosen.remove(at);
                return;
            }
            chosen.retain(|key| !entry.alone && !alone(key));
            chosen.push(entry.key.clone());
        });
        text.set(String::new());
        if entry.alone {
            open.set(false);
        }
    };
    Effect::new(move |_| {
        let (Some(frame), Some(list)) = (frame.get(), list.get()) else { return };
        let shown = list.matches(":popover-open").unwrap_or_default();
        let changed = match (open.get(), shown) {
            (true, false) => {
                below(&frame, &list);
                place(&list, "width", frame.get_bounding_client_rect().width());
                list.show_popover()
            }
            (false, true) => list.hide_popover(),
            _ => Ok(()),
        };
        if let Err(error) = changed {
            leptos::logging::warn!("could not show the list of people: {error:?}");
        }
    });
    // The list stays below the box when chips make it grow.
    Effect::new(move |_| {
        chosen.track();
        request_animation_frame(move || {
            // The picker may be gone by the next frame, above all in a tab that is not looked at.
            if let (Some(true), Some(Some(frame)), Some(Some(list))) =
                (open.try_get_untracked(), frame.try_get_untracked(), list.try_get_untracked())
            {
                below(&frame, &list);
            }
        });
    });
    Effect::new(move |_| {
        text.track();
        active.set(0);
    });
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let key = {
        let option_id = option_id.clone();
        move |event: KeyboardEvent| {
            let count = matching.with_untracked(Vec::len).min(SHOWN);
            let step = |to: usize| {
                event.prevent_default();
                if open.get_untracked() {
                    active.set(to);
                } else {
                    open.set(true);
                }
                if let Some(option) = document().get_element_by_id(&option_id(to)) {
                    option.scroll_into_view_with_bool(false);
                }
            };
            match event.key().as_str() {
                "ArrowDown" if count > 0 => step((active.get_untracked() + 1) % count),
                "ArrowUp" if count > 0 => step((active.get_untracked() + count - 1) % count),
                "Enter" => {
                    event.prevent_default();
                    let entry = matching.with_untracked(|all| all.get(active.get_untracked()).cloned());
                    match entry {
                        Some(entry) if open.get_untracked() => toggle(&entry),
                        _ => open.set(true),
                    }
                }
                "Escape" if open.get_untracked() => {
                    // Only the list closes, not the dialog around it.
                    event.prevent_default();
                    event.stop_propagation();
                    open.set(false);
                }
                "Backspace" if text.with_untracked(String::is_empty) => {
                    chosen.update(|chosen| {
                        chosen.pop();
                    });
                }
                _ => {}
            }
        }
    };
    let name_of = move |key: &T| {
        entries
            .with(|all| all.iter().find(|entry| entry.key == *key).map(|entry| entry.name.clone()))
            .unwrap_or_default()
    };
    let chip = move |key: T| {
        let name = name_of(&key);
        let remove = move |_| {
            chosen.update(|chosen| chosen.retain(|other| *other != key));
            if let Some(input) = input.get_untracked() {
                super::focus_soon(input.into());
            }
        };
        view! {
            <span class="chip">
                <bdi>{name.clone()}</bdi>
                <button type="button" class="chip-remove" aria-label=format!("Remove {}", isolated(&name)) on:click=remove>
                    <span aria-hidden="true">"✕"</span>
                </button>
            </span>
        }
        .into_any()
    };
    let option = move |(at, entry): (usize, Entry<T>)| {
        let key = entry.key.clone();
        let selected = Memo::new(move |_| chosen.with(|chosen| chosen.contains(&key)));
        let (name, note) = (entry.name.clone(), entry.note.clone());
        let press = move |event: MouseEvent| {
            event.prevent_default();
            toggle(&entry);
        };
        view! {
            <div
                class="option"
                class:active=move || active.get() == at
                id=option_id(at)
                role="option"
                aria-selected=move || selected.get().to_string()
                on:mousedown=press
                on:mousemove=move |_| if active.get_untracked() != at { active.set(at) }
            >
                <span class="option-check" aria-hidden="true">{move || if selected.get() { "✓" } else { "" }}</span>
                <span class="option-name"><bdi>{name}</bdi></span>
                <span class="option-note">{note}</span>
            </div>
        }
        .into_any()
    };
    let rest = move || {
        let count = matching.with(Vec::len);
        match count {
            0 => Some("Nobody has a name like this.".to_owned()),
            _ if count > SHOWN => Some(format!(
                "{} more: type to find them.",
                super::number(u32::try_from(count - SHOWN).unwrap_or(u32::MAX))
            )),
            _ => None,
        }
    };
    let (controls, active_id) = (list_id.clone(), list_id.clone());
    view! {
        <Field label hint error let:ids>
            <div class="people-picker input" node_ref=frame on:click=move |_| if let Some(input) = input.get_untracked() { super::focus_soon(input.into()) }>
                {move || chosen.get().into_iter().map(&chip).collect_view()}
                <input
                    node_ref=input
                    id=ids.control
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-controls=controls
                    aria-expanded=move || open.get().to_string()
                    aria-activedescendant=move || open.get().then(|| format!("{active_id}-{}", active.get()))
                    aria-describedby=ids.described_by
                    aria-invalid=ids.invalid
                    placeholder=move || chosen.with(Vec::is_empty).then(|| placeholder.get()).flatten()
                    prop:value=move || text.get()
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        open.set(true);
                    }
                    on:click=move |_| open.set(true)
                    on:blur=move |_| open.set(false)
                    on:keydown=key
                />
            </div>
            <div
                node_ref=list
                class="options"
                id=list_id
                popover="manual"
                role="listbox"
                aria-multiselectable="true"
                aria-label=move || label.get()
            >
                {move || {
                    open.get().then(|| matching.get().into_iter().take(SHOWN).enumerate().map(&option).collect_view())
                }}
                {move || rest().map(|words| view! { <p class="option-rest" role="presentation">{words}</p> })}
            </div>
        </Field>
    }
    .into_any()
}
