//! The campaign that plans are measured on, natively and in the browser.
use handoff_core::MemberId;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};

/// The campaign: Unassigned and 1,000 texters hold a thousandth each, unevenly.
pub fn tally() -> Tally {
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

/// All of it, shared equally among everyone: the largest plan there is.
pub fn everyone() -> Request {
    Request {
        from: From::Everyone,
        status: Filter::Any,
        how_many: HowMany::All,
        to: Target::Everyone,
        sharing: Sharing::Equal,
    }
}
