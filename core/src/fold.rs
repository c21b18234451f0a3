//! Text as it is compared and sorted: without case, accents and what people leave out when they type a name.

use std::sync::LazyLock;

/// Letters with what they are compared as, a line each: what, a space, the letters.
static LETTERS: LazyLock<Vec<(char, &'static str)>> = LazyLock::new(|| {
    let mut all: Vec<(char, &'static str)> = include_str!("fold/letters.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(plain, letters)| letters.chars().map(move |letter| (letter, plain)))
        .collect();
    all.sort_unstable_by_key(|(letter, _)| *letter);
    all
});

/// The text as it is compared: in small letters, without accents, apostrophes and invisible characters, hyphens as
/// spaces, with single spaces between words and none around them.
///
/// Composed and decomposed forms give the same, and so does what is folded already. `ß` is `ss`, `ø` is `o`, `æ` is
/// `ae`. Hangul comes apart into its parts, so that a syllable that is being typed is found. Sorted by code points,
/// folded texts are in alphabetical order.
pub fn fold(text: &str) -> String {
    let mut folded = Folded { text: String::with_capacity(text.len()), space: false };
    for character in text.chars() {
        if character.is_ascii() {
            folded.add(character.to_ascii_lowercase());
        } else {
            character.to_lowercase().for_each(|small| folded.add(small));
        }
    }
    folded.text
}

/// Whether every word of a folded search is in a folded text, as a part of it.
pub fn holds_words(folded_text: &str, folded_search: &str) -> bool {
    folded_search.split(' ').all(|word| folded_text.contains(word))
}

/// Adds a sign to a word as it is [folded](fold).
pub(crate) fn add_folded(word: &mut String, sign: char) {
    if sign.is_ascii_alphanumeric() {
        word.push(sign.to_ascii_lowercase());
    } else {
        word.push_str(&fold(sign.encode_utf8(&mut [0; 4])));
    }
}

/// Whether words are compared as if this sign were not in them: an accent, an apostrophe, what cannot be seen.
pub(crate) fn is_silent(sign: char) -> bool {
    is_left_out(sign) && !is_space(sign)
}

struct Folded {
    text: String,
    space: bool,
}

impl Folded {
    /// Adds a small letter, or any other sign.
    fn add(&mut self, sign: char) {
        match sign {
            'a'..='z' | '0'..='9' => self.push(sign),
            _ if is_space(sign) => self.space = !self.text.is_empty(),
            _ if is_left_out(sign) => {}
            '\u{ff01}'..='\u{ff5e}' => {
                if let Some(narrow) = char::from_u32(u32::from(sign) - 0xfee0) {
                    self.add(narrow);
                }
            }
            '\u{ac00}'..='\u{d7a3}' => self.hangul(u32::from(sign) - 0xac00),
            _ => match LETTERS.binary_search_by_key(&sign, |(letter, _)| *letter) {
                Ok(at) => LETTERS[at].1.chars().for_each(|plain| self.push(plain)),
                Err(_) => self.push(sign),
            },
        }
    }

    fn push(&mut self, sign: char) {
        if std::mem::take(&mut self.space) {
            self.text.push(' ');
        }
        self.text.push(sign);
    }

    /// The first, middle and last sound of a syllable: Unicode 3.12.
    fn hangul(&mut self, syllable: u32) {
        let (first, middle, last) = (syllable / 588, syllable % 588 / 28, syllable % 28);
        let sounds = [0x1100 + first, 0x1161 + middle, 0x11a7 + last];
        let count = if last == 0 { 2 } else { 3 };
        sounds.into_iter().take(count).filter_map(char::from_u32).for_each(|sound| self.push(sound));
    }
}

/// White space and hyphens of all kinds.
fn is_space(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '-' | '\u{5be}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}')
}

/// Accents, apostrophes, and characters that are not seen.
fn is_left_out(sign: char) -> bool {
    is_accent(sign) || is_apostrophe(sign) || is_unseen(sign)
}

/// Marks on Latin, Greek and Cyrillic letters, vowel points in Hebrew and Arabic, the stroke that lengthens a word, and
/// marks of tone, which decomposing puts before an iota that belongs to the letter.
const fn is_accent(sign: char) -> bool {
    matches!(sign,
        // U+0345 is an iota.
        '\u{300}'..='\u{344}' | '\u{346}'..='\u{36f}' | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{2de0}'..='\u{2dff}' | '\u{302a}'..='\u{302f}' | '\u{a66f}' | '\u{a674}'..='\u{a67d}'
        | '\u{a69e}' | '\u{a69f}' | '\u{fe20}'..='\u{fe2f}' | '\u{1e08f}'
    )
}

