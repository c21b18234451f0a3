//! The column of lists: tabs, search, order, and the rows, of which only those in sight are drawn.

use handoff_core::inbox::owner::{TabCounts, Whose};
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::status::Standing;
use handoff_server::model::messenger::{Found, Messenger};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::desk::Desk;
use super::due::Due;
use super::escalated::EscalatedList;
use super::own_requests::OwnRequests;
use super::people::people;
use super::place::{sort_from, sort_word};
use super::rows::drawn;
use super::send_all::SendAll;
use super::talk::full_name;
use crate::state::later::later;
use crate::ui::{Button, Kind, SearchBox, Time, counted, next_id, number};

/// The height of a row, in root ems. The style sheet says the same.
const ROW: f64 = 4.75;

/// The height of a row, in pixels.
fn row_height() -> f64 {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    let size = size.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok());
    ROW * size.unwrap_or(16.0)
}

/// How many are in silence, in words. Nothing where nobody is.
fn silence(silent: u32) -> Option<String> {
    (silent > 0).then(|| {
        let wait = if silent == 1 { "waits" } else { "wait" };
        format!("{} {wait} in silence: nothing to do there.", counted(silent, "conversation", "conversations"))
    })
}

/// The tabs that are shown: Initial messages only where there are any, or where it is open.
fn tabs(counts: &TabCounts, open: Tab) -> Vec<Tab> {
    Tab::ALL.into_iter().filter(|tab| *tab != Tab::Initial || counts.initial > 0 || open == Tab::Initial).collect()
}

/// What a list says when nothing is in it.
const fn nothing(tab: Tab) -> (&'static str, &'static str) {
    match tab {
        Tab::Initial => ("No initial messages to send.", "Whoever answers appears under Responses."),
        Tab::Responses => ("No responses yet.", "They appear here as soon as a contact writes."),
        Tab::FollowUps => ("No follow-ups to send.", "They appear here when an admin writes one."),
        Tab::OptOuts => ("Nobody has opted out.", "Whoever does is kept here, and gets nothing any more."),
    }
}

/// Where a conversation stands, in the words of its row.
fn standing(entry: &Entry) -> &'static str {
    match entry.state.standing() {
        _ if entry.state.escalated => "Escalated",
        Standing::NeedsReply => "Needs reply",
        Standing::NotStarted => "Not started",
        Standing::Replied => "Replied",
        Standing::Waiting => "Waiting",
        Standing::Resolved => "Resolved",
        Standing::OptedOut => "Opted out",
    }
}

/// The column of lists.
#[component]
pub fn Lists(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let place = desk.place;
    let counts = Memo::new(move |_| messenger.with(|messenger| messenger.tabs));
    let tab = Memo::new(move |_| desk.tab());
    let shown = Memo::new(move |_| tabs(&counts.get(), tab.get()));
    let link = move |one: Tab| {
        view! {
            <button
                type="button"
                class="inbox-tab"
                aria-current=move || (tab.get() == one && !place.escalated.get()).then_some("true")
                on:click=move |_| place.open_tab(one)
            >
                <span class="inbox-tab-words">{one.label()}</span>
                <span class="inbox-tab-count">{move || number(counts.get().of(one))}</span>
                <Show when=move || one == Tab::Responses && { counts.get().needs_reply > 0 }>
                    <span class="inbox-tab-waits">
                        <span class="reply-dot" aria-hidden="true"></span>
                        {move || { let waits = counts.get().needs_reply; format!("{} {} reply", number(waits), if waits == 1 { "needs" } else { "need" }) }}
                    </span>
                </Show>
            </button>
        }
        .into_any()
    };
    view! {
        <section class="inbox" aria-label="Conversations">
            <nav class="inbox-tabs" aria-label="Lists">
                {desk.escalations.map(|_| view! { <EscalatedTab desk /> })}
                <For each=move || shown.get() key=|tab| *tab children=link />
            </nav>
            <Show
                when=move || !place.escalated.get()
                fallback=move || desk.escalations.map(|escalations| view! { <EscalatedList desk escalations /> })
            >
                <OneList desk messenger tab counts />
            </Show>
            <OwnRequests desk messenger />
        </section>
    }
    .into_any()
}

