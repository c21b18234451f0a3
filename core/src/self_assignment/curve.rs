//! How a pool became fuller and emptier, told backwards from what it holds now.

use crate::instant::Instant;

/// How much a pool held from each instant on: before the first change, after each of them, and now.
///
/// `changes` ascend in time: by how much the pool became more, or fewer. `held` is what it holds at `now`. What was not
/// noted as a change is as if it had always been so; nothing is less than empty.
pub fn curve(begin: Instant, changes: &[(Instant, i64)], now: Instant, held: u32) -> Vec<(Instant, u32)> {
    let count = |held: i64| u32::try_from(held.max(0)).unwrap_or(u32::MAX);
    let mut held = i64::from(held);
    let mut points = vec![(now.max(begin), count(held))];
    for (at, change) in changes.iter().rev() {
        points.push((*at, count(held)));
        held = held.saturating_sub(*change);
    }
    points.push((begin, count(held)));
    points.reverse();
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pool_that_was_filled_once_and_emptied_in_steps() {
        let at = Instant;
        let changes = [(at(10), 100), (at(20), -25), (at(30), -25), (at(40), 5)];
        let told = curve(at(10), &changes, at(50), 55);
        assert_eq!(told, [(at(10), 0), (at(10), 100), (at(20), 75), (at(30), 50), (at(40), 55), (at(50), 55)]);
        assert_eq!(curve(at(10), &[], at(50), 7), [(at(10), 7), (at(50), 7)]);
    }

    proptest! {
        /// Told forwards and backwards it is the same.
        #[test]
        fn it_agrees_with_what_was_done(steps in prop::collection::vec(-50_i64..50, 0..30), filled in 2_000_u32..3_000) {
            let (mut held, mut wanted, mut changes) = (i64::from(filled), vec![(Instant(0), filled)], vec![]);
            for (step, at) in steps.iter().zip(1_i64..) {
                held += step;
                changes.push((Instant(at), *step));
                wanted.push((Instant(at), u32::try_from(held).expect("never empty")));
            }
            let now = u32::try_from(held).expect("never empty");
            wanted.push((Instant(100), now));
            prop_assert_eq!(curve(Instant(0), &changes, Instant(100), now), wanted);
        }
    }
}
