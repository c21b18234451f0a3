//! What a cell of a contact file means: what tools write for nothing, and what they wrap around a text.

use std::borrow::Cow;

use crate::csv::plain;
use crate::fold::fold;

/// What databases, programs and spreadsheets write where there is nothing, in exactly this form: `NULL` is nothing,
/// while `Null` is a name.
const NOTHING: [&str; 40] = [
    "NULL",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "(NULL)",
    "<NULL>",
    "[NULL]",
    "\\N",
    "\\\\N",
    "nan",
    "NaN",
    "None",
    "<NA>",
    "undefined",
    "N/A",
    "n/a",
    "(blank)",
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "...",
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#BLOCKED!",
    "#UNKNOWN!",
    "#CONNECT!",
    "#GETTING_DATA",
];

/// What people write where they know no name, in small letters.
const NO_NAME: [&str; 9] =
    ["unknown", "(unknown)", "no name", "(no name)", "noname", "none", "(none)", "not available", "not provided"];

/// The text that a cell means, without white space around it. Empty if it means nothing.
///
/// The apostrophe of [`crate::csv::cell`] is taken away, `="Abby"` is `Abby`, `D&#39;Angelo` is `D'Angelo`. `NULL`,
/// `#N/A`, `\N`, `nan` and their like are nothing, in exactly the form in which tools write them.
pub fn meant(cell: &str) -> Cow<'_, str> {
    let text = plain(cell.trim());
    let text = unwrapped(text);
    let text = match text {
        Cow::Borrowed(text) => without_entities(text),
        Cow::Owned(text) => Cow::Owned(without_entities(&text).into_owned()),
    };
    if is_nothing(text.trim()) {
        return Cow::Borrowed("");
    }
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Whether it is one of the forms. Most cells are told by their length or their first byte.
fn is_nothing(text: &str) -> bool {
    let may_be =
        matches!(text.as_bytes(), [b'N' | b'n' | b'u' | b'\\' | b'(' | b'<' | b'[' | b'-' | b'.' | b'#' | 0xe2, ..]);
    text.len() <= 14 && may_be && NOTHING.contains(&text)
}

/// Whether it says that there is no name.
fn is_no_name(text: &str) -> bool {
    let may_be = matches!(text.as_bytes(), [b'U' | b'u' | b'N' | b'n' | b'(', ..]);
    text.len() < 20 && may_be && NO_NAME.contains(&fold(text).as_str())
}

/// The name that a cell means. Empty also if it says that there is none, or has nothing but marks of ASCII.
pub fn meant_name(cell: &str) -> Cow<'_, str> {
    let name = meant(cell);
    let marks = name.bytes().all(|byte| byte.is_ascii_punctuation() || byte == b' ');
    if marks || is_no_name(&name) { Cow::Borrowed("") } else { name }
}

/// `Abby` of `="Abby"`, by which tools keep spreadsheets from reading a number.
fn unwrapped(text: &str) -> Cow<'_, str> {
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if inner.contains("\"\"") => Cow::Owned(inner.replace("\"\"", "\"")),
        Some(inner) => Cow::Borrowed(inner),
        None => Cow::Borrowed(text),
    }
}

/// The longest name of an entity that is looked for.
const LONGEST_ENTITY: usize = 10;

/// The text with what was escaped for a web page, once or twice, as it was before.
fn without_entities(text: &str) -> Cow<'_, str> {
    match once_without(text) {
        Cow::Owned(once) => Cow::Owned(once_without(&once).into_owned()),
        unchanged @ Cow::Borrowed(_) => unchanged,
    }
}

