//! A campaign's hours: from when to when messages may be sent each day.
//!
//! Which minute of the day it is where the campaign is, the server knows. Here it is given.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A minute of the day, from 00:00 to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u16", try_from = "u16")]
pub struct Minute(u16);

/// From when to when messages may be sent each day, in the campaign's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "(Minute, Minute)", try_from = "(Minute, Minute)")]
pub struct Hours {
    open: Minute,
    close: Minute,
}

/// When the hours open again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Opens {
    /// Later today.
    Today(Minute),
    /// Tomorrow.
    Tomorrow(Minute),
}

/// The text is no time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("This is not a time of day. Write it like 09:00 or 21:30.")]
pub struct NotATime;

/// The hours close before they open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error(
    "The hours open at {open} and close at {close}: that leaves no time to send. Choose a closing time after the opening time."
)]
pub struct HoursError {
    /// The opening time.
    pub open: Minute,
    /// The closing time.
    pub close: Minute,
}

const DAY: u16 = 24 * 60;

impl Minute {
    /// The first minute of a day.
    pub const FIRST: Self = Self(0);

    /// The end of a day, 24:00.
    pub const END: Self = Self(DAY);

    /// The minute so many minutes after midnight.
    ///
    /// # Errors
    /// If a day has not so many minutes.
    pub const fn new(minutes: u16) -> Result<Self, NotATime> {
        if minutes > DAY { Err(NotATime) } else { Ok(Self(minutes)) }
    }

    /// Reads a time like `9:00` or `21:30`, as fields for times give it. Seconds are dropped.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let number = |digits: &str| -> Option<u16> {
            let fine = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if fine { digits.parse().ok() } else { None }
        };
        let parts: Vec<&str> = text.trim().split(':').collect();
        let (hours, minutes) = match parts.as_slice() {
            [hours, minutes] => (*hours, *minutes),
            [hours, minutes, seconds] if seconds.len() == 2 && number(seconds).is_some_and(|seconds| seconds < 60) => {
                (*hours, *minutes)
            }
            _ => return Err(NotATime),
        };
        match (number(hours), number(minutes)) {
            (Some(hours @ 0..=24), Some(rest @ 0..=59)) if minutes.len() == 2 => Self::new(hours * 60 + rest),
            _ => Err(NotATime),
        }
    }

    /// The minutes since midnight.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Hours {
    /// Hours from one time of the day to another.
    ///
    /// Midnight as the closing time is the end of the day, so that a campaign can be open until then, or always.
    ///
    /// # Errors
    /// If they close before they open, or then.
    pub const fn new(open: Minute, close: Minute) -> Result<Self, HoursError> {
        let close = if close.0 == 0 { Minute::END } else { close };
        if open.0 < close.0 { Ok(Self { open, close }) } else { Err(HoursError { open, close }) }
    }

    /// When they open.
    pub const fn open(self) -> Minute {
        self.open
    }

    /// When they close. Nothing is sent any more in this minute.
    pub const fn close(self) -> Minute {
        self.close
    }

    /// Whether messages may be sent in this minute of the day.
    pub const fn is_open(self, minute: Minute) -> bool {
        self.open.0 <= minute.0 && minute.0 < self.close.0
    }

    /// When they open again, if they are closed in this minute.
    pub const fn opens(self, minute: Minute) -> Option<Opens> {
        if self.is_open(minute) {
            None
        } else if minute.0 < self.open.0 {
            Some(Opens::Today(self.open))
        } else {
            Some(Opens::Tomorrow(self.open))
        }
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self { open: Minute(9 * 60), close: Minute(21 * 60) }
    }
}

impl Opens {
    /// At what time of the day.
    pub const fn minute(self) -> Minute {
        match self {
            Self::Today(minute) | Self::Tomorrow(minute) => minute,
        }
    }
}

impl std::fmt::Display for Minute {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::fmt::Display for Opens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Today(minute) => write!(formatter, "today at {minute}"),
            Self::Tomorrow(minute) => write!(formatter, "tomorrow at {minute}"),
        }
    }
}

impl From<Minute> for u16 {
    fn from(minute: Minute) -> Self {
        minute.0
    }
}

impl TryFrom<u16> for Minute {
    type Error = NotATime;

    fn try_from(minutes: u16) -> Result<Self, Self::Error> {
        Self::new(minutes)
    }
}

impl From<Hours> for (Minute, Minute) {
    fn from(hours: Hours) -> Self {
        (hours.open, hours.close)
    }
}

impl TryFrom<(Minute, Minute)> for Hours {
    type Error = HoursError;

    fn try_from((open, close): (Minute, Minute)) -> Result<Self, Self::Error> {
        Self::new(open, close)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_as_fields_give_them() {
        let read = |text: &str| Minute::parse(text).map(|minute| minute.to_string());
        assert_eq!(read("9:00").as_deref(), Ok("09:00"));
        assert_eq!(read(" 21:30:00 ").as_deref(), Ok("21:30"));
        assert_eq!(read("00:00").as_deref(), Ok("00:00"));
        assert_eq!(read("24:00").as_deref(), Ok("24:00"));
        for bad in [
            "",
            "9",
            "9:0",
            "24:01",
            "25:00",
            "9:60",
            "-1:00",
            "+9:00",
            "9:00 pm",
            "009:00",
            "9:00:60",
            "9:00:0",
            "9:00:00:00",
        ] {
            assert_eq!(Minute::parse(bad), Err(NotATime), "{bad}");
        }
    }

    #[test]
    fn hours_close_after_they_open() {
        let hours = |open: &str, close: &str| {
            Hours::new(Minute::parse(open).expect("a time"), Minute::parse(close).expect("a time"))
        };
        assert_eq!(hours("09:00", "21:00"), Ok(Hours::default()));
        assert_eq!(hours("09:00", "00:00"), hours("09:00", "24:00"));
        assert!(hours("00:00", "00:00").is_ok_and(|always| (0..DAY).all(|minute| always.is_open(Minute(minute)))));
        let refused = hours("21:00", "09:00").expect_err("refused").to_string();
        assert_eq!(
            refused,
            "The hours open at 21:00 and close at 09:00: that leaves no time to send. Choose a closing time after the opening time."
        );
        assert!(hours("09:00", "09:00").is_err());
        assert!(serde_json::from_str::<Hours>("[600,540]").is_err());
        assert!(serde_json::from_str::<Hours>("[540,1441]").is_err());
    }

    proptest! {
        /// The naive model: walk on, minute by minute, until it is open.
        #[test]
        fn opening_agrees_with_walking(open in 0..DAY, length in 1..=DAY, now in 0..DAY) {
            let close = (open + length).min(DAY);
            let hours = Hours::new(Minute(open), Minute(close)).expect("closes after it opens");
            let is_open = |minute: u16| (open..close).contains(&minute);
            let walked = (0..=DAY).find(|minutes| is_open((now + minutes) % DAY)).expect("open at some time");
            prop_assert_eq!(hours.is_open(Minute(now)), walked == 0);
            match hours.opens(Minute(now)) {
                None => prop_assert_eq!(walked, 0),
                Some(Opens::Today(minute)) => prop_assert_eq!(minute.get(), now + walked),
                Some(Opens::Tomorrow(minute)) => prop_assert_eq!(minute.get() + DAY, now + walked),
            }
            let json = serde_json::to_string(&hours).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Hours>(&json).expect("hours"), hours);
            prop_assert_eq!(Minute::parse(&Minute(now).to_string()), Ok(Minute(now)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9:]{0,9}|\\PC{0,9}") {
            let _ = Minute::parse(&text);
        }
    }
}
