//! Clock, ids and randomness, handed in so that tests can set them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use handoff_core::Instant;
use handoff_core::campaign::hours::Minute;
use handoff_core::campaign::time_zone::TimeZoneName;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The instant now.
    fn now(&self) -> Instant;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Instant(since.ok().and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0))
    }
}

/// A clock that tests set.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at this instant.
    pub const fn at(instant: Instant) -> Self {
        Self(AtomicI64::new(instant.0))
    }

    /// Moves the clock on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// 2025-01-01 in microseconds: where the clock in the ids begins.
const EPOCH: i64 = 1_735_689_600_000_000;

/// Makes ids: 53-bit numbers ordered by time, each once, so that scripts in JavaScript hold them exactly.
///
/// The upper 41 bits are milliseconds since 2025, enough until 2094; the lower 12 count within one.
/// Two servers on one database may make the same id in the same millisecond: the database refuses the second,
/// whose act fails as a whole and can be repeated.
#[derive(Clone)]
pub struct Ids {
    clock: Arc<dyn Clock>,
    last: Arc<AtomicI64>,
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ids").field("last", &self.last).finish_non_exhaustive()
    }
}

impl Ids {
    /// Ids by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: Arc::new(AtomicI64::new(0)) }
    }

    /// The next id.
    pub fn next(&self) -> i64 {
        self.block(1)
    }

    /// The first of so many ids in a row.
    pub fn block(&self, count: u32) -> i64 {
        let now = (self.clock.now().0 - EPOCH).max(0) / 1_000 * 4_096;
        let count = i64::from(count.max(1));
        let mut last = self.last.load(Ordering::SeqCst);
        loop {
            let first = now.max(last + 1);
            match self.last.compare_exchange(last, first + count - 1, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return first,
                Err(current) => last = current,
            }
        }
    }
}

/// What time of the day it is in a time zone.
///
/// `None` if there is no such zone, or the instant is beyond the calendar.
pub fn minute_of_day(zone: &TimeZoneName, now: Instant) -> Option<Minute> {
    let zone = jiff::tz::db().get(zone.as_str()).ok()?;
    let local = jiff::Timestamp::from_microsecond(now.get()).ok()?.to_zoned(zone);
    let minutes = u16::try_from(local.hour()).ok()? * 60 + u16::try_from(local.minute()).ok()?;
    Minute::new(minutes).ok()
}

/// 256 random bits from the operating system, in hexadecimal: a token that cannot be guessed.
///
/// # Errors
/// If the operating system has none to give.
pub fn token() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(64), |text, byte| format!("{text}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_and_fit_into_53_bits_though_the_clock_stands() {
        let ids = Ids::new(Arc::new(FixedClock::at(Instant(EPOCH + 60_000_000 * 60 * 24 * 365 * 60))));
        let (first, second, block, after) = (ids.next(), ids.next(), ids.block(100_000), ids.next());
        assert!(first < second && second < block);
        assert_eq!(after, block + 100_000);
        assert!(after <= handoff_core::id::LARGEST);
    }

    #[test]
    fn it_is_earlier_in_the_west_and_clocks_change_there() {
        let at = |zone: &str, instant: &str| {
            let now: jiff::Timestamp = instant.parse().unwrap();
            minute_of_day(&TimeZoneName::parse(zone).unwrap(), Instant(now.as_microsecond()))
                .map(|minute| minute.to_string())
        };
        assert_eq!(at("UTC", "2026-11-01T12:00:00Z").as_deref(), Some("12:00"));
        assert_eq!(at("America/New_York", "2026-11-01T05:59:00Z").as_deref(), Some("01:59"));
        assert_eq!(at("America/New_York", "2026-11-01T06:30:00Z").as_deref(), Some("01:30"));
        assert_eq!(at("Asia/Kolkata", "2026-11-01T23:59:59Z").as_deref(), Some("05:29"));
        assert_eq!(at("Middle/Earth", "2026-11-01T12:00:00Z"), None);
    }

    #[test]
    fn tokens_differ_and_hold_256_bits() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
    }
}
