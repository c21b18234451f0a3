//! What a message costs: its characters, and the segments in which carriers send and charge it.
//!
//! A text of the GSM alphabet alone has 7 bits a character, any other text 16. A longer one is cut into segments,
//! each of which loses some room to the number of its place.

use serde::{Deserialize, Serialize};

/// How carriers encode a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// The GSM alphabet: 160 units, or 153 in each of several segments.
    Gsm7,
    /// Any character: 70 units, or 67 in each of several segments.
    Ucs2,
}

/// What a message costs. Computed by [`count`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segments {
    /// How it is encoded.
    pub encoding: Encoding,
    /// Its characters, as they are counted against the most that a message may have.
    pub characters: usize,
    /// Its units: septets, or units of UTF-16. Some characters take two.
    pub units: usize,
    /// Into how many segments it is cut. None for no text.
    pub segments: usize,
    /// How many units the last segment has left.
    pub room: usize,
}

/// The GSM alphabet: one septet each.
const BASIC: &str = concat!(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);

/// Its extension: an escape and one more septet.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

impl Encoding {
    /// The units of a message of one segment.
    pub const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// The units of each of several segments.
    pub const fn each(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// The units that a character takes, none of which may stand in another segment.
    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => 1 + usize::from(EXTENSION.contains(character)),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// Whether a character is of the GSM alphabet or its extension.
pub fn is_gsm(character: char) -> bool {
    BASIC.contains(character) || EXTENSION.contains(character)
}

/// The characters that make a message cost 16 bits a character, each once, in the order of the text.
pub fn costly(text: &str) -> Vec<char> {
    let mut costly = Vec::new();
    for character in text.chars().filter(|character| !is_gsm(*character)) {
        if !costly.contains(&character) {
            costly.push(character);
        }
    }
    costly
}

/// Counts what a message costs.
pub fn count(text: &str) -> Segments {
    let encoding = if text.chars().all(is_gsm) { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = text.chars().map(|character| encoding.units(character)).sum();
    let characters = text.chars().count();
    if units <= encoding.alone() {
        return Segments { encoding, characters, units, segments: units.min(1), room: encoding.alone() - units };
    }
    let (mut segments, mut used) = (1, 0);
    for character in text.chars() {
        let taken = encoding.units(character);
        if used + taken > encoding.each() {
            segments += 1;
            used = 0;
        }
        used += taken;
    }
    Segments { encoding, characters, units, segments, room: encoding.each().saturating_sub(used) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost(text: &str) -> (Encoding, usize, usize, usize) {
        let count = count(text);
        (count.encoding, count.units, count.segments, count.room)
    }

    #[test]
    fn the_alphabet_is_the_one_of_gsm() {
        assert_eq!(BASIC.chars().count(), 127, "128 places, one of them the escape");
        assert_eq!(EXTENSION.chars().count(), 10);
        let capitals = "ÀÁÂÈÊË".chars().filter(|c| is_gsm(*c)).count();
        assert_eq!(capitals, 0, "of the accented capitals only É, Ä, Ö, Ñ, Ü, Å, Æ, Ø and Ç are there");
        assert!("çêôíóúñ`’“–…\t".chars().filter(|c| is_gsm(*c)).eq(['ñ']));
    }

    #[test]
    fn messages_cost_what_carriers_charge() {
        use Encoding::{Gsm7, Ucs2};
        assert_eq!(cost(""), (Gsm7, 0, 0, 160));
        assert_eq!(cost("Hi Abby!"), (Gsm7, 8, 1, 152));
        assert_eq!(cost(&"a".repeat(160)), (Gsm7, 160, 1, 0));
        assert_eq!(cost(&"a".repeat(161)), (Gsm7, 161, 2, 145));
        assert_eq!(cost(&"a".repeat(306)), (Gsm7, 306, 2, 0));
        assert_eq!(cost(&"a".repeat(307)), (Gsm7, 307, 3, 152));
        assert_eq!(cost(&"€".repeat(80)), (Gsm7, 160, 1, 0));
        // 76 of them fit in 153 septets: none is cut in two.
        assert_eq!(cost(&"€".repeat(81)), (Gsm7, 162, 2, 143));
        assert_eq!(cost(&"я".repeat(70)), (Ucs2, 70, 1, 0));
        assert_eq!(cost(&"я".repeat(71)), (Ucs2, 71, 2, 63));
        assert_eq!(cost(&"👍".repeat(35)), (Ucs2, 70, 1, 0));
        // 33 of them fit in 67 units.
        assert_eq!(cost(&"👍".repeat(67)), (Ucs2, 134, 3, 65));
        // One curly apostrophe more than doubles it.
        assert_eq!(cost(&format!("It's {}", "a".repeat(155))), (Gsm7, 160, 1, 0));
        assert_eq!(cost(&format!("It’s {}", "a".repeat(155))), (Ucs2, 160, 3, 41));
        assert_eq!(count("👍🏽").characters, 2);
    }

    #[test]
    fn what_makes_it_costly_is_named_once() {
        assert_eq!(costly("It’s “so” nice, isn’t it? 👍👍"), ['’', '“', '”', '👍']);
        assert_eq!(costly("Plain {braces} and €"), []);
    }

    /// The naive model: the fewest segments of all ways to cut between characters.
    fn fewest(widths: &[usize], alone: usize, each: usize) -> usize {
        if widths.iter().sum::<usize>() <= alone {
            return usize::from(!widths.is_empty());
        }
        let mut best = vec![0; widths.len() + 1];
        for end in 1..=widths.len() {
            best[end] = (0..end)
                .rev()
                .take_while(|start| widths[*start..end].iter().sum::<usize>() <= each)
                .map(|start| best[start] + 1)
                .min()
                .expect("one character fits");
        }
        best[widths.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        #[test]
        fn counting_agrees_with_a_naive_model(text in "[a€\\n]{0,500}|[a-z{}é’]{0,180}|[aя👍]{0,180}|\\PC{0,90}") {
            let count = count(&text);
            let gsm = costly(&text).is_empty();
            prop_assert_eq!(count.encoding == Encoding::Gsm7, gsm);
            let mut buffer = [0; 2];
            let widths: Vec<usize> = text
                .chars()
                .map(|c| if !gsm { c.encode_utf16(&mut buffer).len() } else if "^{}\\[~]|€\u{c}".contains(c) { 2 } else { 1 })
                .collect();
            let (alone, each) = if gsm { (160, 153) } else { (70, 67) };
            prop_assert_eq!(count.units, widths.iter().sum::<usize>());
            prop_assert_eq!(count.segments, fewest(&widths, alone, each));
            prop_assert_eq!(count.characters, text.chars().count());
            // The room is real: so many more plain characters cost nothing, and one more costs a segment.
            let plain = if gsm { "a" } else { "я" };
            if count.segments > 0 {
                let full = format!("{text}{}", plain.repeat(count.room));
                prop_assert_eq!(super::count(&full).segments, count.segments);
                prop_assert_eq!(super::count(&format!("{full}{plain}")).segments, count.segments + 1);
            }
        }
    }
}
