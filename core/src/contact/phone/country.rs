//! The country of an organization: whose national numbers are understood.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::plan::{plan, plan_of};

/// A country, by its two letters: whose national phone numbers are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Country {
    letters: [u8; 2],
    /// Its calling code, 0 if there is no such country.
    code: u16,
}

/// The text is no country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("Write the country as two letters, like US or GB.")]
pub struct NotACountry;

/// What people write for a country whose letters are others.
const ALSO: [(&str, &str); 2] = [("UK", "GB"), ("EL", "GR")];

impl Country {
    /// Reads the two letters of a country that has phone numbers, in any case. UK is read as GB.
    ///
    /// # Errors
    /// If they are not the letters of such a country.
    pub fn parse(text: &str) -> Result<Self, NotACountry> {
        let country = Self::of_organization(text);
        if country.code == 0 { Err(NotACountry) } else { Ok(country) }
    }

    /// The country that is stored with an organization. Where there is no such country, only numbers with their
    /// calling code are understood.
    pub fn of_organization(stored: &str) -> Self {
        let letters = stored.trim().to_ascii_uppercase();
        let letters = ALSO.iter().find(|(other, _)| *other == letters).map_or(letters.as_str(), |(_, letters)| letters);
        match (letters.as_bytes(), plan_of(letters)) {
            ([one, two], Some(plan)) => Self { letters: [*one, *two], code: plan.code },
            ([one, two], None) if letters.is_ascii() => Self { letters: [*one, *two], code: 0 },
            _ => Self { letters: *b"??", code: 0 },
        }
    }

    /// What numbers in E.164 begin with, without the +, that begin with these digits inside the country. `None` where
    /// there is no such country.
    pub fn beginning(self, digits: &str) -> Option<String> {
        let plan = plan(self.code)?;
        let mut trunks = plan.trunks.iter().filter(|trunk| trunk.starts_with('0'));
        let number = trunks.find_map(|trunk| digits.strip_prefix(*trunk)).unwrap_or(digits);
        Some(format!("{}{number}", plan.code))
    }

    /// Its two letters.
    pub(super) const fn letters(self) -> [u8; 2] {
        self.letters
    }

    /// Its calling code, 0 if there is no such country.
    pub(super) const fn code(self) -> u16 {
        self.code
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, two] = self.letters;
        write!(formatter, "{}{}", char::from(one), char::from(two))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn countries_are_two_letters() {
        let read = |text: &str| Country::parse(text).map(|country| (country.to_string(), country.code()));
        assert_eq!(read(" us "), Ok(("US".to_owned(), 1)));
        assert_eq!(read("uk"), Ok(("GB".to_owned(), 44)));
        assert_eq!(read("EL"), Ok(("GR".to_owned(), 30)));
        assert_eq!(read("CA"), Ok(("CA".to_owned(), 1)));
        for bad in ["", "U", "USA", "U1", "ÜS", "é", "XX", "ZZ", "??", "AQ"] {
            assert_eq!(read(bad), Err(NotACountry), "{bad}");
        }
    }

    #[test]
    fn a_stored_country_that_does_not_exist_has_no_national_numbers() {
        assert_eq!(Country::of_organization("XX").code(), 0);
        assert_eq!(Country::of_organization("UK").to_string(), "GB");
        assert_eq!(Country::of_organization("anything").code(), 0);
        assert_eq!(Country::of_organization("anything").beginning("212"), None);
    }

    #[test]
    fn the_beginning_of_a_number_can_be_typed_as_in_the_country() {
        let beginning = |country: &str, digits: &str| Country::of_organization(country).beginning(digits);
        assert_eq!(beginning("US", "212555").as_deref(), Some("1212555"));
        assert_eq!(beginning("GB", "02079").as_deref(), Some("442079"));
        assert_eq!(beginning("GB", "2079").as_deref(), Some("442079"));
        assert_eq!(beginning("IT", "0612").as_deref(), Some("390612"));
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_as_the_same(text in "[A-Za-z]{2}|\\PC{0,5}") {
            if let Ok(country) = Country::parse(&text) {
                prop_assert_eq!(Country::parse(&country.to_string()), Ok(country));
                prop_assert_eq!(Country::of_organization(&country.to_string()), country);
            }
        }
    }
}
