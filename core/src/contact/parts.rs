//! Which contacts have which letters in their names: lists that find every name with a part in it.

use std::collections::BTreeMap;

use crate::id::ConversationId;

/// The most letters of a part.
pub const LETTERS: usize = 3;

/// Digits of six bits. In lists of distances five of them count, and one says "goes on".
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Begins a list that says of each id, from the first to the last, whether it is there.
const OF_BITS: char = '.';

/// What each byte means as a digit; [`NO_DIGIT`] is none.
const VALUES: [u8; 256] = values();
const NO_DIGIT: u8 = 64;

/// Marks a digit of a number of which more follow.
const GOES_ON: u8 = 32;

/// The parts of names, with the conversations in whose contacts' names each is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    lists: BTreeMap<String, Vec<ConversationId>>,
}

impl Parts {
    /// Adds a name, as [`super::search::name_key`] writes it.
    pub fn add(&mut self, conversation: ConversationId, name_key: &str) {
        for word in name_key.split([' ', '\t']) {
            for part in parts_of(word) {
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

/// The parts that are in every name in which this word is.
pub fn parts_of_search(word: &str) -> Vec<&str> {
    let whole: Vec<&str> = parts_of(word).filter(|part| part.chars().count() == LETTERS).collect();
    if whole.is_empty() { vec![word] } else { whole }
}

/// One, two and three letters from each letter on.
fn parts_of(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices().flat_map(move |(start, _)| {
        let rest = &word[start..];
        rest.char_indices().take(LETTERS).map(move |(at, last)| &rest[..at + last.len_utf8()])
    })
}

/// Writes ids in the shorter of two ways: what each is more than the one before, or a bit for each that could be there.
fn encode(list: &[ConversationId]) -> String {
    let mut distances = String::with_capacity(list.len() * 2 + 12);
    let mut before = 0;
    for id in list {
        // What is not ascending wraps around, and comes back the same way.
        push_number(&mut distances, id.get().wrapping_sub(before).cast_unsigned());
        before = id.get();
    }
    match bits(list) {
        Some(bits) if bits.len() < distances.len() => bits,
        _ => distances,
    }
}

fn push_number(text: &mut String, mut rest: u64) {
    loop {
        let digit = usize::from((rest & 31) as u8);
        rest >>= 5;
        let goes_on = if rest > 0 { 32 } else { 0 };
        text.push(char::from(DIGITS[digit | goes_on]));
        if rest == 0 {
            return;
        }
    }
}

/// A bit for each id from the first to the last. `None` if they are in no order, or too far apart for that.
fn bits(ids: &[ConversationId]) -> Option<String> {
    let (first, last) = (ids.first()?.get(), ids.last()?.get());
    let span = usize::try_from(last.checked_sub(first)?).ok()?;
    if span / 12 > ids.len() || !ids.is_sorted_by(|one, other| one < other) {
        return None;
    }
    let mut digits = vec![0_u8; span / 6 + 1];
    for id in ids {
        let place = usize::try_from(id.get() - first).ok()?;
        *digits.get_mut(place / 6)? |= 1 << (place % 6);
    }
    let mut text = String::with_capacity(digits.len() + 14);
    text.push(OF_BITS);
    push_number(&mut text, first.cast_unsigned());
    text.extend(digits.into_iter().map(|digit| char::from(DIGITS[usize::from(digit & 63)])));
    Some(text)
}

/// Reads a list, behind what was read before. What is no list ends it.
pub fn decode(text: &str, into: &mut Vec<ConversationId>) {
    let (of_bits, text) = text.strip_prefix(OF_BITS).map_or((false, text), |rest| (true, rest));
    let mut digits = digits_of(text.as_bytes());
    let mut before = 0_i64;
    while let Some(number) = number(&mut digits) {
        before = before.wrapping_add(number.cast_signed());
        if of_bits {
            for mut digit in digits.by_ref() {
                while digit != 0 {
                    into.push(ConversationId(before.wrapping_add(i64::from(digit.trailing_zeros()))));
                    digit &= digit - 1;
                }
                before = before.wrapping_add(6);
            }
            return;
        }
        into.push(ConversationId(before));
    }
}

/// What the bytes mean, up to what is no digit.
fn digits_of(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().map(|byte| VALUES[usize::from(*byte)]).take_while(|digit| *digit != NO_DIGIT)
}

/// The next number of a list of distances.
fn number(digits: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let (mut number, mut shift) = (0_u64, 0_u32);
    loop {
        let digit = digits.next()?;
        number |= u64::from(digit & 31).checked_shl(shift).unwrap_or(0);
        shift = shift.saturating_add(5);
        if digit & GOES_ON == 0 {
            return Some(number);
        }
    }
}

/// Those of some, who are in order and named once, who are in a list. What is no list ends it.
pub fn common(some: &[ConversationId], text: &str, into: &mut Vec<ConversationId>) {
    let Some(of_bits) = text.strip_prefix(OF_BITS) else {
        let mut list = Vec::new();
        decode(text, &mut list);
        return common_of(some, &list, into);
    };
    let bytes = of_bits.as_bytes();
    let end =
        bytes.iter().position(|byte| VALUES[usize::from(*byte)] & GOES_ON == 0).map_or(bytes.len(), |last| last + 1);
    let (number_of_first, rest) = bytes.split_at(end);
    let Some(first) = number(&mut digits_of(number_of_first)).map(u64::cast_signed) else { return };
    let length = rest.iter().position(|byte| VALUES[usize::from(*byte)] == NO_DIGIT).unwrap_or(rest.len());
    let digits = rest.get(..length).unwrap_or_default();
    let some = some.get(some.partition_point(|id| id.get() < first)..).unwrap_or_default();
    for id in some {
        let place = id.get().wrapping_sub(first).cast_unsigned();
        let digit = usize::try_from(place / 6).ok().and_then(|digit| digits.get(digit)).copied();
        let Some(digit) = digit else { return };
        if VALUES[usize::from(digit)] >> (place % 6) & 1 == 1 {
            into.push(*id);
        }
    }
}

/// Those who are in both lists.
fn common_of(some: &[ConversationId], list: &[ConversationId], into: &mut Vec<ConversationId>) {
    let (mut some, mut list) = (some, list);
    if !list.is_sorted() {
        into.extend(list.iter().filter(|id| some.binary_search(id).is_ok()));
        return;
    }
    while let (Some(one), Some(other)) = (some.first(), list.first()) {
        if one == other {
            into.push(*one);
        }
        let (behind, ahead) = (one <= other, other <= one);
        // Whoever is behind goes on to where the other one is.
        let (here, there) = (*one, *other);
        if behind {
            some = some.get(before(some, there).max(1)..).unwrap_or_default();
        }
        if ahead {
            list = list.get(before(list, here).max(1)..).unwrap_or_default();
        }
    }
}

/// How many of a list come before an id. It is looked for in steps that double, for it is most often near.
fn before(list: &[ConversationId], id: ConversationId) -> usize {
    let mut reached = 1;
    while list.get(reached).is_some_and(|there| *there < id) {
        reached *= 2;
    }
    let near = list.get(..list.len().min(reached + 1)).unwrap_or_default();
    near.partition_point(|there| *there < id)
}

const fn values() -> [u8; 256] {
    let mut values = [NO_DIGIT; 256];
    let mut digit = 0_u8;
    while digit < 64 {
        values[DIGITS[digit as usize] as usize] = digit;
        digit += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::super::search::{Search, name_key};
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<ConversationId> {
        let mut list = Vec::new();
        decode(text, &mut list);
        list
    }

    #[test]
    fn a_name_has_these_parts() {
        let mut parts = Parts::default();
        parts.add(ConversationId(7), &name_key("Anna", "Ng"));
        let all: Vec<&str> = parts.lists.keys().map(String::as_str).collect();
        assert_eq!(all, ["a", "an", "ann", "g", "n", "na", "ng", "nn", "nna"]);
        parts.add(ConversationId(8), &name_key("Hannah", "Hanna Ann"));
        let many: Vec<usize> = parts.lists().filter(|(part, ..)| *part == "ann").map(|(_, held, _)| held).collect();
        assert_eq!(many, [2], "three times in one name is once");
        assert_eq!(parts_of_search("anna"), ["ann", "nna"]);
        assert_eq!(parts_of_search("ann"), ["ann"]);
        assert_eq!(parts_of_search("ng"), ["ng"]);
        assert_eq!(parts_of_search("é"), ["é"]);
    }

    #[test]
    fn a_broken_list_ends() {
        assert_eq!(read(""), []);
        assert_eq!(read("F!F"), [ConversationId(5)]);
        assert_eq!(read(&"_".repeat(90)), []);
        assert_eq!(read(".F"), []);
        assert_eq!(read(".FB!B"), [ConversationId(5)]);
    }

    #[test]
    fn the_shorter_way_is_written() {
        let ids = |step: i64| (0..1_000).map(|id| ConversationId((1 << 40) + id * step)).collect::<Vec<_>>();
        let (every, some) = (encode(&ids(1)), encode(&ids(7)));
        assert!(every.starts_with(OF_BITS) && every.len() < 180, "{}", every.len());
        assert!(!some.starts_with(OF_BITS) && some.len() < 1_020, "{}", some.len());
        assert_eq!((read(&every), read(&some)), (ids(1), ids(7)));
    }

    proptest! {
        #[test]
        fn what_is_common_is_in_both(
            some in prop::collection::btree_set(-9_i64..200, 0..60), list in prop::collection::vec(-9_i64..200, 0..90),
            sorted in any::<bool>(), broken in any::<bool>(),
        ) {
            let mut list: Vec<_> = list.into_iter().map(ConversationId).collect();
            if sorted {
                list.sort();
                list.dedup();
            }
            let some: Vec<_> = some.into_iter().map(ConversationId).collect();
            let text = encode(&list) + if broken { "!AB" } else { "" };
            let mut both = Vec::new();
            common(&some, &text, &mut both);
            if !sorted {
                both.sort();
                both.dedup();
            }
            let expected: Vec<_> = some.iter().copied().filter(|id| list.contains(id)).collect();
            prop_assert_eq!(both, expected);
        }

        #[test]
        fn lists_are_read_as_they_were_written(ids in prop::collection::vec(any::<i64>().prop_map(ConversationId), 0..20)) {
            prop_assert_eq!(read(&encode(&ids)), ids);
        }

        #[test]
        fn dense_lists_are_read_as_they_were_written(
            first in any::<i64>(), distances in prop::collection::vec(1_i64..5, 0..200),
        ) {
            let ids: Vec<_> = distances.iter().scan(first, |at, by| {
                *at = at.checked_add(*by)?;
                Some(ConversationId(*at))
            }).collect();
            prop_assert_eq!(read(&encode(&ids)), ids);
        }

        /// Whoever is found is in the list of every part of every word.
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
                    let listed = parts.lists.get(part).is_some_and(|list| list.contains(&ConversationId(id)));
                    prop_assert!(listed, "{} of {}", part, key);
                }
            }
        }
    }
}
