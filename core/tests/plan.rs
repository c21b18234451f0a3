//! Plans: the worked examples of the rules, the laws that every plan keeps, and equality with a naive model
//! that moves conversations one by one.

mod naive;

use handoff_core::MemberId;
use handoff_core::plan::{Owner, headline, plan};
use handoff_core::request::{Filter, From, HowMany, Request, RequestError, Sharing, Target};
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};
use proptest::prelude::*;

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

fn counts(of: &[(Standing, u32)]) -> Counts {
    of.iter().copied().collect()
}

fn not_started(count: u32) -> Counts {
    counts(&[(Standing::NotStarted, count)])
}

fn holder(member: MemberId, counts: Counts) -> Holder {
    Holder { member, active: true, counts }
}

fn name(owner: Owner) -> String {
    match owner {
        None => "Unassigned".to_owned(),
        Some(ABBY) => "Abby".to_owned(),
        Some(LINDSEY) => "Lindsey".to_owned(),
        Some(other) => format!("texter {other}"),
    }
}

fn request(status: Filter, how_many: HowMany, to: Target) -> Request {
    Request { from: From::Everyone, status, how_many, to, sharing: Sharing::Equal }
}

fn both() -> Target {
    Target::Texters(vec![ABBY, LINDSEY])
}

#[test]
fn example_1_some_of_the_unassigned_to_two() {
    let tally = Tally::new(
        counts(&[(Standing::NotStarted, 11), (Standing::NeedsReply, 1)]),
        vec![holder(ABBY, Counts::default()), holder(LINDSEY, Counts::default())],
    );
    let plan = plan(&tally, &request(Filter::Any, HowMany::Some(6), both())).unwrap();
    assert_eq!(headline(&plan, name), "6 moved, 3 to Abby, 3 to Lindsey");
    assert_eq!(plan.people[0].after().total(), 6, "6 left in Unassigned");
}

#[test]
fn example_2_all_not_started_to_one() {
    let tally = Tally::new(
        counts(&[(Standing::NotStarted, 11), (Standing::NeedsReply, 1)]),
        vec![holder(LINDSEY, Counts::default())],
    );
    let only = Target::Texters(vec![LINDSEY]);
    let plan = plan(&tally, &request(Filter::NotStarted, HowMany::All, only)).unwrap();
    assert_eq!(headline(&plan, name), "11 moved to Lindsey");
    assert_eq!(plan.people[0].after(), counts(&[(Standing::NeedsReply, 1)]));
}

#[test]
fn example_3_unassign_all_takes_every_status() {
    let everything: Counts = Standing::ALL.into_iter().map(|standing| (standing, 2)).collect();
    let tally = Tally::new(Counts::default(), vec![holder(ABBY, everything), holder(LINDSEY, everything)]);
    let plan = plan(&tally, &request(Filter::Any, HowMany::All, Target::Unassigned)).unwrap();
    assert_eq!(headline(&plan, name), "24 moved to Unassigned");
    assert_eq!(plan.people[0].after(), tally.whole());
}

#[test]
fn example_4_who_has_some_keeps_them() {
    let tally = Tally::new(not_started(8), vec![holder(ABBY, not_started(4)), holder(LINDSEY, Counts::default())]);
    let plan = plan(&tally, &request(Filter::Any, HowMany::All, both())).unwrap();
    assert_eq!(headline(&plan, name), "8 moved, 6 to Lindsey, 2 to Abby");
    assert_eq!(plan.kept(), 4);
}

#[test]
fn example_5_a_remainder_goes_in_the_order_chosen() {
    let four = [3, 1, 4, 2].map(MemberId);
    let tally = Tally::new(not_started(10), four.map(|member| holder(member, Counts::default())).to_vec());
    let plan = plan(&tally, &request(Filter::Any, HowMany::All, Target::Texters(four.to_vec()))).unwrap();
    let shares: Vec<_> = plan.shares.iter().map(|share| (share.to.unwrap().get(), share.count)).collect();
    assert_eq!(shares, [(3, 3), (1, 3), (4, 2), (2, 2)]);
}

#[test]
fn a_remainder_saves_a_move_before_it_levels() {
    // 7 in all: 3 and 4. Abby holds 4 already, so hers is the 4, though Lindsey's load is smaller.
    let tally = Tally::new(not_started(3), vec![holder(ABBY, not_started(4)), holder(LINDSEY, Counts::default())]);
    let plan = plan(&tally, &request(Filter::Any, HowMany::All, both())).unwrap();
    assert_eq!((plan.moved, plan.kept()), (3, 4));
}

#[test]
fn a_large_plan_summarises_its_headline() {
    let twelve: Vec<_> = (1..=12).map(|id| holder(MemberId(id), Counts::default())).collect();
    let tally = Tally::new(not_started(3_001), twelve);
    let plan = plan(&tally, &request(Filter::Any, HowMany::All, Target::Everyone)).unwrap();
    assert_eq!(headline(&plan, name), "3,001 moved to 12 texters, 250 to 251 each");
}

