//! From bytes to text, whatever tool wrote them.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::api::imports::ImportError;

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, without a byte-order mark.
    pub text: Cow<'a, str>,
    /// How it was encoded, for people.
    pub encoding: &'static str,
}

/// How the files begin that people take for text: archives (and so newer Excel), older Excel, pictures, PDF.
const MAGIC: [&[u8]; 11] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF-",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"SQLite format 3",
    b"{\\rtf",
];

/// How much of a file is looked at to guess what it is.
const LOOKED_AT: usize = 65_536;

/// Reads the bytes as text.
///
/// # Errors
/// If there is nothing in them, or they are no text.
pub fn decode(bytes: &[u8]) -> Result<Text<'_>, ImportError> {
    if bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    if MAGIC.into_iter().any(|magic| bytes.starts_with(magic)) {
        return Err(ImportError::Binary);
    }
    let decoded = match Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| utf16_without_mark(bytes)) {
        Some(encoding) if encoding == UTF_8 => utf8(bytes.get(3..).unwrap_or_default()),
        Some(encoding) => {
            let (text, _) = encoding.decode_with_bom_removal(bytes);
            Text { text, encoding: "UTF-16" }
        }
        None => utf8(bytes),
    };
    if is_binary(&decoded.text) {
        return Err(ImportError::Binary);
    }
    if decoded.text.trim().is_empty() { Err(ImportError::Empty) } else { Ok(decoded) }
}

/// UTF-8, else Windows-1252, in which any bytes are text.
fn utf8(bytes: &[u8]) -> Text<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text { text: Cow::Borrowed(text), encoding: "UTF-8" };
    }
    // Some tools cut a character in two. A text with many whole ones is UTF-8 all the same.
    let lossy = String::from_utf8_lossy(bytes);
    let (mut broken, mut whole) = (0_usize, 0_usize);
    for character in lossy.chars().filter(|character| !character.is_ascii()) {
        if character == char::REPLACEMENT_CHARACTER { broken += 1 } else { whole += 1 }
    }
    if whole > broken * 4 {
        return Text { text: lossy, encoding: "UTF-8 with damaged characters" };
    }
    let (text, _, _) = WINDOWS_1252.decode(bytes);
    Text { text, encoding: "Windows-1252" }
}

/// In UTF-16 every second byte of Latin text is zero, which no other text has.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT) & !1];
    let pairs = looked_at.len() / 2;
    let zeros = |offset: usize| looked_at.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    if pairs >= 2 && low > pairs / 2 && high < pairs / 20 + 1 {
        Some(UTF_16LE)
    } else if pairs >= 2 && high > pairs / 2 && low < pairs / 20 + 1 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Text has no zero characters and hardly any other control characters.
fn is_binary(text: &str) -> bool {
    let (mut controls, mut all) = (0_usize, 0_usize);
    for character in text.chars().take(LOOKED_AT) {
        all += 1;
        if character == '\0' {
            return true;
        }
        controls += usize::from(character.is_control() && !matches!(character, '\t' | '\n' | '\r'));
    }
    controls * 50 > all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "First,Last,Phone\r\nZoë,Nuñez,2125550100\r\n";
        let (latin, _, _) = WINDOWS_1252.encode(text);
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            (utf16(text, false, true), "UTF-16"),
            (utf16(text, true, true), "UTF-16"),
            (utf16(text, false, false), "UTF-16"),
            (utf16(text, true, false), "UTF-16"),
            (latin.into_owned(), "Windows-1252"),
        ] {
            assert_eq!(decode(&bytes), Ok(Text { text: Cow::Borrowed(text), encoding }));
        }
    }

    #[test]
    fn a_cut_character_does_not_spoil_the_others() {
        let bytes = [b"\xc3 ,", "é,è,ê,ë,ï,à\n".as_bytes()].concat();
        assert!(decode(&bytes).is_ok_and(|text| text.text.contains("é,è,ê")));
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        assert_eq!(decode(b""), Err(ImportError::Empty));
        assert_eq!(decode(b"\xef\xbb\xbf"), Err(ImportError::Empty));
        assert_eq!(decode(b" \r\n\t\n"), Err(ImportError::Empty));
        for bytes in [&b"PK\x03\x04\x14\x00"[..], b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"abc\0def\0", &[1, 2, 3, 4, 200]]
        {
            assert_eq!(decode(bytes), Err(ImportError::Binary), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}
