//! The table of texters: who holds what. Rows stay, and only the cells that change are drawn again.

use std::collections::HashMap;

use handoff_core::naming::isolated;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use leptos::prelude::*;

use crate::moving::arrange::{Column, Row, Sort};
use crate::moving::choices::Entry;
use crate::pages::campaign::campaign_page;
use crate::ui::{Badge, Dotted, Kind, Menu, MenuItem, ProgressBar, Time, Tone, number};

/// The table of texters.
#[component]
pub fn TexterTable(
    /// Everybody's row.
    #[prop(into)]
    rows: Signal<HashMap<Owner, Row>>,
    /// Whose rows are shown, in which order.
    #[prop(into)]
    order: Signal<Vec<Owner>>,
    /// How they are sorted.
    #[prop(into)]
    sort: Signal<Sort>,
    /// Takes the wish for another order.
    #[prop(into)]
    on_sort: Callback<Sort>,
    /// Why nothing can be moved, if so.
    #[prop(into)]
    locked: Signal<bool>,
    /// Opens the dialog for a row.
    #[prop(into)]
    on_move: Callback<(Entry, Owner)>,
) -> impl IntoView {
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
            <th
                role="columnheader"
                scope="col"
                class=format!("column-{}", column.word())
                aria-sort=state
            >
                <button type="button" class="sort" on:click=move |_| on_sort.run(sort.get_untracked().clicked(column))>
                    {column.label()} <span class="sort-arrow" aria-hidden="true">{arrow}</span>
                </button>
            </th>
        }
    };
    view! {
        <div class="texter-frame">
            <table class="texter-table" role="table" aria-label="Texters">
                <thead role="rowgroup">
                    <tr role="row">
                        {Column::ALL.map(heading).collect_view()}
                        <th role="columnheader" scope="col" class="column-actions">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || order.get() key=|owner| *owner let:owner>
                        <TexterRow owner rows sort locked on_move />
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn TexterRow(
    owner: Owner,
    rows: Signal<HashMap<Owner, Row>>,
    sort: Signal<Sort>,
    locked: Signal<bool>,
    on_move: Callback<(Entry, Owner)>,
) -> impl IntoView {
    let row = Memo::new(move |_| rows.with(|rows| rows.get(&owner).cloned()));
    let name = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default()));
    let active = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.active)));
    let online = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.online)));
    let last_active = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.last_active)));
    let count = move |of: fn(&Row) -> u32| Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, of)));
    let total = count(|row| row.counts.total());
    let sent = count(|row| row.counts.sent());
    let needs_reply = count(|row| row.counts.get(Standing::NeedsReply));
    let not_started = count(|row| row.counts.get(Standing::NotStarted));
    let nobody = owner.is_none();
    let campaign = campaign_page().id;
    // The texters are sorted there as they are here.
    let messenger = move || {
        let (whose, sort) = (owner.map_or_else(|| "unassigned".to_owned(), |member| member.to_string()), sort.get());
        format!("/campaigns/{campaign}/messenger?as={whose}&texters={}&order={}", sort.column.word(), sort.direction())
    };
    let absent = || view! { <span class="absent">"–"</span> };
    let menu_name = Signal::derive(move || format!("Actions for {}", isolated(&name.get())));
    let item = move |entry: Entry| {
        // Unassigned cannot be unassigned, and who holds nothing has nothing to give.
        let disabled =
            Signal::derive(move || locked.get() || total.get() == 0 || (nobody && entry == Entry::UnassignAll));
        view! { <MenuItem disabled on_press=move |()| on_move.run((entry, owner))>{entry.label()}</MenuItem> }
    };
    view! {
        <tr role="row" class:unassigned=nobody class:inactive=move || !active.get()>
            <th role="rowheader" scope="row" class="column-name">
                <a class="texter-name" href=messenger>{move || name.get()}</a>
                <Show when=move || !active.get()>
                    <Badge tone=Tone::Idle>"Inactive"</Badge>
                </Show>
            </th>
            <td role="cell" class="column-online">
                {if nobody {
                    absent().into_any()
                } else {
                    view! {
                        <Dotted tone=Signal::derive(move || if online.get() { Tone::Good } else { Tone::Neutral })>
                            {move || if online.get() { "Online" } else { "Offline" }}
                        </Dotted>
                    }
                        .into_any()
                }}
            </td>
            <td role="cell" class="column-progress">
                <span class="progress-numbers">
                    {move || number(sent.get())} <span class="of">" / "</span> {move || number(total.get())}
                </span>
                <ProgressBar
                    value=sent
                    max=total
                    label=Signal::derive(move || format!("Sent of assigned, {}", isolated(&name.get())))
                />
            </td>
            <td role="cell" class="column-needs-reply" data-label="Needs reply">
                <span class="count" class:some=move || { needs_reply.get() > 0 }>
                    <Show when=move || { needs_reply.get() > 0 }>
                        <span class="reply-dot" aria-hidden="true"></span>
                    </Show>
                    {move || number(needs_reply.get())}
                </span>
            </td>
            <td role="cell" class="column-not-started" data-label="Not started">
                <span class="count" class:some=move || { not_started.get() > 0 }>{move || number(not_started.get())}</span>
            </td>
            <td role="cell" class="column-last-active" data-label="Last active">
                {if nobody {
                    absent().into_any()
                } else {
                    (move || match last_active.get() {
                        Some(at) => view! { <Time at=Signal::stored(at) /> }.into_any(),
                        None => view! { <span class="absent">"Never"</span> }.into_any(),
                    })
                        .into_any()
                }}
            </td>
            <td role="cell" class="column-actions">
                <Menu label=menu_name kind=Kind::Quiet icon=true button=|| view! { <span aria-hidden="true">"⋯"</span> }>
                    {Entry::ALL.map(item).collect_view()}
                </Menu>
            </td>
        </tr>
    }
}
