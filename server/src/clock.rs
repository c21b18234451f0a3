//! Clock, ids and randomness, handed in so that tests can set them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use handoff_core::Instant;
use handoff_core::campaign::hours::{Minute, Opens};
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
/// Two servers on one database may make the same id in the same millisecond: then what is made second takes another one.
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

/// At which instant hours open in a time zone that are closed now, by its calendar: days have 23 to 25 hours where clocks
/// change, and a time that is skipped on that day is the instant at which it is skipped. Always after now.
///
/// `None` if there is no such zone, or the instant is beyond the calendar.
pub fn opening(zone: &TimeZoneName, opens: Opens, now: Instant) -> Option<Instant> {
    let zone = jiff::tz::db().get(zone.as_str()).ok()?;
    let now = jiff::Timestamp::from_microsecond(now.get()).ok()?;
    let today = now.to_zoned(zone.clone()).date();
    let (date, minute) = match opens {
        Opens::Today(minute) => (today, minute),
        Opens::Tomorrow(minute) => (today.tomorrow().ok()?, minute),
    };
    let (hour, minute) = (i8::try_from(minute.get() / 60).ok()?, i8::try_from(minute.get() % 60).ok()?);
    let written = zone.to_ambiguous_timestamp(date.at(hour, minute, 0, 0));
    let at = if let jiff::tz::AmbiguousOffset::Gap { .. } = written.offset() {
        zone.preceding(written.later().ok()?).next()?.timestamp()
    } else {
        // Of an hour that comes twice, the first that is not over.
        Some(written.earlier().ok()?).filter(|earlier| *earlier > now).or_else(|| written.later().ok())?
    };
    Some(Instant(at.max(now + jiff::SignedDuration::from_secs(1)).as_microsecond()))
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
    use handoff_core::campaign::hours::Hours;

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
    fn hours_open_by_the_calendar() {
        let at = |zone: &str, opens: Opens, instant: &str| {
            let now: jiff::Timestamp = instant.parse().unwrap();
            let at = opening(&TimeZoneName::parse(zone).unwrap(), opens, Instant(now.as_microsecond()))?;
            jiff::Timestamp::from_microsecond(at.get()).ok().map(|at| at.to_string())
        };
        let (today, tomorrow) = (
            |text: &str| Opens::Today(Minute::parse(text).unwrap()),
            |text: &str| Opens::Tomorrow(Minute::parse(text).unwrap()),
        );
        let york = "America/New_York";
        // Eleven hours in the night in which clocks go forward, thirteen when they go back.
        assert_eq!(at(york, tomorrow("09:00"), "2027-03-14T02:00:00Z").as_deref(), Some("2027-03-14T13:00:00Z"));
        assert_eq!(at(york, tomorrow("09:00"), "2027-11-07T01:00:00Z").as_deref(), Some("2027-11-07T14:00:00Z"));
        // 02:30 is skipped: it opens when it would have been.
        assert_eq!(at(york, today("02:30"), "2027-03-14T06:00:00Z").as_deref(), Some("2027-03-14T07:00:00Z"));
        // 01:30 comes twice.
        assert_eq!(at(york, today("01:30"), "2027-11-07T05:00:00Z").as_deref(), Some("2027-11-07T05:30:00Z"));
        assert_eq!(at(york, today("01:30"), "2027-11-07T06:00:00Z").as_deref(), Some("2027-11-07T06:30:00Z"));
        assert_eq!(
            at("Asia/Kolkata", tomorrow("00:00"), "2026-12-31T18:00:00Z").as_deref(),
            Some("2026-12-31T18:30:00Z")
        );
        assert_eq!(at("Middle/Earth", today("09:00"), "2027-11-07T06:00:00Z"), None);
    }

    proptest::proptest! {
        /// The naive model: look at the clock on the wall every minute until it is open.
        #[test]
        fn opening_agrees_with_walking(
            zone in proptest::sample::select(vec![
                "UTC", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
                "Africa/Casablanca", "Asia/Tehran",
            ]),
            // The days around each change of 2026 and 2027 among them.
            minute in 29_500_000_i64..31_100_000, open in 0_u16..1_300, length in 120_u16..1_440,
        ) {
            let zone = TimeZoneName::parse(zone).unwrap();
            let hours = Hours::new(Minute::new(open).unwrap(), Minute::new((open + length).min(1_440)).unwrap()).unwrap();
            let now = Instant(minute * 60_000_000);
            let is_open = |at: Instant| hours.is_open(minute_of_day(&zone, at).unwrap());
            if let Some(opens) = hours.opens(minute_of_day(&zone, now).unwrap()) {
                let walked = (1..20_000).map(|minutes| now.plus_seconds(minutes * 60)).find(|at| is_open(*at)).unwrap();
                let opened = opening(&zone, opens, now).unwrap();
                // In an hour that comes twice, hours that closed in it open once more: that is left to the next look.
                let again = minute_of_day(&zone, walked).unwrap() != opens.minute();
                proptest::prop_assert!(opened == walked || (again && opened > walked), "{} {}", opened.0, walked.0);
            }
        }
    }

    #[test]
    fn tokens_differ_and_hold_256_bits() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
    }
}
