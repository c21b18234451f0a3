//! A list whose order is made by hand: by dragging, and by the keyboard.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use handoff_core::naming::isolated;
use handoff_server::model::ApiError;
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::state::task::Task;
use crate::state::toasts::{Toasts, toasts};
use crate::ui::focus_soon;

type Saving = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;
type Save = Arc<dyn Fn(Vec<i64>) -> Saving + Send + Sync>;

/// A list whose order is made by hand. What is done shows at once, and is saved behind.
#[derive(Clone, Copy)]
pub struct Arranging {
    /// The ids in the order on screen.
    pub order: Memo<Vec<i64>>,
    /// What was done, for screen readers.
    pub said: RwSignal<String>,
    /// The list on screen.
    pub list: NodeRef<html::Ol>,
    there: Memo<Vec<i64>>,
    wanted: RwSignal<Option<Vec<i64>>>,
    /// What is being dragged, and the gap that it would go to.
    dragged: RwSignal<Option<(i64, usize)>>,
    task: Task,
    save: StoredValue<Save>,
    refetch: Callback<()>,
    toasts: Toasts,
}

impl Arranging {
    /// The list of what is there; `save` sends a new order to the server.
    pub fn new<F, Answer>(there: Memo<Vec<i64>>, save: F, refetch: Callback<()>) -> Self
    where
        F: Fn(Vec<i64>) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), ApiError>> + 'static,
    {
        let wanted = RwSignal::new(None::<Vec<i64>>);
        let save: Save = Arc::new(move |order| -> Saving { Box::pin(save(order)) });
        let arranging = Self {
            order: Memo::new(move |_| there.with(|there| wanted.with(|wanted| arranged(there, wanted.as_deref())))),
            said: RwSignal::new(String::new()),
            list: NodeRef::new(),
            there,
            wanted,
            dragged: RwSignal::new(None),
            task: Task::new(),
            save: StoredValue::new(save),
            refetch,
            toasts: toasts(),
        };
        // What the server has counts again, unless something of ours is on its way to it.
        Effect::new(move |_| {
            there.track();
            if !arranging.task.busy.get_untracked() {
                wanted.set(None);
            }
        });
        Effect::new(move |_| {
            if let Some(error) = arranging.task.error.get() {
                wanted.set(None);
                arranging.toasts.say(error.to_string());
                refetch.run(());
            }
        });
        arranging
    }

    fn place(self, id: i64) -> Option<usize> {
        self.order.with(|order| order.iter().position(|other| *other == id))
    }

    /// Puts something into a gap: 0 is before the first.
    fn put(self, id: i64, gap: usize, name: &str) {
        let before = self.order.get_untracked();
        let after = moved(&before, id, gap);
        if after == before {
            return;
        }
        let place = after.iter().position(|other| *other == id).map_or(0, |at| at + 1);
        self.said.set(format!("{} is number {place} of {} now.", isolated(name), after.len()));
        self.wanted.set(Some(after));
        self.send();
    }

    /// Saves what is wanted. While one order is on its way, the next one waits for it.
    fn send(self) {
        let Some(wanted) = self.wanted.get_untracked().filter(|_| !self.task.busy.get_untracked()) else { return };
        let (save, sent) = (self.save.get_value(), wanted.clone());
        self.task.run(
            move || save(sent.clone()),
            move |()| {
                if self.wanted.with_untracked(|now| now.as_ref() != Some(&wanted)) {
                    self.send();
                } else if self.there.with_untracked(|there| *there == wanted) {
                    self.wanted.set(None);
                } else {
                    self.refetch.run(());
                }
            },
        );
    }
}

/// What is there, in the order that is wanted as far as that goes: what is new comes last.
fn arranged(there: &[i64], wanted: Option<&[i64]>) -> Vec<i64> {
    let wanted = wanted.unwrap_or_default();
    let known = wanted.iter().filter(|id| there.contains(id));
    known.chain(there.iter().filter(|id| !wanted.contains(id))).copied().collect()
}

/// The order with one of it put into a gap of the order as it was: 0 is before the first.
fn moved(order: &[i64], id: i64, gap: usize) -> Vec<i64> {
    let (before, after) = order.split_at(gap.min(order.len()));
    let others = |part: &[i64]| part.iter().copied().filter(|other| *other != id).collect::<Vec<_>>();
    let one = order.contains(&id).then_some(id);
    others(before).into_iter().chain(one).chain(others(after)).collect()
}

/// The gap that a height points to, among rows with these middles.
fn gap(middles: &[f64], height: f64) -> usize {
    middles.iter().filter(|middle| **middle < height).count()
}

