//! Files of other kinds, told by how they begin, so that people hear what they have and what to do.

use crate::model::import::Foreign;

/// How the files begin that people take for lists of contacts.
const MAGIC: [(&[u8], Foreign); 19] = [
    (b"\xd0\xcf\x11\xe0", Foreign::OldExcel),
    (b"\x09\x08\x10\x00", Foreign::OldExcel),
    (b"\x09\x08\x08\x00", Foreign::OldExcel),
    (b"%PDF-", Foreign::Pdf),
    (b"\x89PNG", Foreign::Picture),
    (b"\xff\xd8\xff", Foreign::Picture),
    (b"GIF8", Foreign::Picture),
    (b"BM\x00", Foreign::Picture),
    (b"II*\x00", Foreign::Picture),
    (b"MM\x00*", Foreign::Picture),
    (b"\x00\x00\x00\x18ftyphei", Foreign::Picture),
    (b"\x1f\x8b", Foreign::Archive),
    (b"7z\xbc\xaf", Foreign::Archive),
    (b"Rar!\x1a", Foreign::Archive),
    (b"BZh", Foreign::Archive),
    (b"\xfd7zXZ", Foreign::Archive),
    (b"SQLite format 3", Foreign::Database),
    (b"\x00\x01\x00\x00Standard ", Foreign::Database),
    (b"{\\rtf", Foreign::RichText),
];

/// Whether it is a ZIP archive, as workbooks are.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// What a file that is no text is, where that is known.
pub fn by_bytes(bytes: &[u8]) -> Option<Foreign> {
    if is_zip(bytes) {
        return Some(Foreign::Zip);
    }
    MAGIC.into_iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, foreign)| foreign)
}

/// What an archive with files of these names is. `None` if it is a workbook that is read.
pub fn of_archive<'n>(names: &(impl Iterator<Item = &'n str> + Clone)) -> Option<Foreign> {
    let has = |wanted: &str| names.clone().any(|name| name.eq_ignore_ascii_case(wanted));
    let ends =
        |wanted: &str| names.clone().any(|name| name.len() > wanted.len() && name.to_lowercase().ends_with(wanted));
    if has("xl/workbook.bin") {
        Some(Foreign::BinaryExcel)
    } else if has("word/document.xml") {
        Some(Foreign::Word)
    } else if has("content.xml") && has("mimetype") {
        Some(Foreign::OpenDocument)
    } else if ends(".iwa") || has("Index.zip") {
        Some(Foreign::Numbers)
    } else if has("[Content_Types].xml") && ends("workbook.xml") {
        None
    } else {
        Some(Foreign::Zip)
    }
}

/// How much of a text is looked at.
const LOOKED_AT: usize = 4_096;

/// What a text is that is no table.
pub fn by_text(text: &str) -> Option<Foreign> {
    let start: String = text.trim_start().chars().take(LOOKED_AT).collect::<String>().to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|with| start.starts_with(with));
    if begins(&["<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<div"]) {
        Some(Foreign::Html)
    } else if begins(&["<?xml", "<workbook"]) {
        Some(if start.contains("<html") { Foreign::Html } else { Foreign::Xml })
    } else if begins(&["begin:vcard"]) {
        Some(Foreign::VCard)
    } else {
        is_json(&start).then_some(Foreign::Json)
    }
}

/// A list of objects, an object with a name in quotes, or objects line by line.
fn is_json(start: &str) -> bool {
    let mut characters = start.chars().filter(|character| !character.is_whitespace());
    match (characters.next(), characters.next()) {
        (Some('{'), Some('"')) => start.contains("\":") || start.contains("\" :"),
        (Some('{'), Some('}')) | (Some('['), Some('{')) => true,
        (Some('['), Some('[')) => start.contains('"'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_are_named() {
        for (bytes, foreign) in [
            (&b"\xd0\xcf\x11\xe0\xa1\xb1"[..], Foreign::OldExcel),
            (b"%PDF-1.7", Foreign::Pdf),
            (b"\x1f\x8b\x08", Foreign::Archive),
            (b"SQLite format 3\0", Foreign::Database),
            (b"{\\rtf1", Foreign::RichText),
            (b"PK\x03\x04", Foreign::Zip),
        ] {
            assert_eq!(by_bytes(bytes), Some(foreign));
        }
        for (text, foreign) in [
            ("<html><head><meta http-equiv=\"Content-Type\">", Foreign::Html),
            ("\n <!DOCTYPE HTML>\n<p>", Foreign::Html),
            ("<table border=1><tr>", Foreign::Html),
            ("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>", Foreign::Xml),
            ("BEGIN:VCARD\nVERSION:3.0", Foreign::VCard),
            ("[{\"first_name\":\"Abby\"},", Foreign::Json),
            ("{\"contacts\": [", Foreign::Json),
            ("{ \"a\" : 1}\n{ \"a\" : 2}", Foreign::Json),
        ] {
            assert_eq!(by_text(text), Some(foreign), "{text}");
        }
        for text in ["First,Last", "[First],[Last]", "{first},{last}", "<First>,<Last>", "Begin,End", "\"a\":1,b", ""] {
            assert_eq!(by_text(text), None, "{text}");
        }
        for (names, foreign) in [
            (&["mimetype", "content.xml"][..], Some(Foreign::OpenDocument)),
            (&["Index/Document.iwa"], Some(Foreign::Numbers)),
            (&["[Content_Types].xml", "word/document.xml"], Some(Foreign::Word)),
            (&["[Content_Types].xml", "xl/workbook.bin"], Some(Foreign::BinaryExcel)),
            (&["contacts.csv"], Some(Foreign::Zip)),
            (&["[Content_Types].xml", "xl/workbook.xml"], None),
        ] {
            assert_eq!(of_archive(&names.iter().copied()), foreign, "{names:?}");
        }
    }
}
