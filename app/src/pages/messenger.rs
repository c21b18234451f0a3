//! The messenger: lists at the left, a conversation in the middle, what helps with it at the right.
//!
//! Texters see their own; admins see anybody's, under a yellow bar that says whose.

#![expect(clippy::large_types_passed_by_value, reason = "handles of signals, which every part moves into its closures")]

mod acts;
mod bar;
mod composer;
mod correcting;
mod departures;
mod desk;
mod due;
mod escalated;
mod escalations;
mod info;
mod list;
mod list_view;
mod messages;
pub(super) mod opting;
mod own_requests;
mod people;
mod picker;
mod place;
mod reassign;
mod replies;
mod rows;
mod send_all;
mod sending;
mod side;
mod survey;
mod talk;
mod thread_view;
pub(super) mod times;
mod welcome;

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::Tab;
use handoff_core::naming::isolated;
use handoff_core::permission::Act;
use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::bar::ViewingAs;
use self::composer::Draft;
use self::desk::Desk;
use self::list_view::Lists;
use self::people::people;
pub use self::place::{tab_word, whose_word};
use self::side::SideView;
pub use self::talk::full_name;
use self::thread_view::ThreadView;
use self::welcome::Welcome;
use super::not_found::NotFoundPage;
use crate::moving::undo_dialog::UndoFromAddress;
use crate::state::session::session;
use crate::ui::{Button, Kind, Load, PageTitle, SkeletonRows, StatusWords, adopt, number};

/// The styles of the messenger. What holds for narrow windows stands last, so that it wins.
const STYLES: [&str; 8] = [
    include_str!("../../../style/messenger/frame.css"),
    include_str!("../../../style/messenger/bar.css"),
    include_str!("../../../style/messenger/lists.css"),
    include_str!("../../../style/messenger/escalated.css"),
    include_str!("../../../style/messenger/thread.css"),
    include_str!("../../../style/messenger/box.css"),
    include_str!("../../../style/messenger/side.css"),
    include_str!("../../../style/messenger/narrow.css"),
];

/// The messenger of a campaign.
#[component]
pub fn MessengerPage() -> impl IntoView {
    STYLES.into_iter().for_each(adopt);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<CampaignId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Opened id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Opened(id: CampaignId) -> impl IntoView {
    let admin = session().may(Act::ViewAs);
    let desk = Desk::new(id, admin);
    if admin {
        people::provide(id);
    }
    // Without a campaign there is no name for the heading.
    let failed = move || desk.query.data.with(Option::is_none) && desk.query.error.with(Option::is_some);
    view! {
        <Show when=failed>
            <PageTitle title="Messenger" />
        </Show>
        <Load query=desk.query skeleton=|| view! { <div class="messenger-coming"><SkeletonRows rows=9 /></div> } let:messenger>
            <Columns desk messenger />
        </Load>
    }
    .into_any()
}

#[component]
fn Columns(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let (id, place) = (desk.campaign, desk.place);
    let admin = session().may(Act::ViewAs);
    let name = Memo::new(move |_| messenger.with(|messenger| messenger.name.clone()));
    let status = Memo::new(move |_| messenger.with(|messenger| messenger.status));
    let back =
        if admin { (format!("/campaigns/{id}"), "Conversations") } else { ("/assignments".to_owned(), "Assignments") };
    let back_href = move || {
        // The table of the overview is sorted as the texters are here.
        let sort = place
            .get("texters")
            .filter(|_| admin)
            .map(|sort| format!("?sort={sort}&order={}", place.get("order").unwrap_or_default()));
        format!("{}{}", back.0, sort.unwrap_or_default())
    };
    let document = Signal::derive(move || {
        let whose = messenger.with(|messenger| isolated(&messenger.owner_name).into_owned());
        let whose = if admin { whose } else { "Messenger".to_owned() };
        Some(format!("{whose} · {}", isolated(&name.get())))
    });
    let prepared = Memo::new(move |_| {
        desk.talk.thread.with(|thread| thread.as_ref().map(|thread| thread.next.text.clone()).unwrap_or_default())
    });
    let draft = Draft::new(desk.talk.id, prepared);
    let shown = move || match (desk.talk.id.get(), place.side.get()) {
        (None, _) => "list",
        (Some(_), None) => "thread",
        (Some(_), Some(_)) => "side",
    };
    let open = Memo::new(move |_| desk.talk.id.get().is_some());
    let whose = Memo::new(move |_| messenger.with(|messenger| whose_word(messenger.owner)));
    view! {
        <div class="messenger" data-shown=shown data-whose=whose>
            <header class="messenger-head">
                <a class="messenger-back" href=back_href>
                    <span aria-hidden="true">"‹"</span>
                    {format!(" {}", back.1)}
                </a>
                <PageTitle title=name document />
                <Show when=move || status.get() != CampaignStatus::Active>
                    <StatusWords status />
                </Show>
                {desk.escalations.map(|_| view! { <ToEscalated desk /> })}
            </header>
            {admin.then(|| view! { <ViewingAs desk messenger /> })}
            <Welcome desk />
            <div class="messenger-columns">
                <Lists desk messenger />
                {move || {
                    if open.get() {
                        view! { <ThreadView desk draft /> }.into_any()
                    } else {
                        view! { <NothingOpen desk messenger /> }.into_any()
                    }
                }}
                <SideView desk draft messenger />
            </div>
            // A bulk move from the yellow bar is undone here, too.
            {admin.then(|| {
                let status = Signal::derive(move || Some(status.get()));
                view! { <UndoFromAddress campaign=id status /> }
            })}
        </div>
    }
    .into_any()
}

/// The way to the escalated conversations, where there are any.
#[component]
fn ToEscalated(desk: Desk) -> impl IntoView {
    let (place, count) = (desk.place, people().escalated);
    view! {
        <Show when=move || { count.get() > 0 } && !place.escalated.get()>
            <Button kind=Kind::Quiet on_press=move |()| place.open_escalated()>
                {move || format!("{} escalated", number(count.get()))}
            </Button>
        </Show>
    }
    .into_any()
}

/// What stands in the middle while no conversation is open: what to do next.
#[component]
fn NothingOpen(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let tab = Memo::new(move |_| desk.tab());
    let tabs = Memo::new(move |_| messenger.with(|messenger| messenger.tabs));
    let words = move || match (tab.get(), tabs.get().of(tab.get())) {
        _ if desk.place.escalated.get() => "What texters escalate opens here.",
        (Tab::Initial, 0) => "All initial messages are sent.",
        (Tab::FollowUps, 0) => "All follow-ups are sent.",
        (_, 0) => "Nothing is here.",
        _ => "Choose a conversation.",
    };
    let waiting = move || tabs.get().needs_reply > 0 && tab.get() != Tab::Responses && !desk.place.escalated.get();
    view! {
        <section class="thread thread-none" aria-label="Conversation">
            <p class="empty-title">{words}</p>
            <Show when=waiting>
                <Button on_press=move |()| desk.place.open_tab(Tab::Responses)>"Answer who waits"</Button>
            </Show>
        </section>
    }
    .into_any()
}
