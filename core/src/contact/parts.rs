//! Which contacts have which letters in their names: lists that find every name with a part in it.

use std::collections::BTreeMap;

use crate::id::ConversationId;

/// The letters of a part. Words that are shorter are beginnings of parts.
pub const LETTERS: usize = 3;

/// Digits of the numbers in a list: five bits each, and one for "goes on".
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The parts of names, with the conversations in whose contacts' names each is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    lists: BTreeMap<String, Vec<ConversationId>>,
}

impl Parts {
    /// Adds a name, as [`super::search::name_key`] writes it.
    pub fn add(&mut self, conversation: ConversationId, name_key: &str) {
        for word in name_key.split([' ', '\t']) {
            for part in parts_of(word, true) {
                let list = match self.lists.get_mut(part) {
                    Some(list) => list,
                    None => self.lists.entry(part.to_owned()).or_default(),
                };
                // A part that is in one name twice counts once.
                if list.last() != Some(&conversation) {
                    list.push(conversation);
                }
            }
        }
    }

    /// Every part with how many have it, and their list.
    pub fn lists(&self) -> impl Iterator<Item = (&str, usize, String)> {
        self.lists.iter().map(|(part, list)| (part.as_str(), list.len(), encode(list)))
    }
}

/// The parts that are in every name in which this word is. A word that is shorter than a part is the beginning of one.
pub fn parts_of_search(word: &str) -> Vec<&str> {
    let whole: Vec<&str> = parts_of(word, false).collect();
    if whole.is_empty() { vec![word] } else { whole }
}

/// Three letters from each letter on, and at the end, if wanted, the last two and the last one.
fn parts_of(word: &str, shorter: bool) -> impl Iterator<Item = &str> {
    word.char_indices().filter_map(move |(start, _)| {
        let rest = &word[start..];
        match rest.char_indices().nth(LETTERS) {
            Some((end, _)) => Some(&rest[..end]),
            None => (shorter || rest.chars().count() == LETTERS).then_some(rest),
        }
    })
}

/// Writes ids as what each is more than the one before.
fn encode(list: &[ConversationId]) -> String {
    let mut text = String::with_capacity(list.len() * 2 + 12);
    let mut before = 0;
    for id in list {
        // What is not ascending wraps around, and comes back the same way.
        let mut rest = id.get().wrapping_sub(before).cast_unsigned();
        before = id.get();
        loop {
            let digit = usize::from((rest & 31) as u8);
            rest >>= 5;
            let goes_on = if rest > 0 { 32 } else { 0 };
            text.push(char::from(DIGITS[digit | goes_on]));
            if rest == 0 {
                break;
            }
        }
    }
    text
}

/// Reads a list. What is no list ends it.
pub fn decode(text: &str) -> impl Iterator<Item = ConversationId> {
    let (mut before, mut number, mut shift) = (0_i64, 0_u64, 0_u32);
    text.bytes().map_while(value).filter_map(move |digit| {
        number |= u64::from(digit & 31).checked_shl(shift).unwrap_or(0);
        shift += 5;
        if digit & 32 != 0 {
            return None;
        }
        before = before.wrapping_add(number.cast_signed());
        (number, shift) = (0, 0);
        Some(ConversationId(before))
    })
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::search::{Search, name_key};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_has_these_parts() {
        let mut parts = Parts::default();
        parts.add(ConversationId(7), &name_key("Anna", "Ng"));
        let all: Vec<&str> = parts.lists.keys().map(String::as_str).collect();
        assert_eq!(all, ["a", "ann", "g", "na", "ng", "nna"]);
        parts.add(ConversationId(8), &name_key("Hannah", "Hanna Ann"));
        let many: Vec<usize> = parts.lists().filter(|(part, ..)| *part == "ann").map(|(_, held, _)| held).collect();
        assert_eq!(many, [2], "three times in one name is once");
        assert_eq!(parts_of_search("anna"), ["ann", "nna"]);
        assert_eq!(parts_of_search("ann"), ["ann"]);
        assert_eq!(parts_of_search("ng"), ["ng"]);
    }

    #[test]
    fn a_broken_list_ends() {
        assert_eq!(decode("").count(), 0);
        assert_eq!(decode("F!F").collect::<Vec<_>>(), [ConversationId(5)]);
        assert_eq!(decode(&"_".repeat(90)).count(), 0);
    }

    proptest! {
        #[test]
        fn lists_are_read_as_they_were_written(ids in prop::collection::vec(any::<i64>().prop_map(ConversationId), 0..20)) {
            prop_assert_eq!(decode(&encode(&ids)).collect::<Vec<_>>(), ids);
        }

        /// Whoever is found is in the list of every part of every word; a short word's in one that begins with it.
        #[test]
        fn nobody_who_is_found_is_missing_from_a_list(
            names in prop::collection::vec(("[abé -]{0,5}", "[abé -]{0,5}"), 0..8), search in "[abé ]{0,6}",
        ) {
            let keys: Vec<String> = names.iter().map(|(first, last)| name_key(first, last)).collect();
            let mut parts = Parts::default();
            for (id, key) in (1..).zip(&keys) {
                parts.add(ConversationId(id), key);
            }
            let search = Search::parse(&search).unwrap_or_default();
            for (id, key) in (1..).zip(&keys).filter(|(_, key)| search.finds(key)) {
                for part in search.words().iter().flat_map(|word| parts_of_search(word)) {
                    let listed = |(of, list): (&String, &Vec<ConversationId>)| {
                        let fits = if part.chars().count() < LETTERS { of.starts_with(part) } else { of == part };
                        fits && list.contains(&ConversationId(id))
                    };
                    prop_assert!(parts.lists.iter().any(listed), "{} of {}", part, key);
                }
            }
        }
    }
}
