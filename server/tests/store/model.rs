//! Random sequences of moves, undos and changes, held against a naive model in memory, on both engines.

use std::collections::BTreeMap;

use handoff_core::plan::Owner;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::status::{Standing, Status};
use handoff_core::{Instant, MemberId};
use handoff_server::model::ApiError;
use handoff_server::model::history::UndoAnswer;
use handoff_server::model::overview::CommitAnswer;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::database::{Database, on_both_engines};
use crate::reassign::commit;
use crate::scene::{Made, Scene, add, owners, run, scene};

/// What happens in a sequence.
#[derive(Clone, Debug)]
enum Step {
    Move(Request),
    /// Undo one of the operations so far.
    Undo(prop::sample::Index),
    /// The assignee of a conversation writes to the contact.
    Write(prop::sample::Index),
    /// The contact of a conversation writes.
    Answer(prop::sample::Index),
    /// A texter is deactivated or activated again.
    Switch(i64),
}

#[derive(Clone, Copy, Debug)]
struct Conversation {
    id: i64,
    owner: Owner,
    status: Status,
    opted_out: bool,
    waiting_since: i64,
    assignee_wrote_at: Option<Instant>,
}

impl Conversation {
    fn standing(&self) -> Standing {
        Standing::of(self.status, self.opted_out)
    }
}

/// What an operation moved: conversation, from, to.
type Moves = Vec<(i64, Owner, Owner)>;

struct Model {
    conversations: Vec<Conversation>,
    active: BTreeMap<MemberId, bool>,
    operations: Vec<(i64, Instant, Moves)>,
}

impl Model {
    /// The targets, or `None` where the request is refused.
    fn targets(&self, request: &Request) -> Option<Vec<MemberId>> {
        let active = |member: &MemberId| self.active.get(member) == Some(&true);
        if request.how_many == HowMany::Some(0) || matches!(&request.from, From::Members(list) if list.is_empty()) {
            return None;
        }
        match &request.to {
            Target::Unassigned => Some(vec![]),
            Target::Everyone => {
                let named = |member: &&MemberId| matches!(&request.from, From::Members(list) if list.contains(member));
                let all: Vec<_> =
                    self.active.keys().filter(|member| active(member) && !named(member)).copied().collect();
                (!all.is_empty()).then_some(all)
            }
            Target::Texters(list) => {
                let mut once: Vec<MemberId> = vec![];
                for member in list {
                    if !once.contains(member) {
                        once.push(*member);
                    }
                }
                (!once.is_empty() && once.iter().all(active)).then_some(once)
            }
        }
    }

