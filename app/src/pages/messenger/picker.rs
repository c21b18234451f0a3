//! Choosing one texter from many: a button, and below it a table that is searched and sorted.

use std::cmp::{Ordering, Reverse};

use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use leptos::ev::{Event, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::moving::arrange::{Column, Row, Sort, arrange};
use crate::ui::{Dotted, Kind, SearchBox, Tone, below, inside, next_id, number};

/// The columns that sort, from left to right.
pub const COLUMNS: [Column; 3] = [Column::Name, Column::Progress, Column::NeedsReply];

/// The order after a click on a heading: names first from Z to A, all else first from the highest, and then turned round.
pub fn clicked(sort: Sort, column: Column) -> Sort {
    let descending = sort.column != column || !sort.descending;
    Sort { column, descending }
}

/// Who comes after somebody in this order; after the last, the first.
pub fn next_owner(order: &[Owner], now: Owner) -> Option<Owner> {
    let at = order.iter().position(|owner| *owner == now);
    let next = at.map_or(0, |at| (at + 1) % order.len().max(1));
    order.get(next).copied().filter(|next| Some(*next) != at.map(|_| now))
}

/// Chooses one texter, or Unassigned.
#[expect(clippy::too_many_lines, reason = "one widget, whose parts all share its state")]
#[component]
pub fn TexterPicker(
    /// What a screen reader calls the list.
    label: &'static str,
    /// What the button shows.
    #[prop(into)]
    button: ViewFn,
    /// What the button weighs.
    #[prop(optional)]
    kind: Kind,
    /// Everybody who can be chosen.
    #[prop(into)]
    rows: Signal<Vec<Row>>,
    /// Who is chosen now.
    #[prop(into)]
    current: Signal<Option<Owner>>,
    /// How the table is sorted.
    #[prop(into)]
    sort: Signal<Sort>,
    /// Takes the wish for another order.
    #[prop(into)]
    on_sort: Callback<Sort>,
    /// Takes the choice.
    #[prop(into)]
    on_choose: Callback<Owner>,
) -> impl IntoView {
    let id = next_id("texters");
    let open = RwSignal::new(false);
    let search = RwSignal::new(String::new());
    let (trigger, list) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let before = move |event: Event| {
        if is_opening(&event) {
            search.set(String::new());
            open.set(true);
            if let (Some(trigger), Some(list)) = (trigger.get_untracked(), list.get_untracked()) {
                below(&trigger, &list);
            }
        }
    };
    let toggled = move |event: Event| {
        open.set(is_opening(&event));
        if open.get_untracked()
            && let (Some(trigger), Some(list)) = (trigger.get_untracked(), list.get_untracked())
        {
            inside(&trigger, &list);
            focus(list.query_selector("input").ok().flatten());
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked() else { return };
        let Ok(found) = list.query_selector_all(".picker-choose") else { return };
        let all: Vec<Element> = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
        let active = document().active_element();
        let at = all.iter().position(|item| active.as_ref() == Some(item));
        let in_box = active.is_some_and(|active| active.tag_name() == "INPUT");
        let end = all.len().saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowDown" => at.map_or(0, |at| (at + 1).min(end)),
            "ArrowUp" => at.map_or(end, |at| at.saturating_sub(1)),
            "Enter" if in_box => {
                event.prevent_default();
                if let Some(first) = all.first().and_then(|first| first.dyn_ref::<HtmlElement>()) {
                    first.click();
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        focus(all.get(to).cloned());
    };
    let order = Memo::new(move |_| rows.with(|rows| arrange(rows, sort.get(), &search.get())));
    let choose = move |owner: Owner| {
        if let Some(list) = list.get_untracked()
            && let Err(error) = list.hide_popover()
        {
            leptos::logging::warn!("could not close the list of texters: {error:?}");
        }
        on_choose.run(owner);
    };
    let heading = move |column: Column| {
        let state = move || {
            let sort = sort.get();
            (sort.column == column).then_some(if sort.descending { "descending" } else { "ascending" })
        };
        let arrow = move || match state() {
            Some("ascending") => "▲",
            Some(_) => "▼",
            None => "",
        };
        view! {
            <th scope="col" class=format!("column-{}", column.word()) aria-sort=state>
                <button type="button" class="sort" on:click=move |_| on_sort.run(clicked(sort.get_untracked(), column))>
                    {column.label()}
                    <span class="sort-arrow" aria-hidden="true">{arrow}</span>
                </button>
            </th>
        }
    };
    let row = move |owner: Owner| {
        let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.owner == owner).cloned()));
        let read = move |part: fn(&Row) -> u32| move || row.with(|row| row.as_ref().map_or(0, part));
        let (sent, total) = (read(|row| row.counts.sent()), read(|row| row.counts.total()));
        let waits = read(|row| row.counts.get(Standing::NeedsReply));
        let online = move || row.with(|row| row.as_ref().is_some_and(|row| row.online));
        let name = move || row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
        view! {
            <tr class:current=move || current.get() == Some(owner)>
                <th scope="row" class="column-name">
                    <button
                        type="button"
                        class="picker-choose"
                        aria-current=move || (current.get() == Some(owner)).then_some("true")
                        on:click=move |_| choose(owner)
                    >
                        <bdi>{name}</bdi>
                    </button>
                </th>
                <td class="column-online">
                    {owner.map(|_| view! {
                        <Dotted tone=Signal::derive(move || if online() { Tone::Good } else { Tone::Neutral })>
                            {move || if online() { "Online" } else { "Offline" }}
                        </Dotted>
                    })}
                </td>
                <td class="column-progress">{move || format!("{} / {}", number(sent()), number(total()))}</td>
                <td class="column-needs-reply">{move || number(waits())}</td>
            </tr>
        }
        .into_any()
    };
    let (columns, dialog_id) = (COLUMNS, id.clone());
    view! {
        <button
            node_ref=trigger
            type="button"
            class=kind.class()
            popovertarget=id
            aria-haspopup="dialog"
            aria-expanded=move || open.get().to_string()
        >
            {move || button.run()}
        </button>
        <div
            node_ref=list
            class="menu picker"
            id=dialog_id
            popover="auto"
            role="dialog"
            aria-label=label
            on:beforetoggle=before
            on:toggle=toggled
            on:keydown=key
        >
            <Show when=move || open.get()>
                <SearchBox label="Search texters" value=search on_search=move |typed| search.set(typed) />
                <div class="picker-frame">
                    <table class="picker-table" aria-label=label>
                        <thead>
                            <tr>
                                {heading(columns[0])}
                                <th scope="col" class="column-online">"Status"</th>
                                {heading(columns[1])}
                                {heading(columns[2])}
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || order.get() key=|owner| *owner children=row />
                        </tbody>
                    </table>
                    <Show when=move || order.with(Vec::is_empty)>
                        <p class="picker-nobody quiet">"Nobody has a name like this."</p>
                    </Show>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Whether a popover is about to open. `web_sys` has no `ToggleEvent` yet.
fn is_opening(event: &Event) -> bool {
    js_sys::Reflect::get(event, &"newState".into()).is_ok_and(|state| state.as_string().as_deref() == Some("open"))
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok())
        && let Err(error) = element.focus()
    {
        leptos::logging::warn!("could not focus: {error:?}");
    }
}

/// Unassigned first, then as sorted.
pub fn in_order(rows: &[Row], sort: Sort) -> Vec<Owner> {
    let order = arrange(rows, sort, "");
    debug_assert!(
        order.is_sorted_by(|one, other| Reverse(one.is_none()).cmp(&Reverse(other.is_none())) != Ordering::Greater)
    );
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::MemberId;

    fn by(column: Column, descending: bool) -> Sort {
        Sort { column, descending }
    }

    #[test]
    fn headings_sort_as_admins_know_it() {
        let first = clicked(Sort::default(), Column::Name);
        assert_eq!(first, by(Column::Name, true), "from Z to A");
        assert_eq!(clicked(first, Column::Name), by(Column::Name, false), "and back");
        for column in [Column::Progress, Column::NeedsReply] {
            let most = clicked(Sort::default(), column);
            assert_eq!(most, by(column, true), "the highest first");
            assert_eq!(clicked(most, column), by(column, false), "and turned round");
        }
    }

    #[test]
    fn the_next_texter_comes_in_order_and_after_the_last_the_first() {
        let (abby, lindsey) = (Some(MemberId(1)), Some(MemberId(2)));
        let order = [None, abby, lindsey];
        assert_eq!(next_owner(&order, None), Some(abby));
        assert_eq!(next_owner(&order, lindsey), Some(None));
        assert_eq!(next_owner(&order, Some(MemberId(9))), Some(None), "somebody who is not listed");
        assert_eq!(next_owner(&[None], None), None, "nobody else is there");
        assert_eq!(next_owner(&[], None), None);
    }
}
