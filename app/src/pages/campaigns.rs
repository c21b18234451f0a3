//! The list of campaigns.

mod actions;
mod archived;
mod arrange;
mod asking;
mod create;
mod late;
mod naming;
mod starting;
mod ticked;

use std::collections::{BTreeSet, HashMap};

use handoff_core::CampaignId;
use handoff_core::naming::isolated;
use handoff_core::status::Standing;
use handoff_server::api::campaigns::list_campaigns;
use handoff_server::model::campaign::CampaignRow;
use leptos::prelude::*;

pub use self::actions::{CampaignDialogs, CampaignItems, next_action};
use self::arrange::{Column, Shown, arranged, sort_from, sort_text};
use self::create::CreateDialog;
use self::late::LateReplies;
use self::ticked::{Tick, TickAll, TickedActions, can_tick, ticked};
use crate::state::address::address_value;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{
    Button, Dotted, EmptyState, Kind, LinkButton, Load, Menu, PageTitle, ProgressBar, SearchBox, Select, Sort,
    SortHeader, StatusWords, Time, Tone, adopt, counted, number,
};
pub use asking::CampaignTask;

/// The list of campaigns.
#[component]
pub fn CampaignsPage() -> impl IntoView {
    adopt(include_str!("../../../style/campaigns.css"));
    let campaigns = Query::new(list_campaigns);
    Live::expect().follow_all(campaigns);
    let creating = RwSignal::new(false);
    let (search, set_search) = address_value("search");
    view! {
        <div class="page-head campaigns-head">
            <PageTitle title="Campaigns" />
            <span class="push"></span>
            <LinkButton kind=Kind::Quiet href="/numbers">"Phone numbers"</LinkButton>
            <Button kind=Kind::Primary on_press=move |()| creating.set(true)>"New campaign"</Button>
        </div>
        <Load query=campaigns let:rows>
            <LateReplies rows />
            <Show
                when=move || rows.with(|rows| !rows.is_empty())
                fallback=move || {
                    view! {
                        <EmptyState title="No campaigns yet">
                            <p>"A campaign holds the contacts, their initial message and the texters who write to them."</p>
                            <Button kind=Kind::Primary on_press=move |()| creating.set(true)>"Create the first campaign"</Button>
                        </EmptyState>
                    }
                }
            >
                <Table campaigns rows search set_search />
            </Show>
        </Load>
        <CreateDialog open=creating />
    }
    .into_any()
}

#[component]
fn Table(
    campaigns: Query<Vec<CampaignRow>>,
    rows: Signal<Vec<CampaignRow>>,
    search: Signal<String>,
    set_search: Callback<String>,
) -> impl IntoView {
    let (sort, set_sort) = address_value("sort");
    let (shown, set_shown) = address_value("status");
    let sort = Signal::derive(move || sort_from(&sort.get()));
    let on_sort = Callback::new(move |sort: Sort<Column>| set_sort.run(sort_text(&sort)));
    let kept = RwSignal::new(Shown::from_text(&shown.get_untracked()));
    Effect::new(move |before: Option<Shown>| {
        let now = kept.get();
        if before.is_some_and(|before| before != now) {
            set_shown.run(now.text().to_owned());
        }
        now
    });
    let order = Memo::new(move |_| rows.with(|rows| arranged(rows, &search.get(), kept.get(), &sort.get())));
    let by_id = Memo::new(move |_| {
        rows.get().into_iter().map(|row| (row.id, row)).collect::<HashMap<CampaignId, CampaignRow>>()
    });
    let doing = CampaignTask::new(move || campaigns.refetch());
    let options = Signal::derive(move || {
        let counted = |shown: Shown| rows.with(|rows| rows.iter().filter(|row| shown.includes(row.status)).count());
        Shown::ALL.map(|shown| (shown, format!("{} ({})", shown.label(), counted(shown)))).to_vec()
    });
    let ticks = RwSignal::new(BTreeSet::new());
    let chosen =
        Memo::new(move |_| rows.with(|rows| order.with(|order| ticks.with(|ticks| ticked(rows, order, ticks)))));
    let tickable = Memo::new(move |_| {
        let can = |id: &CampaignId| by_id.with(|all| all.get(id).is_some_and(|row| can_tick(row.status)));
        order.get().into_iter().filter(can).collect::<Vec<_>>()
    });
    let clear = move |()| {
        set_search.run(String::new());
        kept.set(Shown::default());
    };
    view! {
        <div class="toolbar">
            <SearchBox label="Search campaigns" value=search on_search=set_search />
            <Select name="Status" options value=kept />
            <TickedActions chosen doing />
            <p class="push quiet small" role="status">
                {move || counted(u32::try_from(order.with(Vec::len)).unwrap_or(u32::MAX), "campaign", "campaigns")}
            </p>
        </div>
        <Show
            when=move || order.with(|order| !order.is_empty())
            fallback=move || {
                view! {
                    <EmptyState title="No campaign matches">
                        <Button on_press=clear>"Clear search and filter"</Button>
                    </EmptyState>
                }
            }
        >
            <div class="table-frame">
                <table class="table campaigns">
                    <thead>
                        <tr>
                            <th scope="col" class="tick-cell"><TickAll all=tickable ticks /></th>
                            <SortHeader key=Column::Name sort on_sort>"Campaign"</SortHeader>
                            <SortHeader key=Column::Status sort on_sort>"Status"</SortHeader>
                            <SortHeader key=Column::Progress sort on_sort descending_first=true>"Progress"</SortHeader>
                            <SortHeader key=Column::NeedsReply sort on_sort descending_first=true number=true>
                                "Needs reply"
                            </SortHeader>
                            <SortHeader key=Column::Unassigned sort on_sort descending_first=true number=true>
                                "Unassigned"
                            </SortHeader>
                            <SortHeader key=Column::Texters sort on_sort descending_first=true number=true>
                                "Texters"
                            </SortHeader>
                            <SortHeader key=Column::Created sort on_sort descending_first=true>"Created"</SortHeader>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || order.get() key=|id| *id let:id>
                            <Row id by_id doing ticks />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
        <CampaignDialogs doing />
    }
    .into_any()
}

