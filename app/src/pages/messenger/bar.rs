//! The yellow bar: whose assignment an admin looks at, who is next, and the way to move it.

use handoff_core::CampaignId;
use handoff_core::naming::isolated;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_server::model::messenger::Messenger;
use handoff_server::model::overview::Overview;
use leptos::prelude::*;

use super::desk::Desk;
use super::people::{People, people};
use super::picker::{TexterPicker, in_order, next_owner};
use crate::moving::arrange::{Row, Sort};
use crate::moving::choices::{Choices, Entry};
use crate::moving::dialog::MoveDialog;
use crate::moving::people::names;
use crate::state::session::me;
use crate::ui::{Button, Dotted, Menu, MenuItem, Tone, number};

/// The yellow bar.
#[component]
pub fn ViewingAs(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let (place, People { query, rows, .. }) = (desk.place, people());
    let me = me();
    let owner = Memo::new(move |_| messenger.with(|messenger| messenger.owner));
    let name = Memo::new(move |_| messenger.with(|messenger| messenger.owner_name.clone()));
    let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.owner == owner.get()).cloned()));
    let sort = Memo::new(move |_| Sort::read(place.get("texters").as_deref(), place.get("order").as_deref()));
    let on_sort = move |sort: Sort| {
        place.put(&[("texters", Some(sort.column.word().to_owned())), ("order", Some(sort.direction().to_owned()))]);
    };
    let next = Memo::new(move |_| rows.with(|rows| next_owner(&in_order(rows, sort.get()), owner.get())));
    let online = move || row.with(|row| row.as_ref().is_some_and(|row| row.online));
    let count = move |part: fn(&Row) -> u32| move || row.with(|row| row.as_ref().map_or(0, part));
    let (sent, total) = (count(|row| row.counts.sent()), count(|row| row.counts.total()));
    let waits = count(|row| row.counts.get(Standing::NeedsReply));
    let opened = RwSignal::new(None::<Choices>);
    let overview = Memo::new(move |_| query.data.get());
    let movable = move || overview.with(|overview| overview.as_ref().is_some_and(|it| it.status.may_move().is_ok()));
    let item = move |entry: Entry| {
        let disabled = Signal::derive(move || {
            total() == 0 || !movable() || (owner.get().is_none() && entry == Entry::UnassignAll)
        });
        let press = move |()| opened.set(Some(Choices::opened(entry, Some(owner.get_untracked()))));
        view! { <MenuItem disabled on_press=press>{entry.label()}</MenuItem> }
    };
    let go = move |()| {
        if let Some(next) = next.get_untracked() {
            place.view_as(next);
        }
    };
    view! {
        <div class="viewing" role="region" aria-label="Viewing as">
            <span class="viewing-words">"Viewing as"</span>
            <TexterPicker
                label="Texters"
                button=move || view! { <bdi class="viewing-name">{name}</bdi> <span class="caret" aria-hidden="true"></span> }
                rows
                current=Signal::derive(move || Some(owner.get()))
                sort
                on_sort
                on_choose=move |owner: Owner| place.view_as(owner)
            />
            // Whoever looks knows that of themselves.
            <Show when=move || owner.get().is_some() && owner.get() != me.with(|me| me.as_ref().map(|me| me.member))>
                <Dotted tone=Signal::derive(move || if online() { Tone::Good } else { Tone::Neutral })>
                    {move || if online() { "Online" } else { "Offline" }}
                </Dotted>
            </Show>
            <span class="viewing-figures">
                {move || format!("{} of {} sent", number(sent()), number(total()))}
                <span aria-hidden="true">" · "</span>
                {move || { let waits = waits(); format!("{} {} reply", number(waits), if waits == 1 { "needs" } else { "need" }) }}
            </span>
            <span class="viewing-acts">
                <Button disabled=Signal::derive(move || next.get().is_none()) on_press=go>"Next texter"</Button>
                <Menu
                    label=Signal::derive(move || format!("Reassign what {} holds", isolated(&name.get())))
                    button=|| view! { "Reassign" <span class="caret" aria-hidden="true"></span> }
                >
                    {Entry::ALL.map(item).collect_view()}
                </Menu>
            </span>
        </div>
        {move || overview.with(Option::is_some).then(|| view! { <Moving campaign=desk.campaign query overview opened desk /> })}
    }
    .into_any()
}

/// The dialog of a bulk move, with this texter as its source.
#[component]
fn Moving(
    campaign: CampaignId,
    query: crate::state::query::Query<Overview>,
    overview: Memo<Option<Overview>>,
    opened: RwSignal<Option<Choices>>,
    desk: Desk,
) -> impl IntoView {
    let first = overview.get_untracked();
    first.map(|first| {
        let overview: Signal<Overview> = Memo::new(move |_| overview.get().unwrap_or_else(|| first.clone())).into();
        let on_change = move |choices: Option<Choices>| {
            if choices.is_none() {
                desk.correct();
            }
        };
        view! { <MoveDialog campaign query overview names=names(overview) opened on_change=Callback::new(on_change) /> }
    })
}
