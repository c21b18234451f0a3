//! The pool over time as a curve of steps: where its lines are. The picture stretches it to its own width and height.

use std::fmt::Write;

use handoff_core::Instant;

/// The width of the curve's own space.
pub const WIDTH: u32 = 1_000;

/// The height of the curve's own space.
pub const HEIGHT: u32 = 200;

/// A curve of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The path of the line.
    pub line: String,
    /// The path of what lies below it.
    pub area: String,
    /// What the upper edge stands for. It is even, so that the middle is a number, too.
    pub top: u32,
    /// The first instant, the one in the middle, the last.
    pub times: [Instant; 3],
}

/// The least round and even number that is no less.
fn round_up(most: u32) -> u32 {
    let most = u64::from(most.max(2));
    let mut unit = 1_u64;
    loop {
        // Twelve, not ten: few numbers leave a third of the picture empty.
        let fits = [10, 12, 14, 16, 20, 24, 30, 40, 50, 60, 80].into_iter().map(|tenths| tenths * unit);
        let small = [2, 4, 6, 8].into_iter().filter(|_| unit == 1);
        if let Some(round) = small.chain(fits).find(|round| *round >= most && round % 2 == 0) {
            return u32::try_from(round).unwrap_or(u32::MAX);
        }
        unit *= 10;
    }
}

/// The curve through these points, ascending in time. None if there is nothing to draw: no time passes.
pub fn chart(points: &[(Instant, u32)]) -> Option<Chart> {
    let (&(first, _), &(last, _)) = (points.first()?, points.last()?);
    let whole = u64::try_from(last.get().checked_sub(first.get())?).ok().filter(|whole| *whole > 0)?;
    let top = round_up(points.iter().map(|(_, count)| *count).max()?);
    let x = |at: Instant| {
        let passed = u64::try_from(at.get().saturating_sub(first.get())).unwrap_or(0).min(whole);
        // In tenths. Microseconds of centuries times ten thousand are more than 64 bits hold.
        let tenths = u128::from(passed) * u128::from(WIDTH) * 10 / u128::from(whole);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let y = |count: u32| {
        let tenths = u64::from(HEIGHT) * 10 - u64::from(count.min(top)) * u64::from(HEIGHT) * 10 / u64::from(top);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let mut line = String::new();
    for (place, (at, count)) in points.iter().enumerate() {
        let written = match place {
            0 => write!(line, "M0 {}", y(*count)),
            _ => write!(line, "H{}V{}", x(*at), y(*count)),
        };
        // Writing into a string does not fail.
        debug_assert!(written.is_ok());
    }
    let area = format!("{line}V{HEIGHT}H0z");
    let middle = Instant(first.get() + (last.get() - first.get()) / 2);
    Some(Chart { line, area, top, times: [first, middle, last] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(points: &[(i64, u32)]) -> Vec<(Instant, u32)> {
        points.iter().map(|(at, count)| (Instant(*at), *count)).collect()
    }

    #[test]
    fn the_scale_ends_at_a_round_and_even_number() {
        let rounded = [0, 1, 2, 3, 7, 9, 11, 12, 13, 100, 1_201, 1_240, 99_999, 100_000, 600_001];
        assert_eq!(
            rounded.map(round_up),
            [2, 2, 2, 4, 8, 10, 12, 12, 14, 100, 1_400, 1_400, 100_000, 100_000, 800_000]
        );
        for most in [1, 17, 999, 12_345, 4_000_000_000] {
            assert!(round_up(most) >= most && round_up(most).is_multiple_of(2), "{most}");
        }
    }

    #[test]
    fn a_number_holds_until_the_next_one() {
        let chart = chart(&points(&[(100, 20), (150, 10), (200, 0)])).expect("a curve");
        assert_eq!(chart.top, 20);
        assert_eq!(chart.line, "M0 0.0H500.0V100.0H1000.0V200.0");
        assert_eq!(chart.area, "M0 0.0H500.0V100.0H1000.0V200.0V200H0z");
        assert_eq!(chart.times, [100, 150, 200].map(Instant));
    }

    #[test]
    fn without_time_there_is_no_picture() {
        assert_eq!(chart(&[]), None);
        assert_eq!(chart(&points(&[(5, 3)])), None);
        assert_eq!(chart(&points(&[(5, 3), (5, 2)])), None);
        let years = points(&[(0, u32::MAX), (i64::MAX, 0)]);
        assert!(
            chart(&years).is_some_and(|chart| chart.line.starts_with("M0 ") && chart.line.contains("H1000.0V200.0"))
        );
    }
}