const fn is_apostrophe(sign: char) -> bool {
    matches!(sign,
        '\'' | '`' | '\u{b4}' | '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{374}' | '\u{55a}' | '\u{5f3}' | '\u{1fef}'
        | '\u{1ffd}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{a78b}' | '\u{a78c}'
    )
}

/// What turns the direction, joins or chooses a form, and controls.
fn is_unseen(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn names_are_compared_without_what_is_left_out_in_typing() {
        for (text, folded) in [
            ("Émile", "emile"),
            ("\u{1ff2}\u{302e}", "\u{3c9}\u{3b9}"),
            ("\u{3c9}\u{302e}\u{300}\u{345}", "\u{3c9}\u{3b9}"),
            ("E\u{301}mile", "emile"),
            ("  ZOË  van\tDijk ", "zoe van dijk"),
            ("O'Brien", "obrien"),
            ("O’Brien", "obrien"),
            ("Jean-Luc", "jean luc"),
            ("Jean ‑ Luc", "jean luc"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("Søren Łukasz", "soren lukasz"),
            ("Ægir Œuvre Þór", "aegir oeuvre thor"),
            ("IŞIK ışık İpek", "isik isik ipek"),
            ("Nguyễn", "nguyen"),
            ("ΝΊΚΟΣ νίκος", "νικοσ νικοσ"),
            ("Ёлкин Андрей", "елкин андреи"),
            ("ＡＢＣ", "abc"),
            ("أحمد", "احمد"),
            ("מֹשֶׁה", "משה"),
            ("ﬁona", "fiona"),
            ("\u{202e}abc\u{200b}", "abc"),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
        assert_eq!(fold("김"), "\u{1100}\u{1175}\u{11b7}");
        assert!(fold("김").starts_with(&fold("기")));
    }

    #[test]
    fn every_word_of_a_search_is_found() {
        let name = fold("Jean-Luc O’Brien");
        for search in ["jean", "LUC brien", "obri", "jean-luc", "Ô", ""] {
            assert!(holds_words(&name, &fold(search)), "{search}");
        }
        assert!(!holds_words(&name, &fold("jean luca")));
    }

    /// Ideographs that Unicode takes for others: names are composed before they are kept, which replaces them. And
    /// rare scripts, signs of music.
    fn is_no_letter(sign: char) -> bool {
        matches!(sign, '\u{f900}'..='\u{faff}' | '\u{105c0}'..='\u{105ff}' | '\u{2f800}'..='\u{2fa1f}' | '\u{11000}'..='\u{1ffff}')
    }

    #[test]
    fn every_character_is_folded_alike_in_all_its_forms() {
        let mut differ = Vec::new();
        for sign in ('\0'..=char::MAX).filter(|sign| !is_no_letter(*sign)) {
            let text = sign.to_string();
            let (decomposed, composed): (String, String) = (text.nfd().collect(), text.nfc().collect());
            let forms = [fold(&text), text.to_uppercase(), text.to_lowercase(), decomposed, composed];
            if forms.iter().any(|form| fold(form) != forms[0]) {
                differ.push(format!("U+{:04X} {forms:?}", u32::from(sign)));
            }
        }
        assert_eq!(differ, Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn folding_is_done_once_and_in_every_form(text in "(\\p{Latin}|\\p{Greek}|\\p{Cyrillic}|\\p{Hangul}|[ '\u{300}-\u{345}-]){0,20}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded.clone());
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), folded.clone());
            prop_assert_eq!(fold(&text.nfc().collect::<String>()), folded.clone());
            prop_assert_eq!(fold(&text.to_uppercase()), folded.clone());
            prop_assert!(!folded.contains("  ") && folded.trim() == folded);
        }

        #[test]
        fn nothing_is_too_odd_to_be_folded(text in "\\PC{0,30}|(?s:.{0,30})") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        /// A word of the text is found, however it is typed.
        #[test]
        fn what_was_typed_is_found(before in "\\PC{0,8}", word in "[a-zéïßøłA-ZÉ]{1,8}", after in "\\PC{0,8}") {
            let name = fold(&format!("{before}{word}{after}"));
            prop_assert!(holds_words(&name, &fold(&word)));
            prop_assert!(holds_words(&name, &fold(&word.to_uppercase())));
        }
    }
}
