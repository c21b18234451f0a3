//! The Conversations Overview: who holds what, and the way to every bulk move.

mod standing;
mod texters;

use std::collections::HashMap;

use handoff_core::CampaignId;
use handoff_core::naming::isolated;
use handoff_core::plan::Owner;
use handoff_server::api::overview::read_overview;
use handoff_server::model::overview::Overview;
use leptos::prelude::*;

use self::standing::Standings;
use self::texters::TexterTable;
use super::campaign::{CampaignPage, campaign_page};
use crate::moving::arrange::{Sort, arrange, rows};
use crate::moving::choices::{Choices, Entry};
use crate::moving::dialog::{MoveDialog, fetch_moving};
use crate::moving::people::names;
use crate::moving::undo_dialog::UndoFromAddress;
use crate::state::address::Address;
use crate::state::later::later;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{
    Button, EmptyState, Kind, LinkButton, Load, Menu, MenuItem, SearchBox, SkeletonRows, counted, set_document_title,
};

/// The Conversations Overview of a campaign.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let CampaignPage { id, campaign } = campaign_page();
    let query = Query::new(move || read_overview(id));
    set_document_title(Signal::derive(move || {
        let name = campaign.data.with(|campaign| campaign.as_ref().map(|campaign| campaign.name.clone()));
        name.map_or_else(|| "Conversations".to_owned(), |name| format!("Conversations · {}", isolated(&name)))
    }));
    let live = Live::expect();
    live.follow(id, query);
    fetch_before_it_is_asked_for();
    view! {
        <Load query=query skeleton=|| view! { <Skeleton /> } let:overview>
            <Content campaign=id query overview />
        </Load>
        <UndoFromAddress campaign=id status=campaign_page().status() />
    }
}

/// Fetches the dialogs at the first press anywhere: every way to one takes at least two.
fn fetch_before_it_is_asked_for() {
    let fetch = move || {
        leptos::task::spawn_local(async {
            // The dialog itself fetches again, and says so if that fails.
            if fetch_moving().await.is_err() {
                leptos::logging::warn!("could not fetch the dialogs yet");
            }
        });
    };
    let pressed = window_event_listener(leptos::ev::pointerdown, move |_| fetch());
    let typed = window_event_listener(leptos::ev::keydown, move |_| fetch());
    on_cleanup(move || {
        pressed.remove();
        typed.remove();
    });
}

#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="standings-loading" aria-hidden="true"></div>
        <SkeletonRows rows=10 />
    }
}

#[component]
fn Content(campaign: CampaignId, query: Query<Overview>, overview: Signal<Overview>) -> impl IntoView {
    let address = Address::new();
    let names = names(overview);
    let all_rows = Memo::new(move |_| overview.with(rows));
    let by_owner = Memo::new(move |_| {
        all_rows.with(|rows| rows.iter().map(|row| (row.owner, row.clone())).collect::<HashMap<Owner, _>>())
    });
    let sort = Memo::new(move |_| Sort::read(address.get("sort").as_deref(), address.get("order").as_deref()));
    let on_sort = move |sort: Sort| {
        let values = if sort == Sort::default() {
            Vec::new()
        } else {
            vec![("sort", sort.column.word().to_owned()), ("order", sort.direction().to_owned())]
        };
        address.set(&["sort", "order"], values, false);
    };
    let search = RwSignal::new(address.get_untracked("q").unwrap_or_default());
    let remember_search = later(250, move || {
        let typed = search.get_untracked();
        let values = if typed.is_empty() { Vec::new() } else { vec![("q", typed)] };
        address.set(&["q"], values, false);
    });
    let on_search = move |typed: String| {
        search.set(typed);
        remember_search();
    };
    let order = Memo::new(move |_| all_rows.with(|rows| search.with(|search| arrange(rows, sort.get(), search))));
    let archived = Memo::new(move |_| overview.with(|overview| overview.status.may_move().err()));
    let total = Memo::new(move |_| overview.with(|overview| overview.tally.whole().total()));
    let texters = Memo::new(move |_| overview.with(|overview| overview.tally.holders.len()));
    let escalated = Memo::new(move |_| overview.with(|overview| overview.escalated));
    let DialogState { opened, on_change, open } = dialog_state(address);
    let locked = Signal::derive(move || archived.with(Option::is_some));
    let nothing = Signal::derive(move || locked.get() || total.get() == 0);
    let bulk = move |entry: Entry| {
        view! {
            <MenuItem disabled=nothing on_press=move |()| open.run((entry, None))>
                {entry.bulk_label()}
            </MenuItem>
        }
    };
    let stale = move || query.error.get().filter(|_| !query.loading.get());
    view! {
        <Show when=move || locked.get()>
            <p class="notice tone-idle">{move || archived.get().map(|error| error.to_string())}</p>
        </Show>
        <Show when=move || stale().is_some()>
            <div class="notice tone-attention overview-stale" role="status">
                <span>{move || stale().map(|error| format!("These figures may be out of date. {error}"))}</span>
                <Button on_press=move |()| query.refetch()>"Try again"</Button>
            </div>
        </Show>
        <Standings counts=Signal::derive(move || overview.with(|overview| overview.tally.whole())) />
        <div class="overview-tools">
            <h2 class="overview-heading">"Texters" <span class="overview-count">{move || texters.get()}</span></h2>
            <Show when=move || { escalated.get() > 0 }>
                <a
                    class="overview-escalated"
                    href=format!("/campaigns/{campaign}/messenger?as=unassigned&tab=escalated")
                >
                    {move || counted(escalated.get(), "escalated conversation", "escalated conversations")}
                </a>
            </Show>
            <SearchBox label="Search texters" value=search on_search />
            <Menu kind=Kind::Primary button=|| "Bulk Reassign ▾">{Entry::ALL.map(bulk).collect_view()}</Menu>
        </div>
        <TexterTable
            rows=by_owner
            order
            sort
            on_sort
            locked
            on_move=move |(entry, owner)| open.run((entry, Some(owner)))
        />
        <Nothing campaign total texters order search />
        <MoveDialog campaign query overview names opened on_change />
    }
}