/// One list of an owner: search, order, what is due, the rows, and what is in no list.
#[component]
fn OneList(desk: Desk, messenger: Signal<Messenger>, tab: Memo<Tab>, counts: Memo<TabCounts>) -> impl IntoView {
    let place = desk.place;
    let search = RwSignal::new(place.search.get_untracked());
    // Another tab begins without a search.
    Effect::new(move |_| {
        if place.search.with(String::is_empty) {
            search.set(String::new());
        }
    });
    let remember = later(200, move || place.search_for(search.get_untracked().trim()));
    let on_search = Callback::new(move |typed: String| {
        search.set(typed);
        remember();
    });
    let sort = Memo::new(move |_| place.sort.with(|sort| sort_from(sort, tab.get())));
    let choice = move |one: Sort| {
        view! {
            <button
                type="button"
                class="inbox-sort"
                aria-pressed=move || (sort.get() == one).to_string()
                data-sort=sort_word(one)
                on:click=move |_| place.order(one)
            >
                {one.label()}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="inbox-tools">
            <SearchBox
                label=Signal::derive(move || format!("Search {}", tab.get().label().to_lowercase()))
                value=search
                on_search
            />
            <Show when=move || { tab.get().sorts().len() > 1 }>
                <div class="inbox-sorts" role="group" aria-label="Sort">
                    {move || tab.get().sorts().iter().copied().map(choice).collect_view()}
                </div>
            </Show>
        </div>
        <Show when=move || tab.get() == Tab::FollowUps>
            <Due desk />
        </Show>
        <SendAll desk messenger />
        <ListRows desk tab />
        <p class="inbox-silent">{move || silence(counts.get().silent)}</p>
    }
    .into_any()
}

/// The way to what is escalated, beside the lists of what nobody holds: for there it goes.
#[component]
fn EscalatedTab(desk: Desk) -> impl IntoView {
    let (place, count) = (desk.place, people().escalated);
    let shown = move || place.escalated.get() || place.whose.get() == Whose::Unassigned;
    view! {
        <Show when=shown>
            <button
                type="button"
                class="inbox-tab"
                aria-current=move || place.escalated.get().then_some("true")
                on:click=move |_| place.open_escalated()
            >
                <span class="inbox-tab-words">"Escalated"</span>
                <span class="inbox-tab-count">{move || number(count.get())}</span>
            </button>
        </Show>
    }
    .into_any()
}

#[component]
fn ListRows(desk: Desk, tab: Memo<Tab>) -> impl IntoView {
    let Desk { place, list, .. } = desk;
    let row = row_height();
    let frame = NodeRef::<html::Div>::new();
    let (scrolled, height) = (RwSignal::new(0.0), RwSignal::new(1_200.0));
    let count = Memo::new(move |_| list.rows.with(|rows| rows.entries.len()));
    let shown = Memo::new(move |_| drawn(scrolled.get(), height.get(), row, count.get()));
    let look = move || {
        if let Some(Some(frame)) = frame.try_get_untracked() {
            scrolled.set(f64::from(frame.scroll_top()));
            height.set(f64::from(frame.client_height()));
        }
    };
    frame.on_load(move |_| request_animation_frame(look));
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        let (range, here) = (shown.get(), list.rows.with(|rows| rows.here));
        if here {
            list.saw(range);
        }
    });
    // What stood at the top of the sight stays there when rows come and go above it.
    Effect::new(move |before: Option<Option<(handoff_core::ConversationId, usize)>>| {
        let at = shown.get_untracked().start.saturating_add(14).min(count.get_untracked());
        let anchor = before.flatten().and_then(|(id, was)| {
            let now = list.rows.with(|rows| rows.position(id))?;
            (now != was && scrolled.get_untracked() > row).then_some((now, was))
        });
        list.rows.track();
        if let (Some((now, was)), Some(frame)) = (anchor, frame.get_untracked()) {
            #[expect(clippy::cast_precision_loss, reason = "row numbers are small")]
            let shift = (now as f64 - was as f64) * row;
            #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
            frame.set_scroll_top((scrolled.get_untracked() + shift) as i32);
            look();
        }
        shown.track();
        list.rows.with_untracked(|rows| rows.entries.get(at).map(|entry| (entry.id, at)))
    });
    // Another list begins at its top.
    Effect::new(move |_| {
        place.tab.track();
        place.sort.track();
        place.search.track();
        place.whose.track();
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(0);
            look();
        }
    });
    let list_id = StoredValue::new(next_id("list"));
    let option_id = move |id: handoff_core::ConversationId| list_id.with_value(|list| format!("{list}-{id}"));
    // The row on which the keyboard is: the open one, until an arrow is pressed.
    let active = RwSignal::new(None);
    Effect::new(move |_| active.set(place.conversation.get()));
    let step = move |to: usize| {
        let Some(id) = list.rows.with_untracked(|rows| rows.entries.get(to).map(|entry| entry.id)) else { return };
        active.set(Some(id));
        if let Some(frame) = frame.get_untracked() {
            #[expect(clippy::cast_precision_loss, reason = "row numbers are small")]
            let top = to as f64 * row;
            let (from, sight) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()));
            let wanted = if top < from { Some(top) } else { (top + row > from + sight).then_some(top + row - sight) };
            if let Some(wanted) = wanted {
                #[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
                frame.set_scroll_top(wanted.ceil() as i32);
            }
            look();
        }
    };
    let key = move |event: KeyboardEvent| {
        let at = active.get_untracked().and_then(|id| list.rows.with_untracked(|rows| rows.position(id)));
        let last = count.get_untracked().saturating_sub(1);
        let to = match event.key().as_str() {
            "ArrowDown" => Some(at.map_or(0, |at| (at + 1).min(last))),
            "ArrowUp" => Some(at.map_or(0, |at| at.saturating_sub(1))),
            "PageDown" => Some(at.map_or(0, |at| (at + 10).min(last))),
            "PageUp" => Some(at.map_or(0, |at| at.saturating_sub(10))),
            "Home" => Some(0),
            "End" => Some(last),
            "Enter" | " " => {
                event.prevent_default();
                if let Some(id) = active.get_untracked() {
                    desk.choose(id);
                }
                None
            }
            _ => None,
        };
        if let Some(to) = to {
            event.prevent_default();
            step(to);
        }
    };
    let option = move |(at, entry): (usize, Entry)| {
        let id = entry.id;
        let waits = entry.state.standing() == Standing::NeedsReply;
        let name = full_name(&entry.first_name, &entry.last_name);
        let at_last = entry.state.last_wrote_at();
        let size =
            move || list.rows.with(|rows| if rows.more { "-1".to_owned() } else { rows.entries.len().to_string() });
        view! {
            <div
                class="inbox-row"
                class:waits=waits
                class:escalated=entry.state.escalated
                class:active=move || active.get() == Some(id)
                id=option_id(id)
                role="option"
                aria-selected=move || (place.conversation.get() == Some(id)).to_string()
                aria-setsize=size
                aria-posinset=(at + 1).to_string()
                on:click=move |_| desk.choose(id)
            >
                <span class="inbox-name"><bdi>{name}</bdi></span>
                <span class="inbox-time">{at_last.map(|at| view! { <Time at=Signal::stored(at) /> })}</span>
                <span class="inbox-standing">
                    {waits.then(|| view! { <span class="reply-dot" aria-hidden="true"></span> })}
                    {standing(&entry)}
                </span>
                <span class="inbox-words" dir="auto">{entry.last_words}</span>
            </div>
        }
        .into_any()
    };
    let visible = move || {
        let range = shown.get();
        list.rows.with(|rows| {
            let range = range.start..range.end.min(rows.entries.len());
            range.clone().zip(rows.entries.get(range).unwrap_or_default().iter().cloned()).collect::<Vec<_>>()
        })
    };
    #[expect(clippy::cast_precision_loss, reason = "row numbers are small")]
    let pixels = move |rows: usize| format!("{}px", rows as f64 * row);
    let whole = move || pixels(list.rows.with(|rows| rows.entries.len() + if rows.more { 3 } else { 0 }));
    let offset = move || format!("translateY({})", pixels(shown.get().start));
    let here = Memo::new(move |_| list.rows.with(|rows| rows.here));
    let empty = Memo::new(move |_| here.get() && count.get() == 0);
    let fault = move || list.error.get();
    let found = move || {
        let found = list.rows.with(|rows| rows.found)?;
        (!place.search.with(String::is_empty)).then(|| match found {
            Found::All(found) => format!("{} found", number(found)),
            Found::Many => "Many found. A longer search finds fewer.".to_owned(),
        })
    };
    view! {
        <p class="visually-hidden" role="status">{found}</p>
        <Show when=move || fault().is_some()>
            <div class="notice tone-attention inbox-fault" role="alert">
                <span>{move || fault().map(|error| error.to_string())}</span>
                <Button kind=Kind::Quiet on_press=move |()| list.fetch()>"Try again"</Button>
            </div>
        </Show>
        <Show when=move || empty.get()>
            <div class="inbox-empty">
                {move || {
                    if place.search.with(String::is_empty) {
                        let (title, words) = nothing(tab.get());
                        view! { <p class="strong">{title}</p><p class="quiet">{words}</p> }.into_any()
                    } else {
                        let title = format!("Nobody here is called “{}”.", place.search.get());
                        view! { <p class="strong">{title}</p><p class="quiet">"Search another list, or for another name."</p> }.into_any()
                    }
                }}
            </div>
        </Show>
        <div
            node_ref=frame
            class="inbox-rows"
            class:nothing=move || empty.get()
            class:coming=move || !here.get() && list.error.with(Option::is_none)
            role="listbox"
            tabindex="0"
            aria-label=move || tab.get().label()
            aria-busy=move || (!here.get()).then_some("true")
            aria-activedescendant=move || {
                let id = active.get()?;
                visible().iter().any(|(_, entry)| entry.id == id).then(|| option_id(id))
            }
            on:scroll=move |_| look()
            on:keydown=key
        >
            <div class="inbox-whole" role="presentation" style:block-size=whole>
                <div class="inbox-window" role="presentation" style:transform=offset>
                    <For each=visible key=|row| row.clone() children=option />
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_messages_are_hidden_where_there_are_none() {
        let mut counts = TabCounts::default();
        assert_eq!(tabs(&counts, Tab::Responses), [Tab::Responses, Tab::FollowUps, Tab::OptOuts]);
        assert_eq!(tabs(&counts, Tab::Initial), Tab::ALL);
        counts.initial = 1;
        assert_eq!(tabs(&counts, Tab::Responses), Tab::ALL);
    }
}
