//! `plan_native`: a plan over 1,000 texters, 5 statuses and 1,000,000 conversations.
//!
//! Prints one tab-separated line: name, median in milliseconds, and dashes for the floor that it has not.

use std::hint::black_box;
use std::time::Instant;

use handoff_core::MemberId;
use handoff_core::plan::plan;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};

/// The campaign: Unassigned and 1,000 texters hold a thousandth each, unevenly.
fn tally() -> Tally {
    let mut left = 1_000_000_u32;
    let holders = (1..=1_000_u32)
        .map(|id| {
            let counts: Counts = Standing::ALL
                .into_iter()
                .take(5)
                .map(|standing| {
                    let count = (id * 37 + standing as u32 * 101) % 400;
                    left = left.saturating_sub(count);
                    (standing, count)
                })
                .collect();
            Holder { member: MemberId(i64::from(id)), active: true, counts }
        })
        .collect();
    Tally::new([(Standing::NotStarted, left)].into_iter().collect(), holders)
}

fn main() {
    let tally = tally();
    assert_eq!(tally.whole().total(), 1_000_000);
    let everyone = Request {
        from: From::Everyone,
        status: Filter::Any,
        how_many: HowMany::All,
        to: Target::Everyone,
        sharing: Sharing::Equal,
    };
    let mut times: Vec<f64> = (0..101)
        .map(|_| {
            let start = Instant::now();
            let plan = plan(black_box(&tally), black_box(&everyone)).expect("the request is good");
            black_box(plan.fingerprint());
            start.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("plan_native\t{:.3}\t-\t-", times[times.len() / 2]);
}
