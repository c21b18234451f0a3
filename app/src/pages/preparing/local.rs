//! Dates and times as fields give them, in a time zone: milliseconds since 1970 as the clock there shows them.

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// Reads what a field for date and time holds: `2026-11-03T09:30`, with or without seconds.
pub fn read(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once('T')?;
    let numbers = |text: &str, sign: char| text.split(sign).map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>();
    let (date, time) = (numbers(date, '-')?, numbers(time, ':')?);
    match (date.as_slice(), time.as_slice()) {
        (&[year, month, day], &[hour, minute] | &[hour, minute, _]) => at(year, month, day, hour, minute),
        _ => None,
    }
}

/// Reads what a clock shows that is asked for `11/03/2026, 09:30:00`.
pub fn read_clock(text: &str) -> Option<i64> {
    let numbers: Vec<i64> =
        text.split(|sign: char| !sign.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        &[month, day, year, hour, minute, second] => Some(at(year, month, day, hour, minute)? + second * 1_000),
        _ => None,
    }
}

fn at(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Option<i64> {
    let fine = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute);
    fine.then(|| days(year, month, day) * DAY + (hour * 60 + minute) * 60_000)
}

/// The days from 1970 to a date. Years are counted from March, so that the leap day is the last of one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// The form that a field for date and time takes.
pub fn written(local: i64) -> String {
    let (number, rest) = (local.div_euclid(DAY) + 719_468, local.rem_euclid(DAY) / 60_000);
    let era = number.div_euclid(146_097);
    let of_era = number.rem_euclid(146_097);
    let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let months = (5 * of_year + 2) / 153;
    let day = of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = era * 400 + years + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", rest / 60, rest % 60)
}

/// The instant at which the clock shows this, if that is ahead of the time in UTC by `offset` at an instant.
///
/// Of an hour that is there twice in the autumn, the first; for one that is left out in the spring, the time after it.
pub fn instant(local: i64, offset: impl Fn(i64) -> i64) -> i64 {
    let (before, after) = (offset(local - DAY), offset(local + DAY));
    let shows = |ahead: i64| offset(local - ahead) == ahead;
    if shows(before) || !shows(after) { local - before } else { local - after }
}

/// How many minutes it really is until the clock shows this minute of the day, if it shows `shown` now. `offset` is as
/// for [`instant`]. In the night in which clocks change, that is not what the clock would say.
pub fn until(shown: i64, now: i64, minute: u16, offset: impl Fn(i64) -> i64) -> u16 {
    let then = instant(shown.div_euclid(DAY) * DAY + i64::from(minute) * 60_000, offset);
    let whole = now.div_euclid(60_000) * 60_000;
    u16::try_from((then - whole).max(0) / 60_000).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        assert_eq!(read("1970-01-01T00:00"), Some(0));
        assert_eq!(read("2026-11-03T09:30"), Some(1_793_698_200_000));
        assert_eq!(read("2026-11-03T09:30:59"), Some(1_793_698_200_000));
        assert_eq!(read_clock("11/03/2026, 09:30:07"), Some(1_793_698_207_000));
        for bad in ["", "2026-11-03", "2026-13-03T09:30", "2026-11-03T24:00", "02026-11T09:30", "x-1-1T1:1", "1-1-1T1"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
        // Every eleventh hour of four hundred years and more: leap days, and centuries without one.
        for hour in (0..3_600_000_i64).step_by(11) {
            let local = hour * 3_600_000 + 60_000 * (hour % 60);
            assert_eq!(read(&written(local)), Some(local), "{}", written(local));
        }
    }

    /// New York in 2026: five hours behind, four from 8 March 07:00 UTC to 1 November 06:00 UTC.
    fn hours(at: i64) -> i64 {
        let (spring, autumn) = (read("2026-03-08T07:00"), read("2026-11-01T06:00"));
        if Some(at) >= spring && Some(at) < autumn { -4 } else { -5 }
    }

    #[test]
    fn spans_are_as_long_as_they_are() {
        let left = |now: &str, minute: u16| {
            let now = read(now).expect("a time");
            let ahead = |at: i64| hours(at) * 3_600_000;
            until(now + ahead(now), now, minute, ahead)
        };
        // At midnight, until 21:00: an ordinary day, the one in the spring, the one in the autumn.
        assert_eq!(left("2026-03-07T05:00", 1_260), 21 * 60);
        assert_eq!(left("2026-03-08T05:00", 1_260), 20 * 60);
        assert_eq!(left("2026-11-01T04:00", 1_260), 22 * 60);
        // Once clocks have changed, it is what they say.
        assert_eq!(left("2026-03-08T07:00", 1_260), 18 * 60);
        assert_eq!(left("2026-11-01T06:00", 1_260), 20 * 60);
        // In the hour that comes twice, the first time; and until midnight.
        assert_eq!(left("2026-11-01T05:30", 1_440), 23 * 60 + 30);
        assert_eq!(left("2026-07-15T12:00", 1_440), 16 * 60);
        assert_eq!(left("2026-07-15T12:00", 0), 0);
    }

    #[test]
    fn a_time_is_where_the_clock_shows_it() {
        let at = |text: &str| {
            let local = read(text).expect("a time");
            written(instant(local, |at| hours(at) * 3_600_000))
        };
        assert_eq!(at("2026-01-15T09:00"), "2026-01-15T14:00");
        assert_eq!(at("2026-07-15T09:00"), "2026-07-15T13:00");
        assert_eq!(at("2026-03-08T01:59"), "2026-03-08T06:59");
        assert_eq!(at("2026-03-08T03:00"), "2026-03-08T07:00");
        assert_eq!(at("2026-11-01T03:00"), "2026-11-01T08:00");
        // Half past one is there twice.
        assert_eq!(at("2026-11-01T01:30"), "2026-11-01T05:30");
        // The clock never shows half past two that night: the next it shows is half past three.
        assert_eq!(at("2026-03-08T02:30"), "2026-03-08T07:30");
    }
}