/// What is said where the table has nothing to show.
#[component]
fn Nothing(
    campaign: CampaignId,
    total: Memo<u32>,
    texters: Memo<usize>,
    order: Memo<Vec<Owner>>,
    search: RwSignal<String>,
) -> impl IntoView {
    move || {
        if order.with(Vec::is_empty) {
            let title = Signal::derive(move || format!("No texter is called “{}”.", search.get().trim()));
            return view! { <EmptyState title><p>"Search for another name, or empty the search box."</p></EmptyState> }
                .into_any();
        }
        match (total.get(), texters.get()) {
            (0, _) => view! {
                <EmptyState title="No contacts yet.">
                    <p>"Conversations appear here as soon as the campaign has contacts."</p>
                    <LinkButton kind=Kind::Primary href=format!("/campaigns/{campaign}/contacts")>
                        "Go to Contacts"
                    </LinkButton>
                </EmptyState>
            }
            .into_any(),
            (_, 0) => view! {
                <EmptyState title="No texters yet.">
                    <p>"All conversations are unassigned. Add texters, then hand conversations out to them here."</p>
                    <LinkButton kind=Kind::Primary href=format!("/campaigns/{campaign}/texters")>
                        "Go to Texters"
                    </LinkButton>
                </EmptyState>
            }
            .into_any(),
            _ => ().into_any(),
        }
    }
}

/// What is open, where changes go, and how to open it.
struct DialogState {
    opened: RwSignal<Option<Choices>>,
    on_change: Callback<Option<Choices>>,
    open: Callback<(Entry, Option<Owner>)>,
}

/// The dialog in the address bar: what is open there, how changes get there, and how to open it.
fn dialog_state(address: Address) -> DialogState {
    let opened = RwSignal::new(None::<Choices>);
    // What this page wrote itself is not news when it comes back from the address bar.
    let latest = StoredValue::new(None::<Choices>);
    let written = StoredValue::new(None::<Choices>);
    Effect::new(move |_| {
        let read = Choices::read(|name| address.get(name));
        if read != written.get_value() {
            written.set_value(read.clone());
            opened.set(read);
        }
    });
    let write = move |step: bool| {
        let choices = latest.get_value();
        written.set_value(choices.clone());
        address.set(&Choices::NAMES, choices.map(|choices| choices.write()).unwrap_or_default(), step);
    };
    let write_later = later(250, move || write(false));
    let on_change = Callback::new(move |choices: Option<Choices>| {
        let closed = choices.is_none();
        latest.set_value(choices);
        if closed { write(false) } else { write_later() }
    });
    let open = Callback::new(move |(entry, row): (Entry, Option<Owner>)| {
        let choices = Choices::opened(entry, row);
        latest.set_value(Some(choices.clone()));
        opened.set(Some(choices));
        write(true);
    });
    DialogState { opened, on_change, open }
}
