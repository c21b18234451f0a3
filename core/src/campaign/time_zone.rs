//! Names of time zones, like `America/New_York`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The name of a time zone, checked by its form alone. Whether there is such a zone, the server knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeZoneName(String);

/// The text is no name of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("This is not a time zone. Choose one from the list, like America/New_York.")]
pub struct NotATimeZone;

impl TimeZoneName {
    /// The most characters. The longest that there is has 32.
    pub const LONGEST: usize = 64;

    /// Reads a name: `UTC`, or parts like `America/New_York`.
    ///
    /// # Errors
    /// If no time zone has a name like this.
    pub fn parse(text: &str) -> Result<Self, NotATimeZone> {
        let text = text.trim();
        let part = |part: &str| {
            part.starts_with(|sign: char| sign.is_ascii_alphabetic())
                && part.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '+'))
        };
        if text.len() <= Self::LONGEST && text.split('/').all(part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotATimeZone)
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TimeZoneName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<TimeZoneName> for String {
    fn from(name: TimeZoneName) -> Self {
        name.0
    }
}

impl TryFrom<String> for TimeZoneName {
    type Error = NotATimeZone;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_form() {
        for good in [
            "UTC",
            "America/New_York",
            "America/Argentina/ComodRivadavia",
            "America/Port-au-Prince",
            "Etc/GMT+5",
            "EST5EDT",
        ] {
            assert_eq!(TimeZoneName::parse(good).map(String::from).as_deref(), Ok(good));
        }
        for bad in ["", "/", "America/", "/UTC", "../../etc/passwd", "America//New_York", "New York", "+05:00", "Ä"] {
            assert_eq!(TimeZoneName::parse(bad), Err(NotATimeZone), "{bad}");
        }
        assert_eq!(TimeZoneName::parse(&"A".repeat(65)), Err(NotATimeZone));
        assert!(serde_json::from_str::<TimeZoneName>("\"a b\"").is_err());
    }
}
