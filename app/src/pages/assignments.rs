//! A texter's campaigns, with what waits in each.

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::Tab;
use handoff_core::naming::isolated;
use handoff_core::self_assignment::RequestRefusal;
use handoff_core::tally::Counts;
use handoff_server::api::messenger::read_assignments;
use handoff_server::model::messenger::Assignment;
use leptos::prelude::*;

use super::messenger::tab_word;
use super::requesting::Requests;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{EmptyState, Kind, LinkButton, Load, PageTitle, ProgressBar, StatusWords, adopt, counted, number};

/// A texter's campaigns.
#[component]
pub fn AssignmentsPage() -> impl IntoView {
    adopt(include_str!("../../../style/assignments.css"));
    let assignments = Query::new(read_assignments);
    Live::expect().follow_all(assignments);
    view! {
        <PageTitle title="Your assignments" />
        <Load query=assignments let:all>
            <Show
                when=move || all.with(|all| !all.is_empty())
                fallback=|| view! {
                    <EmptyState title="Nothing is assigned to you yet.">
                        <p>"Campaigns appear here as soon as an admin adds you to one. You need not reload this page."</p>
                    </EmptyState>
                }
            >
                <ul class="assignments">
                    <For each=move || all.with(|all| all.iter().map(|one| one.campaign).collect::<Vec<_>>()) key=|id| *id let:campaign>
                        <Card campaign all on_answer=move |()| assignments.refetch() />
                    </For>
                </ul>
            </Show>
        </Load>
    }
    .into_any()
}

/// Why nothing can be sent now, if so.
fn closed(one: &Assignment) -> Option<String> {
    match (one.status, one.closed) {
        (CampaignStatus::Active, None) => None,
        (CampaignStatus::Active, Some(opens)) => Some(format!("Closed now. Opens {opens}, the campaign’s time.")),
        (CampaignStatus::Draft, _) => Some("Not started yet: nothing can be sent.".to_owned()),
        (CampaignStatus::Paused | CampaignStatus::Archived, _) => {
            Some("Paused: nothing can be sent until an admin resumes it.".to_owned())
        }
    }
}

/// What waits in a campaign: how many, in which words, and where.
fn waits(one: &Assignment) -> Vec<(u32, &'static str, Tab)> {
    let tabs = &one.tabs;
    let reply = if tabs.needs_reply == 1 { "needs a reply" } else { "need a reply" };
    let initial = if tabs.initial == 1 { "initial message to send" } else { "initial messages to send" };
    let follow_ups = if tabs.follow_ups == 1 { "follow-up to send" } else { "follow-ups to send" };
    vec![
        (tabs.needs_reply, reply, Tab::Responses),
        (tabs.initial, initial, Tab::Initial),
        (tabs.follow_ups, follow_ups, Tab::FollowUps),
    ]
}

fn link(campaign: CampaignId, tab: Tab) -> String {
    format!("/campaigns/{campaign}/messenger?tab={}", tab_word(tab))
}

