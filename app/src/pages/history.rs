//! The history of a campaign: every operation, who, when, what, and the way to undo it.

mod detail;
mod filter;
mod pages;

use handoff_core::OperationId;
use handoff_core::naming::isolated;
use handoff_server::model::history::{HistoryFilter, OperationRow};
use leptos::prelude::*;

use self::detail::Detail;
use self::filter::{FilterBar, ask, of_address};
use self::pages::Pages;
use super::campaign::{CampaignPage, campaign_page};
use crate::moving::pane::STYLE;
use crate::moving::undo_dialog::UndoFromAddress;
use crate::state::address::Address;
use crate::state::live::Live;
use crate::ui::{
    Badge, Button, Dialog, DialogActions, EmptyState, ErrorNote, Kind, Load, Time, Tone, adopt, number,
    set_document_title,
};

/// The history of a campaign.
#[component]
pub fn HistoryPage() -> impl IntoView {
    adopt(include_str!("../../../style/history.css"));
    adopt(STYLE);
    let CampaignPage { id, campaign } = campaign_page();
    let live = Live::expect();
    live.follow(id, campaign);
    set_document_title(Signal::derive(move || {
        let name = campaign.data.with(|campaign| campaign.as_ref().map(|campaign| campaign.name.clone()));
        name.map_or_else(|| "History".to_owned(), |name| format!("History · {}", isolated(&name)))
    }));
    let address = Address::new();
    let filter = of_address(address);
    let history = Pages::new(id, filter);
    live.follow(id, history.first);
    let open = Memo::new(move |_| address.get("operation").and_then(|id| id.parse::<OperationId>().ok()));
    let archived = Signal::derive(move || {
        campaign.data.with(|campaign| campaign.as_ref().is_some_and(|campaign| campaign.status.may_move().is_err()))
    });
    let show = Callback::new(move |operation: Option<OperationId>| {
        let values = operation.map(|operation| ("operation", operation.to_string())).into_iter().collect();
        address.set(&["operation"], values, true);
    });
    let undo = Callback::new(move |operation: OperationId| {
        address.set(&["undo"], vec![("undo", operation.to_string())], true);
    });
    view! {
        <h2 class="visually-hidden">"History"</h2>
        <FilterBar campaign=id address filter />
        <Load query=history.first let:_first>
            <Show
                when=move || history.operations.with(|all| !all.is_empty())
                fallback=move || {
                    if history.shown.with(|shown| *shown == HistoryFilter::default()) {
                        view! {
                            <EmptyState title="Nothing has been moved yet.">
                                <p>"Every bulk move, removal and undo is listed here, and can be undone."</p>
                            </EmptyState>
                        }
                        .into_any()
                    } else {
                        view! {
                            <EmptyState title="No operation matches.">
                                <p>"None of these kinds that concerns this person was committed in this campaign."</p>
                                <Button on_press=move |()| ask(address, &HistoryFilter::default())>"Show everything"</Button>
                            </EmptyState>
                        }
                        .into_any()
                    }
                }
            >
                <ol class="history">
                    <For each=move || history.operations.get() key=|row| (row.id, row.undone_by) let:row>
                        <HistoryRow row open archived show undo />
                    </For>
                </ol>
                <Older history />
            </Show>
        </Load>
        <OperationElsewhere history open show undo archived />
        <UndoFromAddress campaign=id status=campaign_page().status() />
    }
}

#[component]
fn HistoryRow(
    row: OperationRow,
    open: Memo<Option<OperationId>>,
    #[prop(into)] archived: Signal<bool>,
    show: Callback<Option<OperationId>>,
    undo: Callback<OperationId>,
) -> impl IntoView {
    let id = row.id;
    let is_open = Memo::new(move |_| open.get() == Some(id));
    let toggle = move |_| show.run((!is_open.get_untracked()).then_some(id));
    let detail_id = format!("operation-{id}");
    let link = move |operation: OperationId, words: &'static str| {
        view! { <a class="history-link" href=format!("?operation={operation}")>{words}</a> }
    };
    view! {
        <li class="history-item" class:undone=row.undone_by.is_some() class:open=move || is_open.get()>
            <div class="history-line">
                <button
                    type="button"
                    class="history-open"
                    aria-expanded=move || is_open.get().to_string()
                    aria-controls=detail_id.clone()
                    on:click=toggle
                >
                    <span class="history-arrow" aria-hidden="true"></span>
                    <span class="history-headline">{row.headline.clone()}</span>
                </button>
                <span class="history-meta">
                    {row.undone_by.map(|_| view! { <Badge tone=Tone::Idle>"Undone"</Badge> })}
                    <span>{row.kind.label()}</span>
                    <span>{format!("by {}", isolated(&row.by))}</span>
                    <Time at=Signal::stored(row.at) />
                    {row.undoes.map(|undone| link(undone, "What it undid"))}
                    {row.undone_by.map(|by| link(by, "The undo"))}
                </span>
                <span class="history-moved">
                    <span class="history-number">{number(row.moved)}</span>
                    <span class="history-unit">" moved"</span>
                </span>
                <span class="history-action">
                    <Button
                        kind=Kind::Quiet
                        disabled=archived
                        label=format!("Undo: {}", row.headline)
                        on_press=move |()| undo.run(id)
                    >
                        "Undo"
                    </Button>
                </span>
            </div>
            <div class="history-detail" id=detail_id>
                <Show when=move || is_open.get()>
                    <Detail operation=id />
                </Show>
            </div>
        </li>
    }
}

/// An operation that the address bar asks for and that is further down than what is shown.
#[component]
fn OperationElsewhere(
    history: Pages,
    open: Memo<Option<OperationId>>,
    show: Callback<Option<OperationId>>,
    undo: Callback<OperationId>,
    #[prop(into)] archived: Signal<bool>,
) -> impl IntoView {
    let elsewhere = Memo::new(move |_| {
        let loaded = history.first.data.with(Option::is_some);
        open.get().filter(|id| loaded && !history.operations.with(|all| all.iter().any(|row| row.id == *id)))
    });
    move || {
        elsewhere.get().map(|operation| {
            view! {
                <Dialog open=Signal::stored(true) title=Signal::stored("Operation".to_owned()) on_close=move |()| show.run(None) wide=true>
                    <Detail operation />
                    <DialogActions>
                        <Button on_press=move |()| show.run(None)>"Close"</Button>
                        <Button kind=Kind::Primary disabled=archived on_press=move |()| undo.run(operation)>"Undo"</Button>
                    </DialogActions>
                </Dialog>
            }
        })
    }
}

#[component]
fn Older(history: Pages) -> impl IntoView {
    view! {
        <div class="history-older">
            <ErrorNote error=history.older.error />
            <Show when=move || history.next.with(Option::is_some) fallback=|| view! { <p class="history-end">"That is all."</p> }>
                <Button busy=history.older.busy on_press=move |()| history.show_older()>"Show older"</Button>
            </Show>
        </div>
    }
}