#[test]
fn refusals_say_what_to_do() {
    let mut gone = holder(LINDSEY, not_started(3));
    gone.active = false;
    let tally = Tally::new(not_started(8), vec![holder(ABBY, Counts::default()), gone]);
    let refused = |request: &Request| plan(&tally, request).unwrap_err();
    let all = |to| request(Filter::Any, HowMany::All, to);
    assert_eq!(refused(&all(Target::Texters(vec![]))), RequestError::NoTarget);
    assert_eq!(refused(&all(both())), RequestError::NotActive(vec![LINDSEY]));
    assert_eq!(refused(&all(Target::Texters(vec![MemberId(99)]))), RequestError::NotActive(vec![MemberId(99)]));
    assert_eq!(refused(&request(Filter::Any, HowMany::Some(0), Target::Everyone)), RequestError::Zero);
    let nobody = Request { from: From::Members(vec![]), ..all(Target::Unassigned) };
    assert_eq!(refused(&nobody), RequestError::NoSource);
    let only_abby = Request { from: From::Members(vec![ABBY]), ..all(Target::Everyone) };
    assert_eq!(refused(&only_abby), RequestError::NoTexters);
}

#[test]
fn everyone_means_everyone_else_than_the_named_source() {
    let tally = Tally::new(Counts::default(), vec![holder(ABBY, not_started(5)), holder(LINDSEY, Counts::default())]);
    let from_abby = Request { from: From::Members(vec![ABBY]), ..request(Filter::Any, HowMany::All, Target::Everyone) };
    assert_eq!(headline(&plan(&tally, &from_abby).unwrap(), name), "5 moved to Lindsey");
}

fn any_counts() -> impl Strategy<Value = Counts> {
    prop::array::uniform6(prop_oneof![3 => Just(0_u32), 5 => 0_u32..9])
        .prop_map(|numbers| Standing::ALL.into_iter().zip(numbers).collect())
}

fn any_tally() -> impl Strategy<Value = Tally> {
    (any_counts(), prop::collection::vec((any_counts(), prop::bool::weighted(0.85)), 0..7)).prop_map(
        |(unassigned, holders)| {
            let holders = holders.into_iter().zip(1..).map(|((counts, active), id)| Holder {
                member: MemberId(id),
                active,
                counts,
            });
            Tally::new(unassigned, holders.collect())
        },
    )
}

fn any_request(largest: i64) -> impl Strategy<Value = Request> {
    let members = || {
        prop::collection::vec(1..=largest.max(1), 0..6)
            .prop_map(|ids| ids.into_iter().map(MemberId).collect::<Vec<_>>())
    };
    let from =
        prop_oneof![2 => Just(From::Everyone), 1 => Just(From::Unassigned), 1 => members().prop_map(From::Members)];
    let how_many = prop_oneof![Just(HowMany::All), (0_u32..60).prop_map(HowMany::Some)];
    let to = prop_oneof![
        1 => Just(Target::Unassigned),
        3 => members().prop_map(Target::Texters),
        1 => Just(Target::Everyone),
    ];
    let sharing = prop_oneof![Just(Sharing::Equal), Just(Sharing::Level)];
    (from, prop::sample::select(Filter::ALL.to_vec()), how_many, to, sharing)
        .prop_map(|(from, status, how_many, to, sharing)| Request { from, status, how_many, to, sharing })
}

