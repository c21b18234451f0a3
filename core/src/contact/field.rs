//! Names of custom fields: what stands between the braces of a placeholder.

use crate::invisible::is_invisible;

/// The placeholder of the first name.
pub const FIRST_NAME: &str = "first_name";

/// The placeholder of the last name.
pub const LAST_NAME: &str = "last_name";

/// The placeholder of the first name of who sends the message.
pub const TEXTER_FIRST_NAME: &str = "texter_first_name";

/// The placeholder of the rest of the name of who sends the message.
pub const TEXTER_LAST_NAME: &str = "texter_last_name";

/// A name for who sends, where a message is shown before anybody does.
pub const SAMPLE_TEXTER: &str = "Sam Rivera";

/// The first name and the rest of the name of who sends, as the placeholders have them. The rest may be empty.
pub fn texter_names(name: &str) -> (&str, &str) {
    let name = name.trim();
    name.split_once(char::is_whitespace).map_or((name, ""), |(first, rest)| (first, rest.trim_start()))
}

/// The most characters of a custom field's name.
pub const LONGEST_FIELD_NAME: usize = 40;

/// The name of a field made of a column's name: small letters, digits, and underscores for all else.
///
/// `None` if nothing is left. `Precinct` becomes `precinct`, `Voter File VANID` becomes `voter_file_vanid`.
pub fn field_name(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut characters = 0;
    // Some letters cannot be seen: fillers of Korean.
    for character in text.chars().filter(|character| !is_invisible(*character)).flat_map(char::to_lowercase) {
        if characters == LONGEST_FIELD_NAME {
            break;
        }
        if character.is_alphanumeric() {
            name.push(character);
            characters += 1;
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
            characters += 1;
        }
    }
    name.truncate(name.trim_end_matches('_').len());
    (!name.is_empty()).then_some(name)
}

/// Whether a custom field may have this name: it is one that [`field_name`] makes, and not taken by us.
pub fn is_custom_field_name(name: &str) -> bool {
    let ours = [FIRST_NAME, LAST_NAME, TEXTER_FIRST_NAME, TEXTER_LAST_NAME];
    !ours.contains(&name) && field_name(name).as_deref() == Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn column_names_become_placeholders() {
        let name = |text| field_name(text).unwrap_or_default();
        assert_eq!(name("Precinct"), "precinct");
        assert_eq!(name("Voter File VANID"), "voter_file_vanid");
        assert_eq!(name(" E-mail 1 - Value "), "e_mail_1_value");
        assert_eq!(name("École"), "école");
        assert_eq!(field_name(" -?! "), None);
        assert_eq!(field_name("\u{3164}\u{115f}"), None);
        assert_eq!(name("pre\u{200b}cinct"), "precinct");
        assert!(!is_custom_field_name("first_name"));
        assert!(!is_custom_field_name("texter_first_name"));
        assert!(!is_custom_field_name("Precinct"));
        assert!(is_custom_field_name("precinct"));
    }

    #[test]
    fn a_texters_name_has_a_first_part_and_a_rest() {
        assert_eq!(texter_names(" Abby  Lou Okafor "), ("Abby", "Lou Okafor"));
        assert_eq!(texter_names("Abby"), ("Abby", ""));
        assert_eq!(texter_names(""), ("", ""));
    }

    proptest! {
        #[test]
        fn a_field_name_is_short_and_stays_as_it_is(text in "\\PC{0,60}") {
            if let Some(name) = field_name(&text) {
                prop_assert!(name.chars().count() <= LONGEST_FIELD_NAME);
                let separates = name.contains(['{', '}', '|', ' ']);
                prop_assert!(!separates);
                prop_assert_eq!(field_name(&name), Some(name));
            }
        }
    }
}
