//! Searching contacts by name, and their order by name.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::fold::fold;
use crate::text::separated;

/// The most characters of a search.
pub const LONGEST_SEARCH: usize = 100;

/// The most words of a search.
pub const MOST_WORDS: usize = 5;

/// What is searched for: words, each of which has to be in the contact's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
}

/// Why a search is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum SearchError {
    /// It has so many characters.
    #[error("A search has at most {LONGEST_SEARCH} characters, this one has {}. Search for a part of the name.", separated(*.0))]
    TooLong(usize),
    /// It has so many words.
    #[error("A search has at most {MOST_WORDS} words, this one has {0}. Leave out some of them.")]
    TooManyWords(usize),
}

impl Search {
    /// Reads a search as a person types it.
    ///
    /// # Errors
    /// If it is too long, or has too many words.
    pub fn parse(text: &str) -> Result<Self, SearchError> {
        let text = text.trim();
        let characters = text.chars().count();
        if characters > LONGEST_SEARCH {
            return Err(SearchError::TooLong(characters));
        }
        let folded = fold(text);
        let mut words: Vec<String> = folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        if words.len() > MOST_WORDS {
            return Err(SearchError::TooManyWords(words.len()));
        }
        // A word that is in another one says nothing.
        let all = words.clone();
        let mut place = 0;
        words.retain(|word| {
            place += 1;
            let others = all.iter().enumerate().filter(|(other, _)| *other != place - 1);
            !others.into_iter().any(|(other, longer)| {
                longer.contains(word.as_str()) && (longer.len() > word.len() || other < place - 1)
            })
        });
        Ok(Self { words })
    }

    /// The words, folded, none of them empty or a part of another.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether nothing is searched for, so that everybody is found.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a contact of this [`name_key`] is found.
    pub fn finds(&self, name_key: &str) -> bool {
        self.words.iter().all(|word| name_key.contains(word.as_str()))
    }
}

/// What contacts are sorted by and found in: first name, then last name, both folded. Compared by code points, and so
/// by bytes in UTF-8.
pub fn name_key(first_name: &str, last_name: &str) -> String {
    // The tab comes before all that a folded name can have, and is in no word.
    let mut key = fold(first_name);
    key.push('\t');
    key.push_str(&fold(last_name));
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_word_has_to_be_in_the_name() {
        let finds = |search: &str| Search::parse(search).is_ok_and(|search| search.finds(&name_key("Abby", "Lee")));
        assert!(finds("lee abb") && finds("e bb"));
        assert!(!finds("abby kim") && !finds("kim lee"));
    }

    #[test]
    fn limits_are_named_with_what_was_given() {
        assert_eq!(Search::parse(&"é".repeat(100)).map(|search| search.words.len()), Ok(1));
        assert_eq!(Search::parse(&format!("  {}  ", "é".repeat(100))).map(|search| search.words.len()), Ok(1));
        let error = Search::parse(&"x".repeat(101)).expect_err("too long");
        assert_eq!(
            error.to_string(),
            "A search has at most 100 characters, this one has 101. Search for a part of the name."
        );
        let error = Search::parse("a b c-d e f").expect_err("too many");
        assert_eq!(error.to_string(), "A search has at most 5 words, this one has 6. Leave out some of them.");
        assert_eq!(Search::parse("a  b c d\te").map(|search| search.words.len()), Ok(5));
        assert_eq!(Search::parse(" - ' "), Ok(Search::default()));
    }

    #[test]
    fn a_word_in_another_is_left_out() {
        let words = |text: &str| Search::parse(text).map(|search| search.words);
        assert_eq!(words("an ANNA ann mar mar"), Ok(vec!["anna".to_owned(), "mar".to_owned()]));
        assert_eq!(words("ab ba"), Ok(vec!["ab".to_owned(), "ba".to_owned()]));
    }

    #[test]
    fn names_are_sorted_by_first_then_last_name() {
        let mut keys =
            [("Ann Marie", "Abel"), ("Zoë", "A"), ("ann", "Zed"), ("Álva", "B"), ("Ann", "Abel"), ("", "Zed")]
                .map(|(first, last)| name_key(first, last));
        keys.sort();
        assert_eq!(keys, ["\tzed", "alva\tb", "ann\tabel", "ann\tzed", "ann marie\tabel", "zoe\ta"]);
    }

    proptest! {
        /// Every word as it was typed is a part of the first or of the last name.
        #[test]
        fn finding_agrees_with_a_naive_model(
            first in "[a-cÁé' -]{0,6}", last in "[a-cÁé' -]{0,6}", search in "[a-cÁé' -]{0,5}",
        ) {
            let (one, other) = (fold(&first), fold(&last));
            let naive = fold(&search).split_whitespace().all(|word| one.contains(word) || other.contains(word));
            if let Ok(search) = Search::parse(&search) {
                prop_assert_eq!(search.finds(&name_key(&first, &last)), naive);
            }
        }
    }
}
