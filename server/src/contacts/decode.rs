//! From bytes to text, whatever tool wrote them.

use std::borrow::Cow;

use encoding_rs::{CoderResult, Encoding};

use super::foreign;
use crate::model::import::{Charset, ImportError};

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, without byte-order marks, and without the characters of control that no tool means.
    pub text: Cow<'a, str>,
    /// How it was encoded.
    pub charset: Charset,
    /// Some bytes were no text in this encoding, and were replaced.
    pub damaged: bool,
}

/// The most text that is read, in megabytes: no file of the largest size has more, but for a few encodings.
pub const MOST_TEXT_MEGABYTES: u32 = 96;

/// The same in bytes.
const MOST_TEXT: usize = MOST_TEXT_MEGABYTES as usize * 1_000_000;

/// How much of a file is looked at to guess what it is.
const LOOKED_AT: usize = 65_536;

/// How much is decoded at once.
const PIECE: usize = 65_536;

/// Reads the bytes as text, in this encoding if one was chosen.
///
/// # Errors
/// If there is nothing in them, they are no text, or more of it than is read.
pub fn decode<'a>(bytes: impl Into<Cow<'a, [u8]>>, chosen: Option<Charset>) -> Result<Text<'a>, ImportError> {
    let bytes: Cow<'a, [u8]> = bytes.into();
    if bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    if let Some(foreign) = foreign::by_bytes(&bytes) {
        return Err(foreign.into());
    }
    let charset = chosen.unwrap_or_else(|| guess(&bytes));
    let (mut text, damaged) = decode_as(bytes, charset)?;
    if is_binary(&text) {
        return Err(ImportError::Binary);
    }
    without_controls(&mut text);
    if let Some(foreign) = foreign::by_text(&text) {
        return Err(foreign.into());
    }
    if text.trim().is_empty() { Err(ImportError::Empty) } else { Ok(Text { text, charset, damaged }) }
}

/// The encoding, by the mark at the beginning, else by the bytes.
fn guess(bytes: &[u8]) -> Charset {
    match Encoding::for_bom(bytes).map(|(encoding, _)| encoding) {
        Some(encoding) if encoding == encoding_rs::UTF_16LE => Charset::Utf16Le,
        Some(encoding) if encoding == encoding_rs::UTF_16BE => Charset::Utf16Be,
        Some(_) => Charset::Utf8,
        None => utf16_without_mark(bytes).unwrap_or(if is_utf8(bytes) { Charset::Utf8 } else { Charset::Windows1252 }),
    }
}

/// Whether it is UTF-8 but for a few bytes: its characters of several bytes are at least as many as the bytes that fit
/// none. In other encodings such characters hardly ever come about by chance.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut broken, mut whole) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        broken += usize::from(!chunk.invalid().is_empty());
        whole += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
    }
    broken <= whole
}

/// In UTF-16 every second byte of Latin text is zero, which no other text has.
fn utf16_without_mark(bytes: &[u8]) -> Option<Charset> {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT) & !1];
    let pairs = looked_at.len() / 2;
    let zeros = |offset: usize| looked_at.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    if pairs >= 2 && low > pairs / 2 && high < pairs / 20 + 1 {
        Some(Charset::Utf16Le)
    } else if pairs >= 2 && high > pairs / 2 && low < pairs / 20 + 1 {
        Some(Charset::Utf16Be)
    } else {
        None
    }
}

fn too_much() -> ImportError {
    ImportError::TooMuchText { megabytes: MOST_TEXT_MEGABYTES }
}

/// The text, and whether bytes were replaced. What was UTF-8 all along is not copied.
fn decode_as(bytes: Cow<'_, [u8]>, charset: Charset) -> Result<(Cow<'_, str>, bool), ImportError> {
    let (text, damaged) = match charset {
        Charset::Utf8 => return utf8(bytes),
        Charset::Cp850 => by_table(&bytes, &oem_cp::code_table::DECODING_TABLE_CP850).map(|text| (text, false)),
        Charset::Cp437 => by_table(&bytes, &oem_cp::code_table::DECODING_TABLE_CP437).map(|text| (text, false)),
        Charset::Utf16Le => by_decoder(&bytes, encoding_rs::UTF_16LE),
        Charset::Utf16Be => by_decoder(&bytes, encoding_rs::UTF_16BE),
        Charset::Windows1252 => by_decoder(&bytes, encoding_rs::WINDOWS_1252),
        Charset::MacRoman => by_decoder(&bytes, encoding_rs::MACINTOSH),
        Charset::Windows1250 => by_decoder(&bytes, encoding_rs::WINDOWS_1250),
        Charset::Iso8859_2 => by_decoder(&bytes, encoding_rs::ISO_8859_2),
        Charset::Windows1251 => by_decoder(&bytes, encoding_rs::WINDOWS_1251),
        Charset::Windows1253 => by_decoder(&bytes, encoding_rs::WINDOWS_1253),
        Charset::Windows1254 => by_decoder(&bytes, encoding_rs::WINDOWS_1254),
        Charset::Windows1255 => by_decoder(&bytes, encoding_rs::WINDOWS_1255),
        Charset::Windows1256 => by_decoder(&bytes, encoding_rs::WINDOWS_1256),
        Charset::Windows1257 => by_decoder(&bytes, encoding_rs::WINDOWS_1257),
        Charset::Windows1258 => by_decoder(&bytes, encoding_rs::WINDOWS_1258),
        Charset::Windows874 => by_decoder(&bytes, encoding_rs::WINDOWS_874),
        Charset::ShiftJis => by_decoder(&bytes, encoding_rs::SHIFT_JIS),
        Charset::Gb18030 => by_decoder(&bytes, encoding_rs::GB18030),
        Charset::Big5 => by_decoder(&bytes, encoding_rs::BIG5),
        Charset::EucKr => by_decoder(&bytes, encoding_rs::EUC_KR),
    }?;
    Ok((Cow::Owned(text), damaged))
}

