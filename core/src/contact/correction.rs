//! Correcting what is known of a contact: their names, and the values of their custom fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::cell::{meant, meant_name};
use super::field::{FIRST_NAME, LAST_NAME};
use super::name::{LONGEST_NAME, LONGEST_VALUE, clean};
use crate::text::separated;

/// A contact as a person wants them to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The values of all custom fields, by name; one that is not among them becomes empty. `None` leaves them as they
    /// are.
    pub fields: Option<BTreeMap<String, String>>,
}

/// Why a correction is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CorrectionError {
    /// A name is too long: which of them, and its characters.
    #[error("This name has {} characters. Shorten it to {LONGEST_NAME}.", separated(*.1))]
    Name(&'static str, usize),
    /// The value of a custom field is too long: which field, and the characters of the value.
    #[error("This value has {} characters. Shorten it to {}.", separated(*.1), separated(LONGEST_VALUE))]
    Value(String, usize),
    /// The campaign has no such custom field.
    #[error("The contacts of this campaign have no field \"{0}\". Reload the page to see the fields that they have.")]
    UnknownField(String),
}

impl CorrectionError {
    /// The name of the field that is refused, as placeholders call it.
    pub fn field(&self) -> &str {
        match self {
            Self::Name(field, _) => field,
            Self::Value(field, _) | Self::UnknownField(field) => field,
        }
    }
}

impl Correction {
    /// The correction as it is kept: read and cleaned as an import does, so that `NULL` is nothing, without empty fields. `known` are the campaign's
    /// custom fields.
    ///
    /// # Errors
    /// If something is too long, which is never cut here, or a field is not known.
    pub fn checked(&self, known: &[String]) -> Result<Self, CorrectionError> {
        let fields = self.fields.as_ref().map(|fields| checked_fields(fields, known)).transpose()?;
        Ok(Self {
            first_name: checked_name(FIRST_NAME, &self.first_name)?,
            last_name: checked_name(LAST_NAME, &self.last_name)?,
            fields,
        })
    }
}

fn checked_name(field: &'static str, text: &str) -> Result<String, CorrectionError> {
    short(&meant_name(text), LONGEST_NAME).map_err(|characters| CorrectionError::Name(field, characters))
}

fn checked_fields(
    fields: &BTreeMap<String, String>,
    known: &[String],
) -> Result<BTreeMap<String, String>, CorrectionError> {
    let mut kept = BTreeMap::new();
    for (name, value) in fields {
        if !known.contains(name) {
            return Err(CorrectionError::UnknownField(name.clone()));
        }
        let value = short(&meant(value), LONGEST_VALUE)
            .map_err(|characters| CorrectionError::Value(name.clone(), characters))?;
        if !value.is_empty() {
            kept.insert(name.clone(), value);
        }
    }
    Ok(kept)
}

/// The cleaned text, or how many characters it has if those are too many.
fn short(text: &str, longest: usize) -> Result<String, usize> {
    let text = clean(text, usize::MAX);
    match text.chars().count() {
        characters if characters > longest => Err(characters),
        _ => Ok(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::name::{clean_name, clean_value};
    use proptest::prelude::*;

    fn known() -> Vec<String> {
        vec!["precinct".to_owned(), "city".to_owned()]
    }

    fn correction(first_name: &str, fields: &[(&str, &str)]) -> Correction {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Correction { first_name: first_name.to_owned(), last_name: String::new(), fields: Some(fields) }
    }

    #[test]
    fn what_an_import_takes_for_nothing_is_nothing() {
        for nothing in ["NULL", " #N/A ", "-", "unknown"] {
            assert_eq!(correction(nothing, &[]).checked(&known()).expect("good").first_name, "", "{nothing}");
        }
        let checked = correction("Null", &[("city", "N/A"), ("precinct", "None of them")]).checked(&known());
        assert_eq!(checked, Ok(correction("Null", &[("precinct", "None of them")])));
    }

    #[test]
    fn a_correction_is_cleaned_and_never_cut() {
        let checked = correction("  Ana\t María ", &[("city", " \u{0} "), ("precinct", " 12 ")]).checked(&known());
        assert_eq!(checked, Ok(correction("Ana María", &[("precinct", "12")])));
        let none = Correction { fields: None, ..correction("Ana", &[]) };
        assert_eq!(none.checked(&known()), Ok(none));
        let error = correction(&"é".repeat(101), &[]).checked(&known()).expect_err("too long");
        assert_eq!(
            (error.field(), error.to_string().as_str()),
            ("first_name", "This name has 101 characters. Shorten it to 100.")
        );
        let longest = correction(&"é".repeat(100), &[("city", &"x".repeat(1_000))]);
        assert_eq!(longest.checked(&known()).as_ref(), Ok(&longest));
        let error = correction("", &[("city", &"x".repeat(1_001))]).checked(&known()).expect_err("too long");
        assert_eq!(
            (error.field(), error.to_string().as_str()),
            ("city", "This value has 1,001 characters. Shorten it to 1,000.")
        );
        let error = correction("", &[("nick", "x")]).checked(&known()).expect_err("unknown");
        assert_eq!(error, CorrectionError::UnknownField("nick".to_owned()));
        assert_eq!(error.field(), "nick");
    }

    proptest! {
        /// What an import would have kept is what a correction keeps, as long as nothing had to be cut.
        #[test]
        fn a_correction_agrees_with_an_import(name in "\\PC{0,120}", value in "\\PC{0,60}") {
            match correction(&name, &[("city", &value)]).checked(&known()) {
                Ok(checked) => {
                    let (name, value) = (meant_name(&name), meant(&value));
                    prop_assert_eq!(checked.first_name.as_str(), clean_name(&name));
                    let kept = checked.fields.and_then(|fields| fields.get("city").cloned()).unwrap_or_default();
                    prop_assert_eq!(kept.as_str(), clean_value(&value));
                }
                Err(_) => prop_assert!(clean(&name, usize::MAX).chars().count() > LONGEST_NAME),
            }
        }

        #[test]
        fn a_checked_correction_stays_as_it_is(name in "\\PC{0,80}", value in "\\PC{0,80}") {
            if let Ok(checked) = correction(&name, &[("precinct", &value)]).checked(&known()) {
                prop_assert_eq!(checked.checked(&known()), Ok(checked));
            }
        }
    }
}
