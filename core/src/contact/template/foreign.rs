//! Placeholders as other tools write them.

use super::part::{Part, TemplateError};
use crate::contact::field::field_name;

/// What stands around a field's name, besides the braces of [`placeholder`]. One brace alone is a half of one.
const MARKS: [(&str, &str); 8] =
    [("*|", "|*"), ("[", "]"), ("<", ">"), ("%", "%"), ("__", "__"), ("#", "#"), ("{", ""), ("", "}")];

/// What other tools call the fields that every contact has.
const ALIASES: [&str; 10] = [
    "firstname",
    "lastname",
    "fname",
    "lname",
    "fullname",
    "contactfirstname",
    "contactlastname",
    "textername",
    "texterfirstname",
    "texterlastname",
];

/// The longest that may stand within marks, in characters: a field's name and blanks.
const LONGEST: usize = 60;

/// What stands between doubled braces, if it is meant as a placeholder.
///
/// `None` if it is only text in braces: several words that are the name of no field.
pub(super) fn placeholder(content: &str, known: &[String]) -> Option<Result<Part, TemplateError>> {
    let (written, words) = content.split_once('|').map_or((content, None), |(name, words)| (name, Some(words.trim())));
    let name = field_name(written).filter(|name| known.contains(name));
    let Some(name) = name else {
        let unknown = TemplateError::Unknown { name: written.trim().to_owned(), known: known.to_vec() };
        return is_name(written.trim()).then_some(Err(unknown));
    };
    Some(match words.map(|words| (words, default(words))) {
        None => Ok(Part::Placeholder { name, fallback: String::new() }),
        Some((_, Some(fallback))) => Ok(Part::Placeholder { name, fallback: fallback.to_owned() }),
        Some((words, None)) => Err(TemplateError::Filter { name, words: words.to_owned() }),
    })
}

/// Whether it is one word, as names of fields are: letters, digits, and what joins them.
fn is_name(text: &str) -> bool {
    text.contains(char::is_alphabetic)
        && text.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '.' | '-'))
}

/// The words of a default, as templates of other tools have them: `default: "there"`, `default('there')`.
fn default(words: &str) -> Option<&str> {
    let rest = words.strip_prefix("default")?.trim_start();
    let given = match rest.strip_prefix(':') {
        Some(given) => given.trim(),
        None => rest.strip_prefix('(')?.strip_suffix(')')?.trim(),
    };
    let quote = |sign: char| matches!(sign, '"' | '\'' | '“' | '”' | '‘' | '’');
    let inside = given.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote)).then_some(inside)
}

/// The first field's name in marks of another tool, with its marks.
pub(super) fn mark<'text>(text: &'text str, known: &[String]) -> Option<&'text str> {
    MARKS.into_iter().find_map(|(open, close)| match (open, close) {
        ("", close) => text.match_indices(close).find_map(|(at, _)| {
            let begin = text[..at].rfind(|sign: char| !belongs(sign)).map_or(0, |before| next(text, before));
            is_field(&text[begin..at], known).then(|| text[begin..at + close.len()].trim_start())
        }),
        (open, "") => text.match_indices(open).find_map(|(at, _)| {
            let inside = &text[at + open.len()..];
            let end = inside.find(|sign: char| !belongs(sign)).unwrap_or(inside.len());
            // Words behind it are not the field's: the longest beginning that is a name.
            let words = inside[..end].match_indices(' ').map(|(at, _)| at).chain([end]);
            let end = words.filter(|end| is_field(&inside[..*end], known)).max()?;
            Some(text[at..at + open.len() + end].trim_end())
        }),
        (open, close) => text.match_indices(open).find_map(|(at, _)| {
            let inside = &text[at + open.len()..];
            let end = inside.find(close)?;
            let named = if open == "*|" { is_name(inside[..end].trim()) } else { is_field(&inside[..end], known) };
            named.then(|| &text[at..at + open.len() + end + close.len()])
        }),
    })
}

/// Where the sign after this one begins.
fn next(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Whether a sign may be part of a field's name as people write it.
pub(super) fn belongs(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | ' ' | '-')
}

/// Whether it is the name of a field, whatever case and whatever joins its words.
pub(super) fn is_field(text: &str, known: &[String]) -> bool {
    if text.chars().count() > LONGEST || !text.chars().all(belongs) {
        return false;
    }
    let bare = |name: &str| name.replace('_', "");
    field_name(text).is_some_and(|name| {
        let name = bare(&name);
        ALIASES.contains(&name.as_str()) || known.iter().any(|known| bare(known) == name)
    })
}
