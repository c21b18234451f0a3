//! Tables: the header that sorts. The rest is plain markup inside `.table-frame > table.table`.

use leptos::prelude::*;

/// A sort order: by which column, and whether from the largest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort<K> {
    /// Which column.
    pub key: K,
    /// Whether the largest or last comes first.
    pub descending: bool,
}

impl<K: Copy + PartialEq> Sort<K> {
    /// The order after the header of `key` was pressed: turned round, or that column's first order.
    #[must_use]
    pub fn pressed(&self, key: K, descending_first: bool) -> Self {
        let descending = if self.key == key { !self.descending } else { descending_first };
        Self { key, descending }
    }
}

/// A column's header that sorts by it.
#[component]
pub fn SortHeader<K: Copy + PartialEq + Send + Sync + 'static>(
    /// The column.
    key: K,
    /// The order now.
    #[prop(into)]
    sort: Signal<Sort<K>>,
    /// Takes the wish for another order.
    #[prop(into)]
    on_sort: Callback<Sort<K>>,
    /// Whether its first press puts the largest first.
    #[prop(optional)]
    descending_first: bool,
    /// Whether its cells are numbers, which stand at the right.
    #[prop(optional)]
    number: bool,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let state =
        move || sort.with(|sort| (sort.key == key).then_some(if sort.descending { "descending" } else { "ascending" }));
    view! {
        <th scope="col" class:number=number aria-sort=state>
            <button
                type="button"
                class="sort"
                on:click=move |_| on_sort.run(sort.with_untracked(|sort| sort.pressed(key, descending_first)))
            >
                {children()}
                <span class="sort-arrow" aria-hidden="true">
                    {move || match state() {
                        Some("ascending") => "▲",
                        Some(_) => "▼",
                        None => "",
                    }}
                </span>
            </button>
        </th>
    }
    .into_any()
}
