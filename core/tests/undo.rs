//! Undo: what returns, what stays and why, equal to a naive model.

use std::collections::BTreeMap;

use handoff_core::MemberId;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};
use handoff_core::undo::{Fate, Moved, undo};
use proptest::prelude::*;

fn any_owner() -> impl Strategy<Value = Owner> {
    prop::option::of((1_i64..5).prop_map(MemberId))
}

fn any_moved() -> impl Strategy<Value = Vec<Moved>> {
    let fate = prop::sample::select(vec![Fate::Untouched, Fate::Untouched, Fate::MovedOn, Fate::Written]);
    let standing = prop::sample::select(Standing::ALL.to_vec());
    prop::collection::vec((any_owner(), any_owner(), standing, fate, 0_u32..5), 0..12).prop_map(|groups| {
        let unique: BTreeMap<_, _> = groups
            .into_iter()
            .filter(|(from, to, ..)| from != to)
            .map(|(from, to, standing, fate, count)| ((from, to, standing, fate), count))
            .collect();
        unique
            .into_iter()
            .map(|((from, to, standing, fate), count)| Moved { from, to, standing, fate, count })
            .collect()
    })
}

/// A campaign in which everybody holds at least what the operation left with them; the fourth is not active.
fn tally_around(moved: &[Moved], extra: u32) -> Tally {
    let held = |owner: Owner| -> Counts {
        let theirs = moved.iter().filter(|group| group.to == owner && group.fate != Fate::MovedOn);
        theirs.map(|group| (group.standing, group.count)).chain([(Standing::Waiting, extra)]).collect()
    };
    let holders = (1..5).map(|id| Holder { member: MemberId(id), active: id != 4, counts: held(Some(MemberId(id))) });
    Tally::new(held(None), holders.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn undo_equals_the_naive_model(moved in any_moved(), extra in 0_u32..4) {
        let tally = tally_around(&moved, extra);
        let plan = undo(&tally, &moved);
        let mut expected: BTreeMap<Owner, i64> = BTreeMap::new();
        let (mut moved_on, mut written, mut returned, mut orphans) = (0, 0, 0, 0);
        for group in &moved {
            for _ in 0..group.count {
                match group.fate {
                    Fate::MovedOn => moved_on += 1,
                    Fate::Written => written += 1,
                    Fate::Untouched => {
                        let back = if group.from == Some(MemberId(4)) { orphans += 1; None } else { group.from };
                        if back != group.to {
                            returned += 1;
                            *expected.entry(group.to).or_default() -= 1;
                            *expected.entry(back).or_default() += 1;
                        }
                    }
                }
            }
        }
        prop_assert_eq!(plan.moved, returned);
        prop_assert_eq!(plan.without_owner, orphans);
        let stays: u32 = plan.stays.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(stays, moved_on + written);
        for change in &plan.people {
            let difference = i64::from(change.after().total()) - i64::from(change.before.total());
            prop_assert_eq!(difference, expected.remove(&change.owner).unwrap_or(0));
        }
        prop_assert!(expected.values().all(|difference| *difference == 0), "everyone who changes is listed");
    }

    /// The order in which the database lists what moved does not matter.
    #[test]
    fn undo_is_deterministic(moved in any_moved().prop_shuffle()) {
        let tally = tally_around(&moved, 1);
        let mut sorted = moved.clone();
        sorted.sort_by_key(|group| (group.standing, group.to, group.from, group.fate));
        prop_assert_eq!(undo(&tally, &moved).fingerprint(), undo(&tally, &sorted).fingerprint());
    }
}

#[test]
fn what_returns_and_what_stays_is_said() {
    let (abby, gone) = (Some(MemberId(1)), Some(MemberId(4)));
    let moved = [
        Moved { from: None, to: abby, standing: Standing::NotStarted, fate: Fate::Untouched, count: 3 },
        Moved { from: gone, to: abby, standing: Standing::NotStarted, fate: Fate::Untouched, count: 2 },
        Moved { from: None, to: abby, standing: Standing::Waiting, fate: Fate::Written, count: 1 },
        Moved { from: None, to: abby, standing: Standing::NeedsReply, fate: Fate::MovedOn, count: 4 },
    ];
    let plan = undo(&tally_around(&moved, 0), &moved);
    let name = |owner: Owner| owner.map_or("Unassigned".to_owned(), |member| format!("texter {member}"));
    assert_eq!(plan.headline(name), "5 restored to Unassigned");
    assert_eq!(plan.without_owner, 2);
    assert_eq!(plan.stays, [(Fate::MovedOn, 4), (Fate::Written, 1)]);
}
