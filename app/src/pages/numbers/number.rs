//! All that the organization knows of one phone number.

use handoff_core::contact::Phone;
use handoff_core::status::Standing;
use handoff_server::api::inbound::read_number;
use handoff_server::model::inbound::{NumberConversation, NumberPage as Known, UnknownMessage};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::opt::OptNumber;
use super::words::{NO_NUMBER, conversation_href, from_address, is_unknown, opted_out_by};
use crate::pages::messenger::full_name;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{
    Badge, Dotted, EmptyState, Kind, LinkButton, Load, PageTitle, SkeletonRows, Time, Tone, adopt, number,
};

/// All that the organization knows of one phone number.
#[component]
pub fn NumberPage() -> impl IntoView {
    adopt(STYLE);
    let params = use_params_map();
    let phone = Memo::new(move |_| params.with(|params| params.get("phone")).and_then(|text| from_address(&text)));
    move || match phone.get() {
        Some(phone) => view! { <Number phone /> }.into_any(),
        None => view! { <NoNumber /> }.into_any(),
    }
}

#[component]
fn Crumb() -> impl IntoView {
    view! { <p class="crumb"><a href="/numbers">"Phone numbers"</a></p> }.into_any()
}

#[component]
fn NoNumber() -> impl IntoView {
    view! {
        <Crumb />
        <PageTitle title="No phone number" />
        <EmptyState title=NO_NUMBER.to_owned()>
            <LinkButton kind=Kind::Primary href="/numbers">"Look up a number"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Number(phone: Phone) -> impl IntoView {
    let query = Query::new(move || read_number(phone));
    Live::expect().follow_all(query);
    view! {
        <Crumb />
        // The same as in the data's view below, until there is data: the heading stays where it is.
        <div class="page-head number-head">
            <PageTitle title=phone.readable() />
            <span class="quiet">{phone.to_string()}</span>
            <span class="push"></span>
            {move || query.data.with(Option::is_some).then(|| view! { <Act phone query /> })}
        </div>
        <Load query=query skeleton=|| view! { <SkeletonRows rows=4 /> } let:page>
            <State page />
            <Show when=move || page.with(is_unknown) fallback=move || view! { <Conversations page /> }>
                <EmptyState title="Nothing is known of this number.">
                    <p>"No conversation has it, and it never wrote."</p>
                    <LinkButton href="/numbers">"Look up another number"</LinkButton>
                </EmptyState>
            </Show>
            <Show when=move || page.with(|page| !page.unknown.is_empty())>
                <Messages page />
            </Show>
        </Load>
    }
    .into_any()
}

/// The button beside the heading, once it is known what it has to say.
#[component]
fn Act(phone: Phone, query: Query<Known>) -> impl IntoView {
    let first = query.data.get_untracked();
    first.map(|first| {
        let page: Signal<Known> = Memo::new(move |_| query.data.get().unwrap_or_else(|| first.clone())).into();
        view! { <OptNumber phone query page /> }
    })
}

/// Whether it may be written to.
#[component]
fn State(page: Signal<Known>) -> impl IntoView {
    let out = Memo::new(move |_| page.with(|page| page.opted_out_at));
    let by = move || page.with(opted_out_by);
    move || match out.get() {
        Some(at) => view! {
            <p class="notice tone-idle number-state">
                <strong>"Opted out"</strong>
                " "
                <Time at=Signal::stored(at) />
                {move || format!(", {}. Nothing is sent to this number, in any campaign.", by())}
            </p>
        }
        .into_any(),
        None => view! { <p class="quiet number-state">"Has not opted out."</p> }.into_any(),
    }
}

#[component]
fn Conversations(page: Signal<Known>) -> impl IntoView {
    let all = Memo::new(move |_| page.with(|page| page.conversations.clone()));
    let count = move || all.with(|all| number(u32::try_from(all.len()).unwrap_or(u32::MAX)));
    view! {
        <section class="numbers-section" aria-labelledby="conversations-title">
            <h2 id="conversations-title">"Conversations " <span class="quiet">{count}</span></h2>
            <Show
                when=move || all.with(|all| !all.is_empty())
                fallback=|| {
                    view! {
                        <EmptyState title="No conversation has this number.">
                            <p>"It gets one in each campaign whose contacts it is imported with."</p>
                        </EmptyState>
                    }
                }
            >
                <div class="table-frame">
                    <table class="table number-conversations" aria-labelledby="conversations-title">
                        <thead>
                            <tr>
                                <th scope="col">"Campaign"</th>
                                <th scope="col">"Contact"</th>
                                <th scope="col">"Status"</th>
                                <th scope="col">"Texter"</th>
                                <th scope="col">"Last written"</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || all.get() key=|one| one.id let:one>
                                <Row all one />
                            </For>
                        </tbody>
                    </table>
                </div>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Row(all: Memo<Vec<NumberConversation>>, one: NumberConversation) -> impl IntoView {
    let id = one.id;
    let one = Memo::new(move |_| {
        all.with(|all| all.iter().find(|other| other.id == id).cloned()).unwrap_or_else(|| one.clone())
    });
    let read = move |part: fn(&NumberConversation) -> String| move || one.with(part);
    let standing = Memo::new(move |_| one.with(|one| one.state.standing()));
    let tone = move || if standing.get() == Standing::NeedsReply { Tone::Attention } else { Tone::Neutral };
    let escalated = move || one.with(|one| one.state.escalated);
    let at = Memo::new(move |_| one.with(|one| one.state.last_wrote_at()));
    view! {
        <tr>
            <th scope="row" class="campaign"><a href=read(conversation_href)><bdi>{read(|one| one.campaign_name.clone())}</bdi></a></th>
            <td class="contact"><bdi>{read(|one| full_name(&one.first_name, &one.last_name))}</bdi></td>
            <td class="standing">
                <Dotted tone=Signal::derive(tone)>{move || standing.get().label()}</Dotted>
                {move || escalated().then(|| view! { " " <Badge tone=Tone::Attention>"Escalated"</Badge> })}
            </td>
            <td class="owner" data-label="Texter"><bdi>{read(|one| one.owner_name.clone())}</bdi></td>
            <td class="written" data-label="Last written">
                {move || match at.get() {
                    Some(at) => view! { <Time at=Signal::stored(at) /> }.into_any(),
                    None => view! { <span class="quiet">"Never"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
    .into_any()
}

/// What it wrote while no conversation had it.
#[component]
fn Messages(page: Signal<Known>) -> impl IntoView {
    view! {
        <section class="numbers-section" aria-labelledby="messages-title">
            <h2 id="messages-title">"In no conversation"</h2>
            <p class="quiet">"What it wrote while no conversation had this number. The newest first, at most 100."</p>
            <ol class="unknown-list">
                <For each=move || page.with(|page| page.unknown.clone()) key=|message| message.id let:message>
                    <li><Message message /></li>
                </For>
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn Message(message: UnknownMessage) -> impl IntoView {
    view! {
        <p class="unknown-text" dir="auto">{message.body}</p>
        <span class="unknown-time"><Time at=Signal::stored(message.at) /></span>
    }
    .into_any()
}

/// The style of the pages of numbers.
pub const STYLE: &str = include_str!("../../../../style/numbers.css");
