//! Who may request how much, and what is handed out in which order, against a naive model.

use handoff_core::campaign::CampaignStatus;
use handoff_core::self_assignment::{
    BatchSize, Ceiling, InitialMessages, PoolKind, RequestRefusal, Situation, Terms, allowance,
};
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use proptest::prelude::*;

/// A conversation of the pool, as far as its turn depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Free {
    standing: Standing,
    waiting_since: i64,
    id: i64,
}

/// The order of the law, one conversation at a time.
fn naive(pool: &[Free], kind: PoolKind, initial: InitialMessages, most: usize) -> Vec<i64> {
    let mut rest = pool.to_vec();
    rest.retain(|free| match (free.standing, kind) {
        (Standing::OptedOut, _) | (Standing::NotStarted, PoolKind::Replies) => false,
        (Standing::NotStarted, _) => initial != InitialMessages::Over,
        (_, PoolKind::Initial) => false,
        _ => true,
    });
    let turn = |free: &Free| {
        let class = match free.standing {
            Standing::NeedsReply => 0,
            Standing::NotStarted => 1,
            Standing::Replied => 2,
            Standing::Waiting => 3,
            _ => 4,
        };
        (class, free.waiting_since, free.id)
    };
    let mut chosen = Vec::new();
    while chosen.len() < most {
        let Some(next) = rest.iter().copied().min_by_key(turn) else { break };
        rest.retain(|free| free.id != next.id);
        chosen.push(next.id);
    }
    chosen
}

/// What the database does: one range after the other, each in the order of the index.
fn by_ranges(pool: &[Free], kind: PoolKind, initial: InitialMessages, most: usize) -> Vec<i64> {
    let mut chosen = Vec::new();
    for (first, last) in kind.ranges(initial) {
        let mut range: Vec<&Free> = pool.iter().filter(|free| (*first..=*last).contains(&free.standing)).collect();
        range.sort_by_key(|free| (free.standing, free.waiting_since, free.id));
        chosen.extend(range.into_iter().take(most - chosen.len()).map(|free| free.id));
    }
    chosen
}

fn any_pool() -> impl Strategy<Value = Vec<Free>> {
    let free = (prop::sample::select(Standing::ALL.to_vec()), 0_i64..5);
    prop::collection::vec(free, 0..40).prop_map(|all| {
        all.into_iter().zip(1..).map(|((standing, waiting_since), id)| Free { standing, waiting_since, id }).collect()
    })
}

fn any_initial() -> impl Strategy<Value = InitialMessages> {
    prop::sample::select(vec![InitialMessages::MaySend, InitialMessages::Later, InitialMessages::Over])
}

/// What is neither resolved nor opted out.
fn unfinished(held: &Counts) -> u32 {
    let open = [Standing::NeedsReply, Standing::NotStarted, Standing::Replied, Standing::Waiting];
    open.into_iter().fold(0, |sum, standing| sum.saturating_add(held.get(standing)))
}

fn any_counts() -> impl Strategy<Value = Counts> {
    let few = prop_oneof![Just(0_u32), 1_u32..400, Just(u32::MAX)];
    prop::collection::vec(few, 6).prop_map(|counts| Standing::ALL.into_iter().zip(counts).collect())
}

fn any_shown() -> impl Strategy<Value = Option<u32>> {
    prop::option::weighted(0.3, prop_oneof![0_u32..500, Just(u32::MAX)])
}

