//! Accounts: e-mail addresses, passwords and names, and what makes them good.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::name::{TOO_MANY_MARKS, clean, is_bare, is_overloaded};
pub use crate::contact::phone::{Country, NotACountry};
use crate::invisible::is_invisible;

/// An e-mail address, trimmed and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// The name of a person or an organization: one line, without spaces at its ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(String);

/// The text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("This is not an e-mail address. Write it like abby@example.org.")]
pub struct NotAnEmail;

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum NameError {
    /// Nothing of it can be seen.
    #[error("Write a name.")]
    Empty,
    /// Too many characters.
    #[error("This name is too long. Use at most {} characters.", Name::LONGEST)]
    TooLong,
    /// Too many marks on one letter.
    #[error("{}", TOO_MANY_MARKS)]
    Marks,
}

/// The password is too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("Choose a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")]
pub struct WeakPassword;

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 10;

/// The most characters of a password: enough for a sentence, and no burden to hash.
pub const LONGEST_PASSWORD: usize = 200;

impl Email {
    /// The most bytes that mail servers take.
    pub const LONGEST: usize = 254;

    /// Reads an address as a person types it.
    ///
    /// # Errors
    /// If no mail could be sent there.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let visible = |text: &str| !text.chars().any(|sign| sign.is_whitespace() || is_invisible(sign));
        let labels_fine = domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|sign| sign == '-' || sign.is_alphanumeric() && !is_invisible(sign))
        });
        let local_fine = !local.is_empty() && visible(local) && !local.contains(['@', ',', ';', '<', '>', '"']);
        if text.len() <= Self::LONGEST && local_fine && labels_fine && domain.contains('.') {
            Ok(Self(text))
        } else {
            Err(NotAnEmail)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name {
    /// The most characters.
    pub const LONGEST: usize = 100;

    /// Reads a name as a person types it: one line, without what cannot be seen.
    ///
    /// # Errors
    /// If nothing of it can be seen, or it is too long: it is never cut.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = clean(text, usize::MAX);
        if is_bare(&text) {
            Err(NameError::Empty)
        } else if text.chars().count() > Self::LONGEST {
            Err(NameError::TooLong)
        } else if is_overloaded(&text) {
            Err(NameError::Marks)
        } else {
            Ok(Self(text.into_owned()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Refuses a new password that is too short or too long. Nothing else is asked of it.
///
/// # Errors
/// If it is too short or too long.
pub fn check_password(password: &str) -> Result<(), WeakPassword> {
    let characters = password.chars().take(LONGEST_PASSWORD + 1).count();
    if (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&characters) { Ok(()) } else { Err(WeakPassword) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for good in ["abby@example.org", " Abby.O'Neil+texts@Mail.Example.ORG\n", "ü@bücher.example", "1@a.b"] {
            assert_eq!(Email::parse(good).map(|email| email.0), Ok(good.trim().to_lowercase()));
        }
        let bad = [
            "",
            " ",
            "@",
            "abby",
            "abby@",
            "@example.org",
            "abby@example",
            "a b@example.org",
            "abby@exa mple.org",
            "abby@.org",
            "abby@example.",
            "abby@-a.org",
            "a@b@example.org",
            "abby@example.org,lee@example.org",
            "Abby <abby@example.org>",
            "ab\u{200b}by@example.org",
            "abby\u{202e}@example.org",
            "abby@exam\u{3164}ple.org",
        ];
        for bad in bad {
            assert_eq!(Email::parse(bad), Err(NotAnEmail), "{bad}");
        }
        assert_eq!(Email::parse(&format!("{}@example.org", "a".repeat(300))), Err(NotAnEmail));
    }

    #[test]
    fn names_are_one_line() {
        assert_eq!(Name::parse("  Abby Lee ").map(|name| name.0), Ok("Abby Lee".to_owned()));
        assert_eq!(Name::parse(" \t "), Err(NameError::Empty));
        assert_eq!(Name::parse("Abby\nLee").map(|name| name.0), Ok("Abby Lee".to_owned()));
        assert_eq!(Name::parse("\u{202e}Ada\u{200b} Admin").map(|name| name.0), Ok("Ada Admin".to_owned()));
        for unseen in
            ["\u{3164}", "\u{200b} \u{2800}", "\u{202e}\u{202c}", "\u{ad}\u{200d}", "\u{301}", "\u{301} \u{489}"]
        {
            assert_eq!(Name::parse(unseen), Err(NameError::Empty), "{unseen:?}");
        }
        assert_eq!(Name::parse(&"é".repeat(100)).map(|name| name.0.chars().count()), Ok(100));
        assert_eq!(Name::parse(&"e".repeat(101)), Err(NameError::TooLong));
        assert_eq!(Name::parse(&format!("Z{}", "\u{334}".repeat(60))), Err(NameError::Marks));
        assert_eq!(NameError::Marks.to_string(), "One letter has more than 4 accents. Take some of them away.");
        assert_eq!(NameError::TooLong.to_string(), "This name is too long. Use at most 100 characters.");
    }

    #[test]
    fn passwords_are_counted_in_characters() {
        assert_eq!(check_password(&"é".repeat(10)), Ok(()));
        assert_eq!(check_password(&"é".repeat(9)), Err(WeakPassword));
        assert_eq!(check_password(&"e".repeat(200)), Ok(()));
        assert_eq!(check_password(&"e".repeat(201)), Err(WeakPassword));
        assert_eq!(WeakPassword.to_string(), "Choose a password of 10 to 200 characters.");
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_as_the_same(text in "\\PC{0,20}@?\\PC{0,20}(\\.[a-zA-Z]{1,5})?") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert_eq!(Email::parse(&format!(" {email}\t")), Ok(email));
            }
            if let Ok(name) = Name::parse(&text) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn an_ordinary_address_is_the_same_in_any_case(
            local in "[a-z0-9][a-z0-9.+_-]{0,30}", domain in "[a-z0-9]{1,20}(-[a-z0-9]{1,5})?\\.[a-z]{2,10}",
        ) {
            let address = format!("{local}@{domain}");
            prop_assert_eq!(Email::parse(&address.to_uppercase()), Ok(Email(address)));
        }

        #[test]
        fn nothing_panics(text in any::<String>()) {
            let _ = (Email::parse(&text), Name::parse(&text), check_password(&text));
        }
    }
}