fn once_without(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let end = after.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        let found = end.and_then(|end| Some((entity(after.get(..end)?)?, after.get(end + 1..)?)));
        if let Some((character, behind)) = found {
            plain.push(character);
            rest = behind;
            changed = true;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    if changed { Cow::Owned(plain) } else { Cow::Borrowed(text) }
}

/// The letters that have an entity, each after the letter it is made of.
const LETTERS: [(&str, &str); 8] = [
    ("acute", "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝ"),
    ("grave", "aàeèiìoòuùAÀEÈIÌOÒUÙ"),
    ("circ", "aâeêiîoôuûAÂEÊIÎOÔUÛ"),
    ("uml", "aäeëiïoöuüyÿAÄEËIÏOÖUÜ"),
    ("tilde", "aãnñoõAÃNÑOÕ"),
    ("cedil", "cçCÇ"),
    ("slash", "oøOØ"),
    ("ring", "aåAÅ"),
];

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|character| !character.is_control());
    }
    match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" | "rsquo" => return Some('\''),
        "nbsp" => return Some(' '),
        "szlig" => return Some('ß'),
        "ndash" => return Some('–'),
        _ => {}
    }
    let letter = name.chars().next()?;
    let (_, made) = LETTERS.iter().find(|(accent, _)| name.strip_prefix(letter) == Some(accent))?;
    let pairs: Vec<char> = made.chars().collect();
    pairs.chunks(2).find(|pair| pair.first() == Some(&letter)).and_then(|pair| pair.get(1).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv;
    use proptest::prelude::*;

    #[test]
    fn what_tools_write_for_nothing_is_nothing_in_exactly_that_form() {
        for nothing in
            ["NULL", " #N/A ", "#REF!", "#VALUE!", "\\N", "nan", "NaN", "None", "undefined", "N/A", "-", ".", ""]
        {
            assert_eq!(meant(nothing), "", "{nothing}");
        }
        for nothing in NOTHING {
            assert_eq!(meant(nothing), "", "{nothing}");
        }
        for name in ["Null", "Nan", "NAN", "Na", "none of them", "Undefined", "Nulls", "a-b"] {
            assert_eq!(meant(name), name);
        }
    }

    #[test]
    fn what_says_that_there_is_no_name_is_no_name() {
        for nothing in ["Unknown", "(no name)", "NONE", "?", "***", "- -", "\"\""] {
            assert_eq!(meant_name(nothing), "", "{nothing}");
        }
        for nothing in NO_NAME {
            assert_eq!(meant_name(&nothing.to_uppercase()), "", "{nothing}");
        }
        for name in ["Null", "O", "É", "Noname-Smith", "李", "Unknown Person"] {
            assert_eq!(meant_name(name), name);
        }
        assert_eq!(meant("Unknown"), "Unknown", "which is a value all the same");
    }

    #[test]
    fn what_was_wrapped_and_escaped_comes_out() {
        for (cell, text) in [
            ("=\"Abby\"", "Abby"),
            ("=\"0123\"", "0123"),
            ("=\"a \"\"b\"\"\"", "a \"b\""),
            ("D&#39;Angelo", "D'Angelo"),
            ("D&#x27;Angelo", "D'Angelo"),
            ("O&amp;M", "O&M"),
            ("O&amp;amp;M", "O&M"),
            ("D&amp;#39;Angelo", "D'Angelo"),
            ("Nu&ntilde;ez", "Nuñez"),
            ("Zo&euml;", "Zoë"),
            ("Stra&szlig;e", "Straße"),
            ("'244580000000456", "244580000000456"),
            ("'=1+1", "=1+1"),
            ("=\"NULL\"", ""),
        ] {
            assert_eq!(meant(cell), text, "{cell}");
        }
        for plain in ["AT&T; more", "a & b", "&;", "&#0;", "&nosuch;", "&é;", "=1+1", "O'Hara", "'n Abend"] {
            assert_eq!(meant(plain), plain);
        }
    }

    proptest! {
        /// Nothing but the listed forms is changed: words without marks stay as they are.
        #[test]
        fn ordinary_words_stay(text in "[A-Z][a-zé]{1,8}( [A-Z][a-zé'-]{1,8}){0,2}") {
            prop_assume!(text != "None" && text != "NaN");
            prop_assert_eq!(meant(&text), text.as_str());
        }

        /// What was escaped for a web page, and exported, comes back.
        #[test]
        fn escaping_and_exporting_are_undone(text in "[a-z]{0,3}[&<>\"'=+-]{0,3}[a-z0-9]{1,6}") {
            let escaped: String = text.chars().map(|character| match character {
                'a'..='z' | '0'..='9' => character.to_string(),
                other => format!("&#{};", u32::from(other)),
            }).collect();
            prop_assert_eq!(meant(&escaped), text.as_str());
            prop_assume!(!text.contains('&') && !text.starts_with("=\""));
            let exported = csv::cell(&text);
            prop_assert_eq!(meant(&exported), text.as_str());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}|[&#x;0-9a-f=\"']{0,20}") {
            prop_assert!(meant(&text).len() <= text.len());
            let _ = meant_name(&text);
        }
    }
}