#[component]
fn Card(campaign: CampaignId, all: Signal<Vec<Assignment>>, #[prop(into)] on_answer: Callback<()>) -> impl IntoView {
    let one = Memo::new(move |_| all.with(|all| all.iter().find(|one| one.campaign == campaign).cloned()));
    let lines = Memo::new(move |_| one.with(|one| one.as_ref().map(waits).unwrap_or_default()));
    let name = Memo::new(move |_| one.with(|one| one.as_ref().map(|one| one.name.clone()).unwrap_or_default()));
    let status = Memo::new(move |_| one.with(|one| one.as_ref().map_or(CampaignStatus::Active, |one| one.status)));
    let reason = Memo::new(move |_| one.with(|one| one.as_ref().and_then(closed)));
    let may =
        Memo::new(move |_| one.with(|one| one.as_ref().map_or(Err(RequestRefusal::NoTexter), |one| one.may_request)));
    let counts = Memo::new(move |_| one.with(|one| one.as_ref().map(|one| one.counts).unwrap_or_default()));
    let sent = Memo::new(move |_| counts.with(Counts::sent));
    let total = Memo::new(move |_| counts.with(Counts::total));
    let idle = Memo::new(move |_| lines.with(|lines| lines.iter().all(|(count, ..)| *count == 0)));
    let first = Memo::new(move |_| {
        let first = lines.with(|lines| lines.iter().find(|(count, ..)| *count > 0).map(|(.., tab)| *tab));
        link(campaign, first.unwrap_or(Tab::Responses))
    });
    let line = move |tab: Tab| {
        let now = Memo::new(move |_| {
            lines.with(|lines| lines.iter().find(|line| line.2 == tab).map_or((0, ""), |line| (line.0, line.1)))
        });
        view! {
            <Show when=move || { now.get().0 > 0 }>
                <li class:asks=tab == Tab::Responses>
                    <a href=link(campaign, tab)>
                        {(tab == Tab::Responses).then(|| view! { <span class="reply-dot" aria-hidden="true"></span> })}
                        <span class="assignment-count">{move || number(now.get().0)}</span>
                        <span>{move || now.get().1}</span>
                    </a>
                </li>
            </Show>
        }
    };
    view! {
        <li class="assignment">
            <div class="assignment-head">
                <h2><a href=move || first.get()>{move || name.get()}</a></h2>
                <Show when=move || status.get() != CampaignStatus::Active>
                    <StatusWords status />
                </Show>
            </div>
            <p class="assignment-closed">{move || reason.get()}</p>
            <ul class="assignment-waits">{[Tab::Responses, Tab::Initial, Tab::FollowUps].map(line).collect_view()}</ul>
            <Show when=move || idle.get()>
                <p class="quiet">{move || if total.get() == 0 { "No conversations yet." } else { "Nothing waits for you." }}</p>
            </Show>
            <Requests campaign may counts name on_answer />
            <div class="assignment-foot">
                <ProgressBar value=sent max=total label=Signal::derive(move || format!("Sent of assigned, {}", isolated(&name.get()))) />
                <span class="quiet small">
                    {move || format!("{} of {} sent", number(sent.get()), counted(total.get(), "conversation", "conversations"))}
                </span>
                <LinkButton kind=Kind::Plain href=first>
                    "Open"
                    <span class="visually-hidden">{move || format!(" {}", isolated(&name.get()))}</span>
                </LinkButton>
            </div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::campaign::hours::{Minute, Opens};
    use handoff_core::inbox::owner::TabCounts;

    fn assignment(status: CampaignStatus) -> Assignment {
        Assignment {
            campaign: CampaignId(7),
            name: "Weekend".to_owned(),
            status,
            counts: Counts::default(),
            tabs: TabCounts { initial: 120, needs_reply: 1, responses: 9, ..TabCounts::default() },
            closed: None,
            may_request: Err(RequestRefusal::Off),
        }
    }

    #[test]
    fn who_waits_for_an_answer_stands_first_and_leads_there() {
        let waits = waits(&assignment(CampaignStatus::Active));
        assert_eq!(waits[0], (1, "needs a reply", Tab::Responses));
        assert_eq!(waits[1], (120, "initial messages to send", Tab::Initial));
        assert_eq!(link(CampaignId(7), Tab::Initial), "/campaigns/7/messenger?tab=initial");
    }

    #[test]
    fn a_card_says_why_nothing_can_be_sent() {
        assert_eq!(closed(&assignment(CampaignStatus::Active)), None);
        assert!(closed(&assignment(CampaignStatus::Paused)).is_some_and(|words| words.starts_with("Paused")));
        let opens = Opens::Tomorrow(Minute::new(540).expect("a minute"));
        let shut = Assignment { closed: Some(opens), ..assignment(CampaignStatus::Active) };
        assert!(closed(&shut).is_some_and(|words| words.contains("tomorrow at 09:00")));
    }
}