fn utf8(bytes: Cow<'_, [u8]>) -> Result<(Cow<'_, str>, bool), ImportError> {
    let bad = |bytes: &[u8]| replaced(bytes).map(|text| (Cow::Owned(text), true));
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map_or_else(|_| bad(bytes), |text| Ok((text.into(), false))),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok((Cow::Owned(text), false)),
            Err(error) => bad(error.as_bytes()),
        },
    }
}

/// UTF-8 in which bad bytes alone are replaced.
fn replaced(bytes: &[u8]) -> Result<String, ImportError> {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        if text.len() > MOST_TEXT {
            return Err(too_much());
        }
    }
    Ok(text)
}

/// What a code page of DOS says, which has ASCII below 128.
fn by_table(bytes: &[u8], table: &[char; 128]) -> Result<String, ImportError> {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        text.push(match byte.checked_sub(128) {
            None => char::from(*byte),
            Some(place) => table.get(usize::from(place)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        });
        if text.len() > MOST_TEXT {
            return Err(too_much());
        }
    }
    Ok(text)
}

fn by_decoder(bytes: &[u8], encoding: &'static Encoding) -> Result<(String, bool), ImportError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let (mut rest, mut damaged) = (bytes, false);
    loop {
        let (piece, behind) = rest.split_at(rest.len().min(PIECE));
        let last = behind.is_empty();
        text.reserve(decoder.max_utf8_buffer_length(piece.len()).unwrap_or(PIECE * 3));
        let (result, read, bad) = decoder.decode_to_string(piece, &mut text, last);
        damaged |= bad;
        if text.len() > MOST_TEXT {
            return Err(too_much());
        }
        rest = &rest[read..];
        if last && result == CoderResult::InputEmpty {
            return Ok((text, damaged));
        }
    }
}