/// The ordered list. Each row begins with a `Grip`, and has `MoveButtons` somewhere.
#[component]
pub fn ArrangedList(
    /// Its order.
    arranging: Arranging,
    /// What it lists.
    #[prop(into)]
    label: String,
    /// Makes the inside of a row.
    children: impl Fn(i64) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let row = move |id: i64| {
        let lifted = move || arranging.dragged.with(|dragged| dragged.is_some_and(|(other, _)| other == id));
        // A line shows where it would go.
        let target = Memo::new(move |_| {
            let (dragged, gap) = arranging.dragged.get()?;
            let (at, last) = (arranging.place(id)?, arranging.order.with(Vec::len));
            let from = arranging.place(dragged)?;
            let stays = gap == from || gap == from + 1;
            match gap {
                _ if stays => None,
                _ if gap == at => Some("above"),
                _ if gap == last && at + 1 == last => Some("below"),
                _ => None,
            }
        });
        view! {
            <li class="arranged-row" class:lifted=lifted data-row=id.to_string() data-drop=move || target.get()>{children(id)}</li>
        }
        .into_any()
    };
    view! {
        <ol node_ref=arranging.list class="arranged" aria-label=label>
            <For each=move || arranging.order.get() key=|id| *id children=row />
        </ol>
        <p class="visually-hidden" role="status">{move || arranging.said.get()}</p>
    }
    .into_any()
}

/// What a row is dragged by.
#[component]
pub fn Grip(
    /// The list.
    arranging: Arranging,
    /// The row.
    id: i64,
    /// What stands in the row.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let pointed = move |event: &PointerEvent| {
        let rows = arranging.list.get_untracked()?.children();
        let middle = |at: u32| {
            let row = rows.item(at)?.get_bounding_client_rect();
            Some(row.top() + row.height() / 2.0)
        };
        let middles: Vec<f64> = (0..rows.length()).filter_map(middle).collect();
        Some(gap(&middles, f64::from(event.client_y())))
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        let grip = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(grip), Some(at)) = (grip, untrack(|| arranging.place(id)))
            && grip.set_pointer_capture(event.pointer_id()).is_ok()
        {
            arranging.dragged.set(Some((id, at)));
        }
    };
    let follow = move |event: PointerEvent| {
        if arranging.dragged.with_untracked(Option::is_some)
            && let Some(gap) = pointed(&event)
            && arranging.dragged.get_untracked() != Some((id, gap))
        {
            arranging.dragged.set(Some((id, gap)));
        }
    };
    let drop = move |_: PointerEvent| {
        if let Some((id, gap)) = arranging.dragged.get_untracked() {
            arranging.dragged.set(None);
            arranging.put(id, gap, &name.get_untracked());
        }
    };
    view! {
        <span
            class="grip"
            aria-hidden="true"
            title="Drag to another place"
            on:pointerdown=down
            on:pointermove=follow
            on:pointerup=drop
            on:lostpointercapture=move |_| arranging.dragged.set(None)
        ></span>
    }
    .into_any()
}

/// The buttons that move a row up and down. The focus stays on them.
#[component]
pub fn MoveButtons(
    /// The list.
    arranging: Arranging,
    /// The row.
    id: i64,
    /// What stands in the row.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let button = move |up: bool| {
        let element = NodeRef::<html::Button>::new();
        let at_end = Memo::new(move |_| match arranging.place(id) {
            Some(at) if up => at == 0,
            Some(at) => at + 1 == arranging.order.with(Vec::len),
            None => true,
        });
        let press = move |_| {
            if at_end.get_untracked() {
                return;
            }
            if let Some(at) = untrack(|| arranging.place(id)) {
                arranging.put(id, if up { at.saturating_sub(1) } else { at + 2 }, &name.get_untracked());
            }
            // The row is taken out of the document and put back elsewhere, which costs it the focus.
            if let Some(element) = element.get_untracked() {
                focus_soon(element.into());
            }
        };
        let label = move || format!("Move {} {}", isolated(&name.get()), if up { "up" } else { "down" });
        view! {
            <button
                node_ref=element
                type="button"
                class="button quiet icon"
                aria-label=label
                aria-disabled=move || at_end.get().then_some("true")
                on:click=press
            >
                <span class=if up { "arrow up" } else { "arrow" } aria-hidden="true"></span>
            </button>
        }
        .into_any()
    };
    view! { {button(true)} {button(false)} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_goes_into_the_gap_that_is_pointed_at() {
        let order = [1, 2, 3, 4];
        for (gap, expected) in
            [(0, [2, 1, 3, 4]), (1, order), (2, order), (3, [1, 3, 2, 4]), (4, [1, 3, 4, 2]), (9, [1, 3, 4, 2])]
        {
            assert_eq!(moved(&order, 2, gap), expected, "gap {gap}");
        }
        assert_eq!(moved(&order, 7, 0), order, "what is not there is not moved");
        let middles = [10.0, 30.0, 50.0];
        assert_eq!([5.0, 10.0, 31.0, 90.0].map(|height| gap(&middles, height)), [0, 0, 2, 3]);
    }

    #[test]
    fn an_order_is_of_what_is_there() {
        assert_eq!(arranged(&[1, 2, 3], None), [1, 2, 3]);
        assert_eq!(arranged(&[1, 2, 3], Some(&[3, 1, 2])), [3, 1, 2]);
        assert_eq!(arranged(&[1, 3, 4], Some(&[3, 2, 1])), [3, 1, 4], "2 is gone, 4 is new");
    }
}