#[component]
fn Row(
    id: CampaignId,
    by_id: Memo<HashMap<CampaignId, CampaignRow>>,
    doing: CampaignTask,
    ticks: RwSignal<BTreeSet<CampaignId>>,
) -> impl IntoView {
    let first = by_id.with_untracked(|all| all.get(&id).cloned())?;
    let row = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let name = Signal::derive(move || row.with(|row| row.name.clone()));
    let status = Signal::derive(move || row.with(|row| row.status));
    let missing = Signal::derive(move || row.with(|row| row.missing.clone()));
    let (sent, total) = (
        Signal::derive(move || row.with(|row| row.counts.sent())),
        Signal::derive(move || row.with(|row| row.counts.total())),
    );
    let waiting = Signal::derive(move || row.with(|row| row.counts.get(Standing::NeedsReply)));
    let unassigned = move || row.with(|row| row.unassigned);
    let texters = move || row.with(|row| row.texters);
    Some(view! {
        <tr>
            <td class="tick-cell"><Tick id name status ticks /></td>
            <th scope="row" class="name"><a href=format!("/campaigns/{id}")><bdi>{move || name.get()}</bdi></a></th>
            <td class="status"><StatusWords status /></td>
            <td class="sent">
                <Show
                    when=move || { total.get() > 0 }
                    fallback=|| view! { <span class="quiet">"No contacts yet"</span> }
                >
                    <ProgressBar value=sent max=total label="Initial messages sent" />
                    <span class="small quiet">{move || format!("{} of {} sent", number(sent.get()), number(total.get()))}</span>
                </Show>
            </td>
            <td class="number" data-label="Needs reply">
                <Show when=move || { waiting.get() > 0 } fallback=|| view! { <span class="zero">"0"</span> }>
                    <Dotted tone=Tone::Attention>{move || number(waiting.get())}</Dotted>
                </Show>
            </td>
            <td class="number" class:zero=move || unassigned() == 0 data-label="Unassigned">{move || number(unassigned())}</td>
            <td class="number optional" class:zero=move || texters() == 0>{move || number(texters())}</td>
            <td class="optional quiet created"><Time at=Signal::derive(move || row.with(|row| row.created_at)) /></td>
            <td class="actions">
                <Menu
                    kind=Kind::Quiet
                    icon=true
                    label=Signal::derive(move || format!("Actions for {}", isolated(&name.get())))
                    button=|| view! { <span class="dots-sign" aria-hidden="true"></span> }
                >
                    <CampaignItems id name status missing doing all=true />
                </Menu>
            </td>
        </tr>
    }.into_any())
}
