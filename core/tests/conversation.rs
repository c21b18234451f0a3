//! What becomes of a conversation, equal to a naive model that reads the whole story from its beginning.

use handoff_core::conversation::{ConversationState, Event, apply};
use handoff_core::message::Kind;
use handoff_core::opt_out::Asks;
use handoff_core::status::{Standing, Status};
use handoff_core::{Instant, MemberId};
use proptest::prelude::*;

type Story = Vec<(Event, Instant, Option<MemberId>)>;

fn any_member() -> impl Strategy<Value = Option<MemberId>> {
    prop::option::of((1_i64..3).prop_map(MemberId))
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => prop::sample::select(Kind::ALL.to_vec()).prop_map(Event::Sent),
        3 => prop::sample::select(Asks::ALL.to_vec()).prop_map(Event::Received),
        2 => prop::sample::select(vec![Event::OptOut, Event::OptIn, Event::Escalate, Event::EndEscalation]),
        2 => prop::sample::select(vec![Event::Resolve, Event::Reopen]),
        1 => any_member().prop_map(Event::Assign),
    ]
}

/// Events one microsecond after the other, most stories beginning with the initial message.
fn any_story() -> impl Strategy<Value = Story> {
    let first = prop::option::weighted(0.8, Just((Event::Sent(Kind::Initial), Some(MemberId(1)))));
    (first, prop::collection::vec((any_event(), any_member()), 0..25)).prop_map(|(first, rest)| {
        let events = first.into_iter().chain(rest);
        (1..).zip(events).map(|(at, (event, by))| (event, Instant(at), by)).collect()
    })
}

/// What a person would say who reads the story of what happened, last to first.
fn naive(story: &Story) -> ConversationState {
    let last = |pick: &dyn Fn(&Event) -> bool| story.iter().rposition(|(event, ..)| pick(event));
    let ours = |event: &Event| matches!(event, Event::Sent(Kind::Initial | Kind::Reply | Kind::FollowUp));
    let theirs = |event: &Event| matches!(event, Event::Received(_));
    let (we, contact) = (last(&ours), last(&theirs));
    let closing = last(&|event| matches!(event, Event::Resolve));
    let opening = last(&|event| matches!(event, Event::Reopen | Event::Received(_)));
    let status = match (we, contact) {
        _ if closing.is_some() && closing > opening => Status::Resolved,
        (None, None) => Status::NotStarted,
        (_, None) => Status::Waiting,
        (we, contact) if we > contact => Status::Replied,
        _ => Status::NeedsReply,
    };
    // It waits since our last message, or since their first after it and after anybody closed it.
    let mut waiting_since = Instant(0);
    let mut answered = true;
    for (event, at, _) in story {
        if ours(event) {
            (waiting_since, answered) = (*at, true);
        } else if theirs(event) && answered {
            (waiting_since, answered) = (*at, false);
        } else if matches!(event, Event::Resolve) {
            answered = true;
        } else if matches!(event, Event::Reopen) {
            let reopened = story.iter().position(|(_, time, _)| time == at).expect("in the story");
            let before = &story[..reopened];
            let who = before.iter().rev().find(|(event, ..)| ours(event) || theirs(event));
            answered = !who.is_some_and(|(event, ..)| theirs(event));
        }
    }
    let flag = |on: &dyn Fn(&Event) -> bool, off: &dyn Fn(&Event) -> bool| last(on).is_some() && last(on) > last(off);
    let mut assignee = None;
    let mut assignee_wrote_at = None;
    for (event, at, by) in story {
        match event {
            Event::Assign(to) => assignee = *to,
            Event::Escalate => assignee = None,
            event if ours(event) && by.is_some() && *by == assignee => assignee_wrote_at = Some(*at),
            _ => {}
        }
    }
    let instant = |at: Option<usize>| at.map(|at| story[at].1);
    ConversationState {
        status,
        opted_out: flag(&|event| matches!(event, Event::OptOut | Event::Received(Asks::OptOut)), &|event| {
            matches!(event, Event::OptIn | Event::Received(Asks::OptIn))
        }),
        escalated: flag(&|event| matches!(event, Event::Escalate), &|event| {
            matches!(event, Event::EndEscalation | Event::Resolve)
        }),
        assignee,
        waiting_since,
        contact_wrote_at: instant(contact),
        we_wrote_at: instant(we),
        assignee_wrote_at,
    }
}

