//! Random lives of conversations: whatever happens, the database has what the rules say of it, and the lists of the
//! messenger are what the rules make of that.

use std::collections::{BTreeMap, BTreeSet};

use handoff_core::conversation::{ConversationState, Event, apply};
use handoff_core::fold::fold;
use handoff_core::follow_up::{Audience, is_due};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::opt_out::Asks;
use handoff_core::permission::{Act, Held, Role};
use handoff_core::plan::Owner;
use handoff_core::status::Status;
use handoff_core::survey::answer::Answer;
use handoff_core::survey::{Answers, Choice, Draft as QuestionDraft};
use handoff_core::tally::Counts;
use handoff_core::{
    CampaignId, ChoiceId, ConversationId, FollowUpId, Instant, MemberId, MessageId, OperationId, QuestionId,
};
use handoff_server::store::Actor;
use handoff_server::store::follow_up::Draft as FollowUpDraft;
use handoff_server::store::receive::{Inbound, Received};
use handoff_server::store::send::Draft;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::database::{Database, on_both_engines};
use crate::scene::Scene;
use crate::talk::{contact, phone, second_campaign, state, talk};

/// What happens. Conversations, members and follow-ups are indexes.
#[derive(Clone, Debug)]
enum Step {
    Send(usize, usize, Kind),
    FollowUp(usize, usize, usize),
    Receive(i64, Asks),
    OptOut(usize, usize, bool),
    Resolve(usize, usize),
    Reopen(usize, usize),
    Escalate(usize, usize),
    EndEscalation(usize, usize),
    Assign(usize, usize, Owner),
    Answer(usize, usize, Option<i64>),
}

/// The admin and two texters.
const MEMBERS: [MemberId; 3] = [MemberId(1_000), MemberId(1), MemberId(2)];
const QUESTION: QuestionId = QuestionId(700);
const CHOICES: [ChoiceId; 2] = [ChoiceId(701), ChoiceId(702)];

/// Names that sort differently by letter and by byte.
const NAMES: [&str; 5] = ["zoë", "Abby", "bob", "Äbby", "abby"];

struct One {
    id: i64,
    scene: Scene,
    number: i64,
    state: ConversationState,
    answer: Option<ChoiceId>,
    sent: BTreeSet<FollowUpId>,
}

struct Model {
    conversations: Vec<One>,
    follow_ups: Vec<(FollowUpId, CampaignId, Audience)>,
}

fn role(by: MemberId) -> Role {
    if by == MEMBERS[0] { Role::Admin } else { Role::Texter }
}

fn held(state: &ConversationState, by: MemberId) -> Held {
    match state.assignee {
        Some(owner) if owner == by => Held::Own,
        Some(_) => Held::Others,
        None => Held::UnassignedHidden,
    }
}

impl Model {
    fn due(&self, one: &One, now: Instant) -> bool {
        let meant = |(id, campaign, audience): &(FollowUpId, CampaignId, Audience)| {
            let answers: Vec<_> = one.answer.iter().map(|choice| (QUESTION, Answer::Choice(*choice))).collect();
            *campaign == one.scene.campaign
                && is_due(*audience, None, &one.state, &answers, one.sent.contains(id), now).is_ok()
        };
        self.follow_ups.iter().any(meant)
    }

    /// Does it if it may be done. Answers whether it did.
    fn event(&mut self, which: usize, act: impl Fn(Held) -> Act, event: Event, now: Instant, by: MemberId) -> bool {
        let one = &mut self.conversations[which];
        let allowed = role(by).may(act(held(&one.state, by)));
        let after = apply(one.state, event, now, Some(by)).filter(|_| allowed);
        if let Some(after) = after {
            one.state = after;
        }
        after.is_some()
    }

    fn opt_number(&mut self, number: i64, out: bool) {
        for one in self.conversations.iter_mut().filter(|one| one.number == number) {
            let event = if out { Event::OptOut } else { Event::OptIn };
            one.state = apply(one.state, event, Instant(0), None).unwrap();
        }
    }

    fn receive(&mut self, number: i64, asks: Asks, now: Instant) {
        let theirs = self.conversations.iter_mut().filter(|one| one.number == number);
        let latest = theirs.max_by_key(|one| (one.state.we_wrote_at, one.id)).unwrap();
        latest.state = apply(latest.state, Event::Received(asks), now, None).unwrap();
        if matches!(asks, Asks::OptOut | Asks::OptIn) {
            self.opt_number(number, asks == Asks::OptOut);
        }
    }