fn any_case() -> impl Strategy<Value = (Tally, Request)> {
    any_tally().prop_flat_map(|tally| {
        let largest = i64::try_from(tally.holders.len()).unwrap_or(1);
        (Just(tally), any_request(largest))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// Planning by counts says the same as moving conversations one by one.
    #[test]
    fn a_plan_equals_the_naive_model((tally, request) in any_case()) {
        let Ok(plan) = plan(&tally, &request) else { return Ok(()) };
        let naive = naive::moves(&tally, &request);
        let mut moves: Vec<_> = plan.moves().iter().map(|part| ((part.from, part.to, part.standing), part.count)).collect();
        moves.sort_unstable();
        prop_assert_eq!(moves, naive);
    }

    /// Nothing is lost and nothing doubled, whatever is asked.
    #[test]
    fn conversations_are_conserved((tally, request) in any_case()) {
        let Ok(plan) = plan(&tally, &request) else { return Ok(()) };
        let (mut before, mut after) = (Counts::default(), Counts::default());
        for change in &plan.people {
            before = before.plus(&change.before);
            after = after.plus(&change.after());
            prop_assert_eq!(change.before, tally.counts(change.owner));
            for (standing, count) in change.goes.iter() {
                prop_assert!(count <= change.before.get(standing), "more goes than is there");
            }
        }
        prop_assert_eq!(before, after);
        let takes: u32 = plan.takes.iter().map(|take| take.count).sum();
        let shares: u32 = plan.shares.iter().map(|share| share.count).sum();
        let moves: u32 = plan.moves().iter().map(|part| part.count).sum();
        prop_assert_eq!([takes, shares, moves], [plan.moved; 3]);
        let excluded: u32 = plan.excluded.iter().map(|(_, count)| count).sum();
        let chosen: u32 = tally.owners().filter(|(owner, _)| request.from.includes(*owner)).map(|(_, counts)| counts.total()).sum();
        prop_assert_eq!(excluded + plan.moved, chosen, "everything chosen is moved or said why not");
    }

    /// Nobody's conversation goes to themself, and nobody both gives and gets one of the divided set.
    #[test]
    fn no_move_is_needless((tally, request) in any_case()) {
        let Ok(plan) = plan(&tally, &request) else { return Ok(()) };
        for part in plan.moves() {
            prop_assert_ne!(part.from, part.to);
            prop_assert!(request.status.includes(part.standing));
            prop_assert!(request.from.includes(part.from));
        }
        for change in &plan.people {
            prop_assert!(change.goes.total() == 0 || change.comes.total() == 0);
        }
    }

    /// Final holdings of the divided set differ by at most one, and no division with fewer moves exists.
    #[test]
    fn dividing_is_fair_and_moves_the_least((tally, mut request) in any_case()) {
        request.how_many = HowMany::All;
        request.sharing = Sharing::Equal;
        let Ok(targets) = request.targets(&tally) else { return Ok(()) };
        if targets.is_empty() { return Ok(()) }
        let plan = plan(&tally, &request).unwrap();
        let matching = |owner: Owner| -> u32 {
            if !request.from.includes(owner) { return 0 }
            tally.counts(owner).iter().filter(|(standing, _)| request.status.includes(*standing)).map(|(_, count)| count).sum()
        };
        let finals: Vec<u32> = targets.iter().map(|member| {
            let change = plan.people.iter().find(|change| change.owner == Some(*member)).unwrap();
            matching(Some(*member)) - change.goes.total() + change.comes.total()
        }).collect();
        let (least, most) = (finals.iter().min().unwrap(), finals.iter().max().unwrap());
        prop_assert!(most - least <= 1, "{:?}", finals);
        prop_assert_eq!(finals.iter().sum::<u32>(), plan.matching);
        // The least possible: everybody keeps up to the quota, and the remainder goes where it is kept.
        let number = u32::try_from(finals.len()).unwrap();
        let (base, mut spare) = (plan.matching / number, plan.matching % number);
        let mut kept = 0;
        for member in &targets {
            let held = matching(Some(*member));
            kept += held.min(base);
            if held > base && spare > 0 { kept += 1; spare -= 1; }
        }
        prop_assert_eq!(plan.moved, plan.matching - kept);
    }

    /// Within one owner what goes is always the first of the order of taking.
    #[test]
    fn the_order_of_taking_is_kept((tally, request) in any_case()) {
        let Ok(plan) = plan(&tally, &request) else { return Ok(()) };
        for change in &plan.people {
            let mut stays_behind = false;
            for (standing, goes) in change.goes.iter().filter(|(standing, _)| request.status.includes(*standing)) {
                prop_assert!(!stays_behind || goes == 0, "took {standing:?} though earlier ones were left");
                stays_behind |= goes < change.before.get(standing);
            }
        }
    }

    /// The fingerprint is the same exactly where the moves are the same.
    #[test]
    fn the_fingerprint_tells_what_moves((tally, request) in any_case(), (other_tally, other_request) in any_case()) {
        let (Ok(one), Ok(other)) = (plan(&tally, &request), plan(&other_tally, &other_request)) else { return Ok(()) };
        prop_assert_eq!(one.fingerprint(), plan(&tally, &request).unwrap().fingerprint());
        let same = (&one.takes, &one.shares) == (&other.takes, &other.shares);
        prop_assert_eq!(one.fingerprint() == other.fingerprint(), same);
    }

    /// No tally and no request, however absurd, make it panic.
    #[test]
    fn planning_is_total(
        holders in prop::collection::vec((any::<i64>(), any::<bool>(), prop::array::uniform6(any::<u32>())), 0..5),
        unassigned in prop::array::uniform6(any::<u32>()),
        request in any_request(5),
        number in any::<u32>(),
    ) {
        let all = |numbers: [u32; 6]| -> Counts { Standing::ALL.into_iter().zip(numbers).collect() };
        let holders = holders.into_iter().map(|(id, active, numbers)| Holder { member: MemberId(id), active, counts: all(numbers) });
        let tally = Tally::new(all(unassigned), holders.collect());
        for request in [request.clone(), Request { how_many: HowMany::Some(number), ..request }] {
            if let Ok(plan) = plan(&tally, &request) {
                let _ = (plan.moves().len(), plan.fingerprint(), headline(&plan, name));
            }
        }
    }
}