/// The state at the end of a story, and what of it really happened.
fn told(story: &Story) -> (ConversationState, Story) {
    let mut state = ConversationState::NEW;
    let mut happened = Vec::new();
    for (event, at, by) in story {
        if let Some(next) = apply(state, *event, *at, *by) {
            state = next;
            happened.push((*event, *at, *by));
        }
    }
    (state, happened)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3_000) })]

    #[test]
    fn the_end_of_a_story_is_what_a_reader_would_say(story in any_story()) {
        let (state, happened) = told(&story);
        prop_assert_eq!(state, naive(&happened));
    }

    /// What a later event may leave alone it leaves alone.
    #[test]
    fn each_event_touches_its_own(story in any_story(), event in any_event(), by in any_member()) {
        let (before, _) = told(&story);
        let Some(after) = apply(before, event, Instant(99), by) else { return Ok(()) };
        let writes = matches!(event, Event::Sent(kind) if !kind.confirms());
        let written = matches!(event, Event::Received(_));
        if !writes {
            prop_assert_eq!(after.we_wrote_at, before.we_wrote_at);
            prop_assert_eq!(after.assignee_wrote_at, before.assignee_wrote_at);
        }
        if !written {
            prop_assert_eq!(after.contact_wrote_at, before.contact_wrote_at);
        }
        if !writes && !written {
            prop_assert_eq!(after.waiting_since, before.waiting_since);
        }
        if !matches!(event, Event::Assign(_) | Event::Escalate) {
            prop_assert_eq!(after.assignee, before.assignee);
        }
        // Only the initial message starts a conversation, unless the contact does.
        prop_assert_eq!(after.status == Status::NotStarted, after.we_wrote_at.or(after.contact_wrote_at).is_none());
        prop_assert_eq!(after.waiting_since == Instant(0), after.status == Status::NotStarted);
        prop_assert_eq!(after.standing() == Standing::OptedOut, after.opted_out);
    }

    /// The same opt-out, opt-in or move twice is the same as once: they come from other campaigns and in retries.
    #[test]
    fn flags_and_moves_can_come_twice(story in any_story(), to in any_member()) {
        let (state, _) = told(&story);
        for event in [Event::OptOut, Event::OptIn, Event::Assign(to)] {
            let once = apply(state, event, Instant(98), None).expect("always possible");
            prop_assert_eq!(apply(once, event, Instant(99), None), Some(once));
        }
    }
}

#[test]
fn a_conversation_waits_since_the_first_message_that_nobody_answered() {
    let abby = Some(MemberId(1));
    let story = vec![
        (Event::Assign(abby), Instant(1), None),
        (Event::Sent(Kind::Initial), Instant(2), abby),
        (Event::Received(Asks::Nothing), Instant(3), None),
        (Event::Received(Asks::Stop), Instant(4), None),
    ];
    let (state, _) = told(&story);
    assert_eq!((state.status, state.waiting_since), (Status::NeedsReply, Instant(3)));
    assert!(!state.opted_out, "a sentence is only marked");
    assert_eq!(state.assignee_wrote_at, Some(Instant(2)));
    let answered = apply(state, Event::Sent(Kind::Reply), Instant(5), Some(MemberId(2))).expect("sent");
    assert_eq!((answered.status, answered.waiting_since), (Status::Replied, Instant(5)));
    assert_eq!(answered.assignee_wrote_at, Some(Instant(2)), "an admin wrote, not the assignee");
    let out = apply(answered, Event::Received(Asks::OptOut), Instant(6), None).expect("received");
    assert_eq!(out.standing(), Standing::OptedOut);
    let confirmed = apply(out, Event::Sent(Kind::OptOutConfirmation), Instant(7), None);
    assert_eq!(confirmed, Some(out), "a confirmation is no answer");
    let escalated = apply(answered, Event::Escalate, Instant(6), abby).expect("escalated");
    assert_eq!((escalated.assignee, escalated.escalated, escalated.status), (None, true, Status::Replied));
    assert_eq!(apply(escalated, Event::Escalate, Instant(7), abby), None);
}
