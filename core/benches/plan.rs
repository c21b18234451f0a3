//! `plan_native`: a plan over 1,000 texters, 5 statuses and 1,000,000 conversations.
//!
//! Prints one tab-separated line: name, median in milliseconds, and dashes for the floor that it has not.

mod campaign;

use std::hint::black_box;
use std::time::Instant;

use handoff_core::plan::plan;

fn main() {
    let tally = campaign::tally();
    assert_eq!(tally.whole().total(), 1_000_000);
    let everyone = campaign::everyone();
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