    fn may_send(&self, which: usize, kind: Kind, by: MemberId) -> bool {
        let state = &self.conversations[which].state;
        let begun = state.status != Status::NotStarted;
        role(by).may(Act::Write(held(state, by))) && !state.opted_out && (kind == Kind::Initial) != begun
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each thing that can happen")]
    async fn follow(&mut self, database: &Database, step: &Step, number: i64) {
        let (store, now) = (&database.store, database.store.now());
        let actor = |which: usize, by: usize| Actor { member: MEMBERS[by], ..self.conversations[which].scene.admin };
        let id = |which: usize| ConversationId(self.conversations[which].id);
        let message = MessageId(10_000 + number);
        let done = match *step {
            Step::Send(which, by, kind) => {
                let draft = Draft {
                    conversation: id(which),
                    message,
                    kind,
                    follow_up: None,
                    text: Some("Hi".to_owned()),
                    all: false,
                };
                let real = store.send(actor(which, by), &draft).await.is_ok();
                let expected = self.may_send(which, kind, MEMBERS[by])
                    && self.event(which, Act::Write, Event::Sent(kind), now, MEMBERS[by]);
                (real, expected)
            }
            Step::FollowUp(which, by, follow_up) => {
                let (follow_up, campaign, audience) = self.follow_ups[follow_up];
                let conversation = id(which);
                let kind = Kind::FollowUp;
                let draft = Draft { conversation, message, kind, follow_up: Some(follow_up), text: None, all: false };
                let real = store.send(actor(which, by), &draft).await.is_ok();
                let one = &self.conversations[which];
                let answers: Vec<_> = one.answer.iter().map(|choice| (QUESTION, Answer::Choice(*choice))).collect();
                let sent = one.sent.contains(&follow_up);
                let expected = campaign == one.scene.campaign
                    && is_due(audience, None, &one.state, &answers, sent, now).is_ok()
                    && self.may_send(which, kind, MEMBERS[by])
                    && self.event(which, Act::Write, Event::Sent(kind), now, MEMBERS[by]);
                if expected {
                    self.conversations[which].sent.insert(follow_up);
                }
                (real, expected)
            }
            Step::Receive(phone_number, asks) => {
                let body = match asks {
                    Asks::Nothing => "Hello",
                    Asks::Stop => "Please stop texting me",
                    Asks::OptOut => "Stop!",
                    Asks::OptIn => "START",
                    Asks::Reaction => "Liked “Hi! STOP to quit”",
                };
                let inbound = Inbound {
                    organization: self.conversations[0].scene.admin.organization,
                    gateway_id: format!("in-{number}"),
                    phone: phone(phone_number).parse().unwrap(),
                    body: body.to_owned(),
                };
                let received = store.receive(&inbound).await.unwrap();
                assert!(matches!(received, Received::Conversation(_)));
                assert_eq!(store.receive(&inbound).await.unwrap(), Received::Repeated);
                self.receive(phone_number, asks, now);
                (true, true)
            }
            Step::OptOut(which, by, out) => {
                let real = store.opt_out(actor(which, by), id(which), None, out).await.is_ok();
                let one = &self.conversations[which];
                let expected = role(MEMBERS[by]).may(Act::Write(held(&one.state, MEMBERS[by])));
                if expected {
                    self.opt_number(one.number, out);
                }
                (real, expected)
            }
            Step::Resolve(which, by) => {
                let real = store.resolve(actor(which, by), id(which)).await.is_ok();
                (real, self.event(which, Act::Resolve, Event::Resolve, now, MEMBERS[by]))
            }
            Step::Reopen(which, by) => {
                let real = store.reopen(actor(which, by), id(which)).await.is_ok();
                (real, self.event(which, Act::Resolve, Event::Reopen, now, MEMBERS[by]))
            }
            Step::Escalate(which, by) => {
                let real = store.escalate(actor(which, by), id(which), "Help").await.is_ok();
                (real, self.event(which, Act::Escalate, Event::Escalate, now, MEMBERS[by]))
            }
            Step::EndEscalation(which, by) => {
                let real = store.end_escalation(actor(which, by), id(which)).await.is_ok();
                (real, self.event(which, |_| Act::EndEscalation, Event::EndEscalation, now, MEMBERS[by]))
            }
            Step::Assign(which, by, to) => {
                let operation = OperationId(20_000 + number);
                let real = store.reassign_one(actor(which, by), id(which), to, operation).await.is_ok();
                let act = |held| match to {
                    None => Act::Unassign(held),
                    Some(member) if member == MEMBERS[by] => Act::AssignToSelf(held),
                    Some(_) => Act::AssignToOther(held),
                };
                let elsewhere = self.conversations[which].state.assignee != to;
                (real, elsewhere && self.event(which, act, Event::Assign(to), now, MEMBERS[by]))
            }
            Step::Answer(which, by, choice) => {
                let choice = choice.map(ChoiceId);
                let answer = choice.map(Answer::Choice);
                let real = store.record_answer(actor(which, by), id(which), QUESTION, answer).await.is_ok();
                let one = &mut self.conversations[which];
                // The question is one of the first campaign. To clear what is not there is no mistake.
                let known = choice.is_none_or(|_| which < 3);
                let expected = known && role(MEMBERS[by]).may(Act::Write(held(&one.state, MEMBERS[by])));
                if expected {
                    one.answer = choice;
                }
                (real, expected)
            }
        };
        assert_eq!(done.0, done.1, "{step:?}");
    }

    /// What is counted of the survey is what was recorded.
    async fn check_answers(&self, database: &Database) {
        for scene in [self.conversations[0].scene, self.conversations[3].scene] {
            let mut expected = BTreeMap::new();
            for one in self.conversations.iter().filter(|one| one.scene.campaign == scene.campaign) {
                if let Some(choice) = one.answer {
                    *expected.entry((QUESTION, Some(choice))).or_insert(0) += 1;
                }
            }
            let counted = database.store.count_answers(scene.admin, scene.campaign).await.unwrap();
            let counted: BTreeMap<_, u32> = counted.iter().map(|one| ((one.question, one.choice), one.count)).collect();
            assert_eq!(counted, expected);
        }
    }

    /// The lists, their order and their counts are what the rules say.
    async fn check_lists(&self, database: &Database) {
        let (store, now) = (&database.store, database.store.now());
        for scene in [self.conversations[0].scene, self.conversations[3].scene] {
            for (whose, owner) in [
                (Whose::Unassigned, None),
                (Whose::Member(MemberId(1)), Some(MemberId(1))),
                (Whose::Member(MemberId(2)), Some(MemberId(2))),
            ] {
                let mine = || {
                    self.conversations
                        .iter()
                        .zip(NAMES)
                        .filter(|(one, _)| one.scene.campaign == scene.campaign && one.state.assignee == owner)
                };
                let messenger = store.messenger(scene.admin, scene.campaign, whose).await.unwrap();
                let counts: Counts = mine().map(|(one, _)| (one.state.standing(), 1)).collect();
                assert_eq!(messenger.counts, counts);
                let mut listed = 0;
                for tab in Tab::ALL {
                    let in_tab = |one: &One| Tab::of(&one.state, messenger.phase, self.due(one, now)) == Some(tab);
                    for sort in tab.sorts() {
                        let mut expected: Vec<Entry> = mine()
                            .filter(|(one, _)| in_tab(one))
                            .map(|(one, name)| Entry {
                                id: ConversationId(one.id),
                                first_name: name.to_owned(),
                                last_name: String::new(),
                                state: one.state,
                                last_words: String::new(),
                            })
                            .collect();
                        expected.sort_by(|one, other| sort.compare(one, other));
                        let list = async |search: &str, after: Option<Entry>| {
                            store
                                .list(scene.admin, scene.campaign, whose, tab, *sort, search, after)
                                .await
                                .unwrap()
                                .rows
                                .into_iter()
                                .map(|row| Entry { last_words: String::new(), ..row })
                                .collect::<Vec<_>>()
                        };
                        assert_eq!(list("", None).await, expected, "{tab:?} {sort:?}");
                        if let Some((first, rest)) = expected.split_first() {
                            assert_eq!(list("", Some(first.clone())).await, rest, "{tab:?} {sort:?} after the first");
                        }
                        let named = |entry: &&Entry| fold(&entry.first_name).contains("ab");
                        let searched: Vec<_> = expected.iter().filter(named).cloned().collect();
                        assert_eq!(list(" ÄB ", None).await, searched);
                        if sort == &Sort::NeedsReply {
                            let count = u32::try_from(expected.len()).unwrap();
                            assert_eq!(messenger.tabs.of(tab), count, "{tab:?}");
                            listed += count;
                        }
                    }
                }
                assert_eq!(messenger.tabs.silent, counts.total() - listed);
            }
        }
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let which = || 0_usize..5;
    let by = || prop_oneof![2 => Just(0_usize), 1 => 1_usize..3];
    let to = prop::option::weighted(0.8, (1_i64..3).prop_map(MemberId));
    let kind = prop::sample::select(vec![Kind::Initial, Kind::Initial, Kind::Reply]);
    let answer = prop::option::weighted(0.8, prop::sample::select(vec![701_i64, 702]));
    prop_oneof![
        6 => (which(), by(), kind).prop_map(|(which, by, kind)| Step::Send(which, by, kind)),
        2 => (which(), by(), 0_usize..3).prop_map(|(which, by, follow_up)| Step::FollowUp(which, by, follow_up)),
        4 => (1_i64..4, prop::sample::select(vec![Asks::Nothing, Asks::Nothing, Asks::Stop, Asks::OptOut, Asks::OptIn]))
            .prop_map(|(number, asks)| Step::Receive(number, asks)),
        1 => (which(), by(), any::<bool>()).prop_map(|(which, by, out)| Step::OptOut(which, by, out)),
        1 => (which(), by()).prop_map(|(which, by)| Step::Resolve(which, by)),
        1 => (which(), by()).prop_map(|(which, by)| Step::Reopen(which, by)),
        1 => (which(), by()).prop_map(|(which, by)| Step::Escalate(which, by)),
        1 => (which(), by()).prop_map(|(which, by)| Step::EndEscalation(which, by)),
        3 => (which(), by(), to).prop_map(|(which, by, to)| Step::Assign(which, by, to)),
        1 => (which(), by(), answer).prop_map(|(which, by, answer)| Step::Answer(which, by, answer)),
    ]
}

/// Five conversations of three numbers, the first number in two campaigns, and three follow-ups in the first.
async fn begin(database: &Database, organization: i64, with_follow_ups: bool) -> Model {
    let scene = talk(database, organization, 2).await;
    let second = second_campaign(database, scene).await;
    let mut conversations = Vec::new();
    for (place, number) in [1, 2, 3, 1, 2].into_iter().enumerate() {
        let scene = if place < 3 { scene } else { second };
        let id = i64::try_from(place).unwrap() + 1;
        contact(database, scene, id, number, NAMES[place], None).await;
        let (answer, sent) = (None, BTreeSet::new());
        conversations.push(One { id, scene, number, state: ConversationState::NEW, answer, sent });
    }
    let choice = |id: ChoiceId, text: &str| Choice { id, text: text.to_owned() };
    let answers = Answers::Choice(vec![choice(CHOICES[0], "Yes"), choice(CHOICES[1], "No")]);
    let question = QuestionDraft { text: "Will you vote?".to_owned(), answers };
    database.store.save_question(scene.admin, scene.campaign, QUESTION, &question).await.unwrap();
    let audiences = [Audience::Everyone, Audience::Status(Status::Replied), Audience::Answer(QUESTION, CHOICES[0])];
    let mut follow_ups = Vec::new();
    for (audience, id) in audiences.into_iter().zip(800..) {
        let id = FollowUpId(id);
        // Without one for everyone, the others can be told apart.
        if with_follow_ups && audience != Audience::Everyone || organization % 4 == 0 {
            let (title, text) = ("Reminder".to_owned(), "Vote, {first_name}!".to_owned());
            let draft = FollowUpDraft { id, title, text, audience, expires_at: None };
            database.store.save_follow_up(scene.admin, scene.campaign, &draft).await.unwrap();
            follow_ups.push((id, scene.campaign, audience));
        } else {
            // One that there is not.
            follow_ups.push((id, CampaignId(0), audience));
        }
    }
    Model { conversations, follow_ups }
}

/// Lives on each engine.
const CASES: i64 = 12;

on_both_engines! {
    async fn whatever_happens_is_what_the_rules_say(database: Database) {
        let mut runner = TestRunner::deterministic();
        for organization in 1..=CASES {
            let steps = prop::collection::vec(any_step(), 5..40).new_tree(&mut runner).unwrap().current();
            let mut model = begin(&database, organization, organization % 2 == 0).await;
            for (step, number) in steps.iter().zip(1..) {
                database.clock.advance_seconds(1);
                model.follow(&database, step, number).await;
                for one in &model.conversations {
                    assert_eq!(state(&database, one.scene, one.id).await, one.state, "{} after {step:?} in {steps:?}", one.id);
                }
                if number % 7 == 0 {
                    model.check_lists(&database).await;
                }
            }
            model.check_lists(&database).await;
            model.check_answers(&database).await;
        }
    }
}