fn any_situation() -> impl Strategy<Value = Situation> {
    let terms = (1..=BatchSize::LARGEST, prop::sample::select(PoolKind::ALL.to_vec()), prop::option::of(1_u32..1_000));
    let terms = terms.prop_map(|(batch, kind, ceiling)| Terms {
        batch: BatchSize::new(batch).expect("within range"),
        kind,
        ceiling: ceiling.map(|most| Ceiling::new(most).expect("within range")),
    });
    let status = prop::sample::select(CampaignStatus::ALL.to_vec());
    (
        status,
        prop::option::of(terms),
        any_initial(),
        prop::option::of(any_counts()),
        prop::bool::weighted(0.2),
        any_shown(),
    )
        .prop_map(|(status, terms, initial, held, answered_meanwhile, shown)| Situation {
            status,
            terms,
            initial,
            held,
            answered_meanwhile,
            shown,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn ranges_hand_out_what_the_law_says_in_its_order(
        pool in any_pool(),
        kind in prop::sample::select(PoolKind::ALL.to_vec()),
        initial in any_initial(),
        most in 0_usize..50,
    ) {
        prop_assert_eq!(by_ranges(&pool, kind, initial, most), naive(&pool, kind, initial, most));
        let counts: Counts = pool.iter().map(|free| (free.standing, 1)).collect();
        let all = naive(&pool, kind, initial, usize::MAX).len();
        prop_assert_eq!(usize::try_from(kind.left(initial, &counts)), Ok(all));
    }

    #[test]
    fn nobody_is_allowed_more_than_the_batch_or_the_ceiling(situation in any_situation()) {
        match allowance(&situation) {
            Ok(most) => {
                let terms = situation.terms.expect("switched on");
                let held = situation.held.expect("a texter");
                prop_assert_eq!(situation.status, CampaignStatus::Active);
                prop_assert!((1..=terms.batch.get()).contains(&most));
                if let Some(ceiling) = terms.ceiling {
                    let load = unfinished(&held);
                    prop_assert!(load.saturating_add(most) <= ceiling.get());
                    // And not less than there is room for, however much is finished.
                    prop_assert!(most == terms.batch.get() || load + most == ceiling.get());
                } else {
                    prop_assert_eq!(most, terms.batch.get());
                }
                // Whoever has initial messages to send now sends them first; whoever waits with some is given no more.
                let waits = held.get(Standing::NotStarted) > 0;
                prop_assert!(!waits || situation.initial != InitialMessages::MaySend);
                let ranges = terms.kind.ranges_for(situation.initial, &held);
                let gives = |standing: Standing| ranges.iter().any(|(first, last)| (*first..=*last).contains(&standing));
                prop_assert!(!(waits && gives(Standing::NotStarted)));
                prop_assert!(gives(Standing::NotStarted) || gives(Standing::NeedsReply));
                prop_assert!(!situation.answered_meanwhile);
                prop_assert!(situation.shown.is_none_or(|shown| shown >= held.total()));
            }
            // The reason is true.
            Err(RequestRefusal::NoTexter) => prop_assert!(situation.held.is_none()),
            Err(RequestRefusal::Off) => prop_assert!(situation.terms.is_none()),
            Err(RequestRefusal::Draft) => prop_assert_eq!(situation.status, CampaignStatus::Draft),
            Err(RequestRefusal::Paused) => prop_assert_eq!(situation.status, CampaignStatus::Paused),
            Err(RequestRefusal::Archived) => prop_assert_eq!(situation.status, CampaignStatus::Archived),
            Err(RequestRefusal::InitialWaits(waits)) => {
                prop_assert_eq!(situation.held.map(|held| held.get(Standing::NotStarted)), Some(waits));
                prop_assert!(waits > 0);
                // Only what can be sent now, or would be added to, stands in the way.
                let terms = situation.terms.expect("switched on");
                let stands_in_the_way = match situation.initial {
                    InitialMessages::MaySend => true,
                    InitialMessages::Later => terms.kind == PoolKind::Initial,
                    InitialMessages::Over => false,
                };
                prop_assert!(stands_in_the_way);
            }
            Err(RequestRefusal::Ceiling { held, ceiling }) => {
                prop_assert!(held >= ceiling);
                prop_assert_eq!(situation.held.map(|all| unfinished(&all)), Some(held));
            }
            Err(RequestRefusal::AnsweredMeanwhile) => prop_assert!(situation.answered_meanwhile),
            Err(RequestRefusal::HoldsMore { held }) => {
                prop_assert_eq!(situation.held.map(|counts| counts.total()), Some(held));
                prop_assert!(situation.shown.is_some_and(|shown| shown < held));
            }
            Err(RequestRefusal::InitialOver) => prop_assert_eq!(situation.initial, InitialMessages::Over),
        }
    }
}

#[test]
fn refusals_say_what_to_do() {
    assert_eq!(
        RequestRefusal::InitialWaits(1).to_string(),
        "You still have 1 initial message to send. Send it first, then request more."
    );
    assert_eq!(
        RequestRefusal::InitialWaits(1_200).to_string(),
        "You still have 1,200 initial messages to send. Send them first, then request more."
    );
    assert_eq!(
        RequestRefusal::Ceiling { held: 500, ceiling: 500 }.to_string(),
        "You hold 500 of this campaign that are not finished, and one texter may hold 500. Resolve or give back some, or ask an admin."
    );
}
