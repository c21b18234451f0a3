//! Names inside of sentences, and beside each other.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::fold::fold;

/// A name as it stands in a sentence: one in Hebrew, Arabic or another script from right to left is isolated
/// (U+2068 … U+2069), so that the words and numbers around it keep their places.
pub fn isolated(name: &str) -> Cow<'_, str> {
    if name.chars().any(is_from_right_to_left) {
        Cow::Owned(format!("\u{2068}{name}\u{2069}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Letters that are written from right to left.
const fn is_from_right_to_left(sign: char) -> bool {
    matches!(sign,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}'
    )
}

/// People's names, with the e-mail address behind those that could be taken for another: "Ada Lee (ada@example.org)".
///
/// Names are alike if they are [folded](fold) alike. Nobody's address is looked at otherwise.
pub fn told_apart<'people>(people: impl IntoIterator<Item = (&'people str, &'people str)>) -> Vec<String> {
    let people: Vec<(&str, &str, String)> =
        people.into_iter().map(|(name, address)| (name, address, fold(name))).collect();
    let mut alike: HashMap<&str, usize> = HashMap::with_capacity(people.len());
    for (_, _, folded) in &people {
        *alike.entry(folded).or_default() += 1;
    }
    let told = |(name, address, folded): &(&str, &str, String)| match alike.get(folded.as_str()) {
        Some(2..) => format!("{name} ({address})"),
        _ => (*name).to_owned(),
    };
    people.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_names_from_right_to_left_are_isolated() {
        assert_eq!(isolated("Abby"), "Abby");
        assert_eq!(isolated("Łukasz Ž"), "Łukasz Ž");
        assert_eq!(isolated("محمد"), "\u{2068}محمد\u{2069}");
        assert_eq!(isolated("Dana דנה"), "\u{2068}Dana דנה\u{2069}");
    }

    #[test]
    fn those_of_one_name_are_told_apart_by_their_address() {
        let people = [("Ada Lee", "ada@a.org"), ("Bob", "bob@a.org"), ("ADA  LÉE", "lee@a.org")];
        assert_eq!(told_apart(people), ["Ada Lee (ada@a.org)", "Bob", "ADA  LÉE (lee@a.org)"]);
    }

    proptest! {
        /// No two labels are the same, though names repeat: addresses do not.
        #[test]
        fn no_two_people_look_alike(names in prop::collection::vec("[aAáb]{1,2}", 0..12)) {
            let addresses: Vec<String> = (0..names.len()).map(|number| format!("{number}@example.org")).collect();
            let told = told_apart(names.iter().zip(&addresses).map(|(name, address)| (name.as_str(), address.as_str())));
            for (one, label) in told.iter().enumerate() {
                prop_assert!(label.starts_with(&names[one]));
                let alone = names.iter().filter(|other| fold(other) == fold(&names[one])).count() == 1;
                prop_assert_eq!(alone, *label == names[one]);
                prop_assert!(told.iter().skip(one + 1).all(|other| fold(other) != fold(label)));
            }
        }
    }
}