    /// Who would move, one conversation after the other.
    fn moves(&self, request: &Request, targets: &[MemberId]) -> Moves {
        let mut order: Vec<&Conversation> = self
            .conversations
            .iter()
            .filter(|one| request.from.includes(one.owner) && request.status.includes(one.standing()))
            .collect();
        order.sort_by_key(|one| (one.standing(), one.owner, one.waiting_since, one.id));
        let held = |owner: Owner| order.iter().filter(|one| one.owner == owner).count();
        let load = |member: MemberId| {
            let theirs = self.conversations.iter().filter(|one| one.owner == Some(member));
            theirs.filter(|one| one.standing().is_load()).count()
        };
        let is_target = |owner: Owner| match owner {
            None => targets.is_empty(),
            Some(member) => targets.contains(&member),
        };
        let everybody: Vec<Owner> = {
            let mut all: Vec<Owner> = order.iter().map(|one| one.owner).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut wanted: BTreeMap<Owner, usize> = BTreeMap::new();
        let mut room: Vec<(Owner, usize)> = vec![];
        if !targets.is_empty() && request.how_many == HowMany::All && request.sharing == Sharing::Equal {
            let base = order.len() / targets.len();
            let mut ranked: Vec<usize> = (0..targets.len()).collect();
            ranked.sort_by_key(|index| (held(Some(targets[*index])) <= base, load(targets[*index])));
            let lucky = &ranked[..order.len() % targets.len()];
            wanted.extend(everybody.iter().map(|owner| (*owner, held(*owner))));
            for (index, member) in targets.iter().enumerate() {
                let quota = base + usize::from(lucky.contains(&index));
                let kept = held(Some(*member)).min(quota);
                wanted.insert(Some(*member), held(Some(*member)) - kept);
                room.push((Some(*member), quota - kept));
            }
        } else {
            let number = match request.how_many {
                HowMany::All => usize::MAX,
                HowMany::Some(number) => number as usize,
            };
            let mut taken = 0;
            while taken < number {
                let left = |owner: &Owner| held(*owner) - wanted.get(owner).copied().unwrap_or(0);
                let sources = everybody.iter().filter(|owner| !is_target(**owner) && left(owner) > 0);
                // Unassigned first, then whoever holds most, the lowest id.
                let Some(source) = sources.min_by_key(|owner| {
                    (owner.is_some(), std::cmp::Reverse(if owner.is_some() { left(owner) } else { 0 }), **owner)
                }) else {
                    break;
                };
                *wanted.entry(*source).or_default() += 1;
                taken += 1;
            }
            let mut gets = vec![0_usize; targets.len()];
            for _ in 0..if targets.is_empty() { 0 } else { taken } {
                let next = (0..targets.len()).min_by_key(|index| match request.sharing {
                    Sharing::Equal => (gets[*index], load(targets[*index]), *index),
                    Sharing::Level => (load(targets[*index]) + gets[*index], 0, *index),
                });
                gets[next.unwrap()] += 1;
            }
            room = targets.iter().zip(gets).map(|(member, count)| (Some(*member), count)).collect();
            if targets.is_empty() {
                room.push((None, taken));
            }
        }
        room.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut moves = vec![];
        let mut turn = 0;
        for one in order {
            let Some(left) = wanted.get_mut(&one.owner).filter(|left| **left > 0) else { continue };
            *left -= 1;
            while room[turn % room.len()].1 == 0 {
                turn += 1;
            }
            let place = turn % room.len();
            room[place].1 -= 1;
            turn += 1;
            moves.push((one.id, one.owner, room[place].0));
        }
        moves
    }

    fn undo(&self, at: Instant, moves: &Moves) -> Moves {
        let mut back = vec![];
        for (id, from, to) in moves {
            let one = self.conversations.iter().find(|one| one.id == *id).unwrap();
            let written = one.assignee_wrote_at.is_some_and(|wrote| wrote > at);
            let target = from.filter(|member| self.active.get(member) == Some(&true));
            if one.owner == *to && !written && target != *to {
                back.push((*id, *to, target));
            }
        }
        back
    }

    fn apply(&mut self, operation: i64, at: Instant, moves: Moves) {
        for (id, _, to) in &moves {
            self.conversations.iter_mut().find(|one| one.id == *id).unwrap().owner = *to;
        }
        self.operations.push((operation, at, moves));
    }
}

fn any_step(texters: i64) -> impl Strategy<Value = Step> {
    let members = move || prop::collection::vec((1..=texters).prop_map(MemberId), 0..4);
    let from =
        prop_oneof![3 => Just(From::Everyone), 1 => Just(From::Unassigned), 1 => members().prop_map(From::Members)];
    let to = prop_oneof![1 => Just(Target::Unassigned), 3 => members().prop_map(Target::Texters), 1 => Just(Target::Everyone)];
    let how_many = prop_oneof![Just(HowMany::All), (0_u32..30).prop_map(HowMany::Some)];
    let sharing = prop_oneof![2 => Just(Sharing::Equal), 1 => Just(Sharing::Level)];
    let request = (from, prop::sample::select(Filter::ALL.to_vec()), how_many, to, sharing)
        .prop_map(|(from, status, how_many, to, sharing)| Request { from, status, how_many, to, sharing });
    prop_oneof![
        5 => request.prop_map(Step::Move),
        3 => any::<prop::sample::Index>().prop_map(Step::Undo),
        2 => any::<prop::sample::Index>().prop_map(Step::Write),
        2 => any::<prop::sample::Index>().prop_map(Step::Answer),
        1 => (1..=texters).prop_map(Step::Switch),
    ]
}

fn any_conversations(texters: i64) -> impl Strategy<Value = Vec<Conversation>> {
    let owner = prop_oneof![1 => Just(None), 1 => (1..=texters).prop_map(|id| Some(MemberId(id)))];
    let one = (owner, prop::sample::select(Status::ALL.to_vec()), prop::bool::weighted(0.1), 0_i64..4);
    prop::collection::vec(one, 1..40).prop_map(|all| {
        let numbered = all.into_iter().zip(1..);
        numbered
            .map(|((owner, status, opted_out, waiting_since), id)| Conversation {
                id,
                owner,
                status,
                opted_out,
                waiting_since,
                assignee_wrote_at: None,
            })
            .collect()
    })
}

const WRITE: &str = "
    UPDATE conversation SET assignee_wrote_at = $2 WHERE organization_id = 0 + $1 AND conversation_id = ";

async fn follow(database: &Database, scene: Scene, model: &mut Model, step: &Step, operation: i64) {
    database.clock.advance_seconds(1);
    let organization = scene.admin.organization.get();
    match step {
        Step::Move(request) => {
            let overview = database.store.overview(scene.admin, scene.campaign).await.unwrap();
            let expected = model.targets(request).map(|targets| model.moves(request, &targets));
            let plan = handoff_core::plan::plan(&overview.tally, request);
            assert_eq!(plan.is_ok(), expected.is_some(), "{request:?}");
            let (Ok(plan), Some(expected)) = (plan, expected) else { return };
            let commit = commit(scene, request.clone(), plan.fingerprint(), operation);
            let answer = database.store.commit(scene.admin, &commit).await;
            if expected.is_empty() {
                assert!(matches!(answer, Err(ApiError::Request(_))));
            } else {
                let moved = u32::try_from(expected.len()).unwrap();
                assert!(matches!(answer.unwrap(), CommitAnswer::Committed { moved: number, .. } if number == moved));
                model.apply(operation, database.store.now(), expected);
            }
        }
        Step::Undo(which) => {
            if model.operations.is_empty() {
                return;
            }
            let (undone, at, theirs) = which.get(&model.operations).clone();
            let expected = model.undo(at, &theirs);
            let answer = crate::undo::do_undo(database, scene, undone, operation).await;
            if expected.is_empty() {
                assert!(matches!(answer, Err(ApiError::Request(_))));
            } else {
                let moved = u32::try_from(expected.len()).unwrap();
                assert!(matches!(answer.unwrap(), UndoAnswer::Committed { moved: number, .. } if number == moved));
                model.apply(operation, database.store.now(), expected);
            }
        }
        Step::Write(which) => {
            let now = database.store.now();
            let place = which.index(model.conversations.len());
            let one = &mut model.conversations[place];
            if one.owner.is_some() {
                one.assignee_wrote_at = Some(now);
                let statement = format!("{WRITE}{}", one.id);
                let mut transaction = database.store.begin().await.unwrap();
                sqlx::query(sqlx::AssertSqlSafe(statement))
                    .bind(organization)
                    .bind(now.get())
                    .execute(&mut *transaction)
                    .await
                    .unwrap();
                transaction.commit().await.unwrap();
            }
        }
        Step::Answer(which) => {
            let place = which.index(model.conversations.len());
            let one = &mut model.conversations[place];
            (one.status, one.waiting_since) = (Status::NeedsReply, 9);
            let statement = "UPDATE conversation SET status = 1, waiting_since = 9, standing = CASE WHEN opted_out = 1 THEN 6 ELSE 1 END
                WHERE organization_id = $1 AND conversation_id = $2";
            run(database, statement, organization, one.id).await;
        }
        Step::Switch(member) => {
            let active = model.active.get_mut(&MemberId(*member)).unwrap();
            *active = !*active;
            let statement = "UPDATE member SET active = 1 - active WHERE organization_id = $1 AND member_id = $2";
            run(database, statement, organization, *member).await;
        }
    }
}

/// Sequences on each engine.
const CASES: i64 = 40;

on_both_engines! {
    async fn random_sequences_do_what_the_naive_model_does(database: Database) {
        let mut runner = TestRunner::deterministic();
        for organization in 1..=CASES {
            let texters = 2 + organization % 5;
            let case = (any_conversations(texters), prop::collection::vec(any_step(texters), 1..14));
            let (conversations, steps) = case.new_tree(&mut runner).unwrap().current();
            let scene = scene(&database, organization, texters).await;
            let made: Vec<Made> = conversations
                .iter()
                .map(|one| Made { owner: one.owner, status: one.status, opted_out: one.opted_out, waiting_since: one.waiting_since })
                .collect();
            add(&database, scene, 1, &made).await;
            let active = (1..=texters).map(|id| (MemberId(id), true)).collect();
            let mut model = Model { conversations, active, operations: vec![] };
            for (step, operation) in steps.iter().zip(1..) {
                follow(&database, scene, &mut model, step, operation).await;
                let real: Vec<_> = owners(&database, scene).await.into_iter().map(|(id, owner)| (id.get(), owner)).collect();
                let expected: Vec<_> = model.conversations.iter().map(|one| (one.id, one.owner)).collect();
                assert_eq!(real, expected, "after {step:?} in {steps:?}");
            }
        }
    }
}
