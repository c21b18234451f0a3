//! Phone numbers in E.164: `+`, the country's calling code, the number. And the one reader of what people write.

mod cell;
mod columns;
mod country;
mod fault;
mod home;
mod north_america;
mod one;
mod plan;
mod read;
mod remark;
mod several;
mod signs;
mod words;

pub use cell::Found;
pub use columns::{column_words, is_no_phone_column, is_number_column, kind_of_column, kind_of_label};
pub use country::{Country, NotACountry};
pub use fault::PhoneFault;
pub use north_america::NoSuchNumber;
pub use read::{Source, choose, read, read_all, read_every};
pub use words::Kind;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A phone number in E.164: 8 to 15 digits, the first not 0.
///
/// It is kept as a number: no digit string of E.164 begins with 0, so none is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Phone(u64);

/// The text is not a number in E.164.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("A phone number is a + and 8 to 15 digits, the first of them not 0.")]
pub struct NotE164;

const SMALLEST: u64 = 10_000_000;
const LARGEST: u64 = 999_999_999_999_999;

impl Phone {
    /// The number with these digits, calling code included.
    ///
    /// # Errors
    /// If there are fewer than 8 or more than 15 digits.
    pub const fn from_digits(digits: u64) -> Result<Self, NotE164> {
        if digits < SMALLEST || digits > LARGEST { Err(NotE164) } else { Ok(Self(digits)) }
    }

    /// Reads a number in E.164, exactly as it is stored.
    ///
    /// # Errors
    /// If the text is anything else.
    pub fn parse(text: &str) -> Result<Self, NotE164> {
        let digits = text.strip_prefix('+').ok_or(NotE164)?;
        let well_formed = (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if well_formed { digits.parse().map(Self).map_err(|_| NotE164) } else { Err(NotE164) }
    }

    /// The digits, calling code included.
    pub const fn digits(self) -> u64 {
        self.0
    }

    /// The number for people: `(212) 555-0100`, or `+44 2079 460 018`.
    pub fn readable(self) -> String {
        let digits = self.0.to_string();
        // Calling codes that nobody has yet would have three digits.
        let code = plan::split(&digits).map_or(3, |(_, rest)| digits.len() - rest.len());
        let (code, rest) = digits.split_at(code.min(digits.len()));
        if code == "1" && rest.len() == 10 {
            return format!("({}) {}-{}", &rest[..3], &rest[3..6], &rest[6..]);
        }
        let mut text = format!("+{code}");
        let groups = (rest.len() / 3).max(1);
        let (each, longer) = (rest.len() / groups, rest.len() % groups);
        let mut rest = rest;
        for group in 0..groups {
            // The longer groups come last, as people write them.
            let length = each + usize::from(group >= groups - longer);
            let (head, tail) = rest.split_at(length.min(rest.len()));
            text.push(' ');
            text.push_str(head);
            rest = tail;
        }
        text
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "+{}", self.0)
    }
}

impl std::str::FromStr for Phone {
    type Err = NotE164;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.to_string()
    }
}

impl TryFrom<String> for Phone {
    type Error = NotE164;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let readable = |text: &str| Phone::parse(text).map(Phone::readable);
        assert_eq!(readable("+12125550100").as_deref(), Ok("(212) 555-0100"));
        assert_eq!(readable("+33639980001").as_deref(), Ok("+33 639 980 001"));
        assert_eq!(readable("+442079460018").as_deref(), Ok("+44 207 946 0018"));
        assert_eq!(readable("+35312345678").as_deref(), Ok("+353 1234 5678"));
        assert_eq!(readable("+989121234567").as_deref(), Ok("+98 912 123 4567"));
        assert_eq!(readable("+79161234567").as_deref(), Ok("+7 916 123 4567"));
    }

    #[test]
    fn what_is_not_e164_is_refused() {
        for text in [
            "",
            "+",
            "12125550100",
            "+0212555010",
            "+1234567",
            "+1234567890123456",
            "+1 2125550100",
            "+１２１２５５５０１００",
        ] {
            assert_eq!(Phone::parse(text), Err(NotE164), "{text}");
        }
        assert_eq!(Phone::from_digits(9_999_999), Err(NotE164));
        assert!(Phone::from_digits(10_000_000).is_ok());
        assert!(serde_json::from_str::<Phone>("\"+1\"").is_err());
    }

    proptest! {
        /// The naive rule: a plus, then 8 to 15 digits, the first not 0.
        #[test]
        fn parsing_agrees_with_the_rule(text in "\\+?[0-9 ]{5,18}|\\PC{0,20}") {
            let characters: Vec<char> = text.chars().collect();
            let naive = matches!(characters.as_slice(), ['+', first, rest @ ..]
                if ('1'..='9').contains(first) && (7..=14).contains(&rest.len()) && rest.iter().all(char::is_ascii_digit));
            prop_assert_eq!(Phone::parse(&text).is_ok(), naive);
        }

        #[test]
        fn a_number_survives_writing_storing_and_reading(digits in SMALLEST..=LARGEST) {
            let phone = Phone::from_digits(digits).expect("in range");
            prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone));
            let json = serde_json::to_string(&phone).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Phone>(&json).expect("a phone"), phone);
            let readable: String = phone.readable().chars().filter(char::is_ascii_digit).collect();
            let all = digits.to_string();
            let national = format!("1{readable}");
            prop_assert!(readable == all || national == all);
        }
    }
}