/// Text has few characters of control of ASCII (others come from a wrong encoding); those that tools leave behind are not counted, zeros at the end among them.
fn is_binary(text: &str) -> bool {
    let (mut controls, mut zeros, mut all) = (0_usize, 0_usize, 0_usize);
    for character in text.trim_end_matches(['\0', '\u{1a}', '\r', '\n']).chars().take(LOOKED_AT) {
        all += 1;
        zeros += usize::from(character == '\0');
        controls += usize::from(
            character.is_ascii_control()
                && !matches!(character, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\0' | '\u{1a}'),
        );
    }
    controls * 50 > all || zeros * 10 > all
}

/// Takes out byte-order marks at the beginning, zeros, and the character by which old systems end a file. In place.
fn without_controls(text: &mut Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => *text = text.trim_start_matches('\u{feff}'),
        Cow::Owned(text) => {
            let marks = text.len() - text.trim_start_matches('\u{feff}').len();
            text.drain(..marks);
        }
    }
    if text.bytes().any(|byte| matches!(byte, 0 | 0x1a)) {
        text.to_mut().retain(|character| !matches!(character, '\0' | '\u{1a}'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    fn text_of(bytes: &[u8]) -> String {
        decode(bytes, None).map(|text| text.text.into_owned()).unwrap_or_default()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "First,Last,Phone\r\nZoë,Nuñez,2125550100\r\n";
        let (latin, _, _) = WINDOWS_1252.encode(text);
        for (bytes, charset) in [
            (text.as_bytes().to_vec(), Charset::Utf8),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), Charset::Utf8),
            ([b"\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()].concat(), Charset::Utf8),
            (utf16(text, false, true), Charset::Utf16Le),
            (utf16(text, true, true), Charset::Utf16Be),
            (utf16(text, false, false), Charset::Utf16Le),
            (utf16(text, true, false), Charset::Utf16Be),
            (latin.into_owned(), Charset::Windows1252),
        ] {
            assert_eq!(decode(bytes, None), Ok(Text { text: text.into(), charset, damaged: false }));
        }
    }

    #[test]
    fn an_encoding_that_was_chosen_is_taken() {
        let text = |bytes: &[u8], charset| decode(bytes, Some(charset)).map(|text| text.text.into_owned());
        assert_eq!(text(b"Jos\x8e,N\x9c\x96ez", Charset::MacRoman), Ok("José,Núñez".to_owned()));
        assert_eq!(text(b"Jos\x82,N\xa3\xa4ez", Charset::Cp850), Ok("José,Núñez".to_owned()));
        assert_eq!(text(b"Jos\x82,N\xa3\xa4ez", Charset::Cp437), Ok("José,Núñez".to_owned()));
        assert_eq!(text(b"\xcc\xe0\xf0\xe8\xff", Charset::Windows1251), Ok("Мария".to_owned()));
        assert_eq!(text(b"\x83A\x83C", Charset::ShiftJis), Ok("アイ".to_owned()));
        assert_eq!(text(b"\xa3\xf3d\xbc", Charset::Windows1250), Ok("Łódź".replace('ź', "Ľ")));
        assert_eq!(text(b"\xa3\xf3d\xbc", Charset::Iso8859_2), Ok("Łódź".to_owned()));
    }

    #[test]
    fn bad_bytes_alone_are_replaced() {
        let one_bad = [b"Jos\xe9,\xc3 ".as_slice(), "Zoë,José,Núñez\n".as_bytes()].concat();
        let text = decode(one_bad, None).unwrap();
        assert_eq!(
            (text.text.as_ref(), text.charset, text.damaged),
            ("Jos\u{fffd},\u{fffd} Zoë,José,Núñez\n", Charset::Utf8, true)
        );
        // A single accent that is whole outweighs a single byte that is not.
        assert_eq!(text_of(b"Zo\xc3\xab,Jos\xe9\n"), "Zoë,Jos\u{fffd}\n");
        assert_eq!(text_of(b"Zo\xeb,Jos\xe9\n"), "Zoë,José\n");
    }

    #[test]
    fn what_old_systems_leave_behind_is_dropped() {
        assert_eq!(
            text_of(b"First,Last,Phone\nAb\0by,Lee,503-555-0101\n"),
            "First,Last,Phone\nAbby,Lee,503-555-0101\n"
        );
        assert_eq!(text_of(&[b"a,b\n1,2\n".as_slice(), &[0; 600]].concat()), "a,b\n1,2\n");
        assert_eq!(text_of(b"a,b\r\n1,2\r\n\x1a"), "a,b\r\n1,2\r\n");
        assert_eq!(text_of(b"a,b\r1,called\x0btwice\x0bno\r"), "a,b\r1,called\u{b}twice\u{b}no\r");
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let refused = |bytes: &[u8]| decode(bytes, None).err();
        assert_eq!(refused(b""), Some(ImportError::Empty));
        assert_eq!(refused(b"\xef\xbb\xbf"), Some(ImportError::Empty));
        assert_eq!(refused(b" \r\n\t\n"), Some(ImportError::Empty));
        assert_eq!(refused(&[0; 100]), Some(ImportError::Empty));
        for bytes in [&b"abc\0def\0"[..], &[1, 2, 3, 4, 200], b"abc\0def\0ghi"] {
            assert_eq!(refused(bytes), Some(ImportError::Binary), "{bytes:?}");
        }
    }

    #[test]
    fn text_that_grows_too_large_is_refused() {
        // Each byte becomes three.
        assert_eq!(decode(vec![0x80; 40_000_000], Some(Charset::Windows1252)), Err(too_much()));
        assert_eq!(decode(vec![0xb0; 40_000_000], Some(Charset::Cp437)), Err(too_much()));
        assert_eq!(decode(vec![0xff; 40_000_000], Some(Charset::Utf8)), Err(too_much()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), place in 0..Charset::ALL.len()) {
            let _ = decode(bytes.clone(), None);
            let _ = decode(bytes, Some(Charset::ALL[place]));
        }

        /// A bad byte anywhere costs itself alone, as long as there are as many accents as bad bytes.
        #[test]
        fn a_bad_byte_costs_itself_alone(words in prop::collection::vec("[a-zé]{0,4}é", 2..8), at in any::<prop::sample::Index>()) {
            let at = at.index(words.len());
            let bytes = [words[..at].concat().as_bytes(), b"\xff", words[at..].concat().as_bytes()].concat();
            prop_assert_eq!(text_of(&bytes), format!("{}\u{fffd}{}", words[..at].concat(), words[at..].concat()));
        }
    }
}
