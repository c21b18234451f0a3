//! Messages with placeholders.
//!
//! `{first_name}`, `{last_name}` and `{any_custom_field}` stand for what the contact has there.
//! `{first_name|there}` says `there` to a contact who has nothing there. `{{` and `}}` write a brace.
//! Inside the braces, case and spaces do not matter: `{First Name}` is `{first_name}`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::field::{FIRST_NAME, LAST_NAME, field_name};

/// The most characters of a message, as it is written with its placeholders.
pub const LONGEST_MESSAGE: usize = 1_600;

/// A message with placeholders, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder { name: String, fallback: String },
}

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum TemplateError {
    /// Too long.
    #[error("This message has {0} characters. Shorten it to {LONGEST_MESSAGE}.")]
    TooLong(usize),
    /// A placeholder that no contact of the campaign has.
    #[error("There is no placeholder {{{name}}}. Use one of {}.", listed(.known))]
    Unknown {
        /// What stands between the braces.
        name: String,
        /// All that could stand there.
        known: Vec<String>,
    },
    /// `{` without `}`.
    #[error("The brace before \"{0}\" is not closed. Write }} after the placeholder, or {{{{ if you mean a brace.")]
    NotClosed(String),
    /// `}` without `{`.
    #[error("There is a }} without a {{ before it. Write }}}} if you mean a brace.")]
    NotOpened,
}

fn listed(known: &[String]) -> String {
    known.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}

/// Every placeholder of a campaign with these custom fields.
pub fn placeholders(custom_fields: &[String]) -> Vec<String> {
    [FIRST_NAME, LAST_NAME].into_iter().map(str::to_owned).chain(custom_fields.iter().cloned()).collect()
}

impl Template {
    /// Understands a message of a campaign with these custom fields.
    ///
    /// # Errors
    /// If it is too long, or a placeholder is unknown or not well formed.
    pub fn parse(message: &str, custom_fields: &[String]) -> Result<Self, TemplateError> {
        let characters = message.chars().count();
        if characters > LONGEST_MESSAGE {
            return Err(TemplateError::TooLong(characters));
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = message;
        while let Some(at) = rest.find(['{', '}']) {
            text.push_str(&rest[..at]);
            let from_brace = &rest[at..];
            if let Some((brace, after)) =
                [("{", "{{"), ("}", "}}")].into_iter().find_map(|(one, two)| Some((one, from_brace.strip_prefix(two)?)))
            {
                text.push_str(brace);
                rest = after;
                continue;
            }
            let inside = from_brace.strip_prefix('{').ok_or(TemplateError::NotOpened)?;
            let (content, after) = inside
                .split_once('}')
                .filter(|(content, _)| !content.contains('{'))
                .ok_or_else(|| TemplateError::NotClosed(excerpt(inside)))?;
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(placeholder(content, custom_fields)?);
            rest = after;
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Self(parts))
    }

    /// The message for one contact. `value` says what the contact has under a placeholder's name, if anything.
    pub fn fill<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut message = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => message.push_str(text),
                Part::Placeholder { name, fallback } => message.push_str(
                    value(name).map(str::trim).filter(|value| !value.is_empty()).unwrap_or(fallback.as_str()),
                ),
            }
        }
        message
    }
}

fn placeholder(content: &str, custom_fields: &[String]) -> Result<Part, TemplateError> {
    let (name, fallback) = content.split_once('|').unwrap_or((content, ""));
    let known = placeholders(custom_fields);
    match field_name(name).filter(|name| known.contains(name)) {
        Some(name) => Ok(Part::Placeholder { name, fallback: fallback.trim().to_owned() }),
        None => Err(TemplateError::Unknown { name: name.trim().to_owned(), known }),
    }
}

/// The first words after a brace, so that a person finds it.
fn excerpt(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Vec<String> {
        vec!["precinct".to_owned(), "école".to_owned()]
    }

    fn fill(message: &str) -> Result<String, TemplateError> {
        let value = |name: &str| match name {
            "first_name" => Some("Abby"),
            "precinct" => Some("P-07"),
            "last_name" => Some("  "),
            _ => None,
        };
        Template::parse(message, &fields()).map(|template| template.fill(value))
    }

    #[test]
    fn placeholders_are_filled_in() {
        assert_eq!(fill("Hi {first_name}, {precinct}!").as_deref(), Ok("Hi Abby, P-07!"));
        assert_eq!(fill("Hi {First Name|you}").as_deref(), Ok("Hi Abby"));
        assert_eq!(fill("Dear {last_name| neighbour }").as_deref(), Ok("Dear neighbour"));
        assert_eq!(fill("At {école|school}{last_name}.").as_deref(), Ok("At school."));
        assert_eq!(fill("{{{first_name}}} }}{{").as_deref(), Ok("{Abby} }{"));
        assert_eq!(fill("").as_deref(), Ok(""));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sentence = |message: &str| fill(message).expect_err("refused").to_string();
        assert_eq!(
            sentence("Hi {nick}"),
            "There is no placeholder {nick}. Use one of {first_name}, {last_name}, {precinct}, {école}."
        );
        assert_eq!(
            sentence("Hi {first_name, and {last_name}"),
            "The brace before \"first_name, and {las\" is not closed. Write } after the placeholder, or {{ if you mean a brace."
        );
        assert_eq!(sentence("Hi } you"), "There is a } without a { before it. Write }} if you mean a brace.");
        assert!(matches!(fill("{}"), Err(TemplateError::Unknown { .. })));
        assert!(matches!(fill("{|x}"), Err(TemplateError::Unknown { .. })));
        assert_eq!(fill(&"x".repeat(1_601)), Err(TemplateError::TooLong(1_601)));
        assert!(fill(&"é".repeat(1_600)).is_ok());
    }

    fn any_part() -> impl Strategy<Value = Part> {
        let placeholder = |name: &str| {
            let name = name.to_owned();
            "[a-z]{0,5}".prop_map(move |fallback| Part::Placeholder { name: name.clone(), fallback })
        };
        prop_oneof![
            "[a-z{}| é]{1,6}".prop_map(Part::Text),
            placeholder("first_name"),
            placeholder("last_name"),
            placeholder("precinct"),
        ]
    }

    proptest! {
        /// What is written from parts, braces doubled, is filled like the parts.
        #[test]
        fn a_written_message_is_filled_like_its_parts(parts in prop::collection::vec(any_part(), 0..12)) {
            let (mut message, mut expected) = (String::new(), String::new());
            for part in &parts {
                match part {
                    Part::Text(text) => {
                        message.push_str(&text.replace('{', "{{").replace('}', "}}"));
                        expected.push_str(text);
                    }
                    Part::Placeholder { name, fallback } => {
                        message.extend(["{", name, "|", fallback, "}"]);
                        expected.push_str(match name.as_str() {
                            "first_name" => "Abby",
                            "precinct" => "P-07",
                            _ => fallback,
                        });
                    }
                }
            }
            prop_assert_eq!(fill(&message), Ok(expected));
        }

        #[test]
        fn no_text_makes_it_panic(message in "[{}|a-c_ ]{0,30}|\\PC{0,40}") {
            let _ = fill(&message);
        }
    }
}
