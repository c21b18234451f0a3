//! What nothing may leave with: a mark and the name of a field in it.
//!
//! A prepared message is filled in, and its placeholders are looked at when it is saved. What a person types is sent as it
//! stands, and so is what a contact file has in a cell.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::foreign;
use super::part::placeholders;

/// A placeholder stands in a text that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("\"{0}\" would be sent as it stands. Write what you mean in its place, or delete it.")]
pub struct Unfilled(pub String);

/// Whether no placeholder is left in a text that is about to be sent to a contact of a campaign with these custom
/// fields. Braces around anything else are text.
///
/// # Errors
/// If one is, ours or one of another tool.
pub fn filled(text: &str, custom_fields: &[String]) -> Result<(), Unfilled> {
    let known = placeholders(custom_fields);
    match braced(text, &known).or_else(|| foreign::mark(text, &known)) {
        Some(written) => Err(Unfilled(written.to_owned())),
        None => Ok(()),
    }
}

/// The first braces in which the name of a field stands, with whatever else: `{first_name|there}`,
/// `{{ contact.first_name }}`.
fn braced<'text>(text: &'text str, known: &[String]) -> Option<&'text str> {
    text.match_indices('}').find_map(|(close, _)| {
        let open = text[..close].rfind(['{', '}']).filter(|at| text[*at..].starts_with('{'))?;
        let named = |part: &str| foreign::is_field(part.trim(), known);
        let inside = &text[open + 1..close];
        if !inside.split(|sign: char| !foreign::belongs(sign)).any(named) {
            return None;
        }
        // Whatever braces stand around it.
        let begin = text[..open].trim_end_matches('{').len();
        let end = text.len() - text[close..].trim_start_matches('}').len();
        Some(&text[begin..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn left(text: &str) -> Option<String> {
        filled(text, &["precinct".to_owned(), "polling_place".to_owned()]).err().map(|Unfilled(written)| written)
    }

    #[test]
    fn a_placeholder_that_is_left_is_named() {
        for (text, written) in [
            ("Hi {first_name}!", "{first_name}"),
            ("Hi {First Name}, hi", "{First Name}"),
            ("Hi {first_name|there}", "{first_name|there}"),
            ("Hi {{ first_name }}!", "{{ first_name }}"),
            ("Hi {{ contact.first_name }}", "{{ contact.first_name }}"),
            ("Hi {{first_name|default:'you'}}", "{{first_name|default:'you'}}"),
            ("{so} {PRECINCT}", "{PRECINCT}"),
            ("this is {texter_first_name}", "{texter_first_name}"),
            ("Hi [First Name]", "[First Name]"),
            ("Hi *|FNAME|*", "*|FNAME|*"),
            ("Hi *|NICK|*", "*|NICK|*"),
            ("Hi <first_name>", "<first_name>"),
            ("Hi %first_name%", "%first_name%"),
            ("Hi {first_name, how", "{first_name"),
            ("first_name} here", "first_name}"),
        ] {
            assert_eq!(left(text).as_deref(), Some(written), "{text}");
        }
        let sentence = filled("Hi {first_name}", &[]).expect_err("refused").to_string();
        assert_eq!(
            sentence,
            "\"{first_name}\" would be sent as it stands. Write what you mean in its place, or delete it."
        );
    }

    #[test]
    fn other_braces_are_text() {
        for text in ["", "{so, to say} :-} {", "{}", "}{", "My first name is Lee", "[sic] <3 100%", "é{é}é"] {
            assert_eq!(left(text), None, "{text}");
        }
        assert_eq!(filled("at {precinct}", &[]), Ok(()), "no field of this campaign");
    }

    proptest! {
        /// Whatever stands around it, no field's name in braces passes.
        #[test]
        fn no_name_of_a_field_passes_in_braces(
            before in "\\PC{0,9}", after in "\\PC{0,9}", open in "\\{{1,3} ?", close in " ?\\}{1,3}",
            name in prop::sample::select(vec!["first_name", "First Name", "LAST_NAME", "precinct", "texter_last_name"]),
        ) {
            let text = format!("{before}{open}{name}{close}{after}");
            prop_assert!(left(&text).is_some(), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[{}|a-c_ %*<>#\\[\\]é]{0,30}|\\PC{0,40}") {
            let _ = left(&text);
        }
    }
}
