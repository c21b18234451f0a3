//! Placeholders as other tools write them.

use super::part::{Part, TemplateError};
use crate::contact::field::field_name;

/// What stands around a field's name, besides the braces of [`placeholder`], and which names it marks.
///
/// Word, Mailchimp, ERB, Windows shells and the like write so.
const MARKS: [(&str, &str, Names); 16] = [
    ("*|", "|*", Names::Any),
    ("<%", "%>", Names::Any),
    ("[", "]", Names::Usual),
    ("<", ">", Names::Usual),
    ("｛", "｝", Names::Usual),
    ("［", "］", Names::Usual),
    ("＜", "＞", Names::Usual),
    ("«", "»", Names::Joined),
    ("%", "%", Names::Tight),
    ("％", "％", Names::Tight),
    ("__", "__", Names::Tight),
    ("#", "#", Names::Tight),
    ("(", ")", Names::Joined),
    ("~", "~", Names::Joined),
    ("^", "^", Names::Joined),
    ("|", "|", Names::Joined),
];

/// What stands before a field's name and ends with it: `$first_name`, `@first_name`, `:first_name`, `%first_name`.
const SIGNS: [char; 4] = ['$', '@', ':', '%'];

/// Which names are told from ordinary words between marks.
#[derive(Clone, Copy)]
enum Names {
    /// Whatever stands there: nobody else writes such marks.
    Any,
    /// Fields of the campaign, and what tools usually call fields.
    Usual,
    /// Fields of the campaign and names of people, without blanks beside them: `#vote #city` are two words.
    Tight,
    /// Such as are no words of a language: `first_name`, `fname`, `FirstName`, but not "(first name)" or "(city)".
    Joined,
}

/// What other tools call the names of people.
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

/// What else tools usually call fields. They are words as well, and mean a field only in marks like `[` and `<`.
const USUAL: [&str; 22] = [
    "name",
    "yourname",
    "myname",
    "sendername",
    "agentname",
    "givenname",
    "surname",
    "nickname",
    "city",
    "state",
    "zip",
    "zipcode",
    "county",
    "address",
    "phone",
    "phonenumber",
    "email",
    "pollingplace",
    "pollinglocation",
    "prénom",
    "vorname",
    "nombre",
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
    let paired = MARKS.into_iter().find_map(|(open, close, names)| {
        text.match_indices(open).find_map(|(at, _)| {
            let inside = &text[at + open.len()..];
            let end = inside.find(close)?;
            is_marked(&inside[..end], names, known).then(|| &text[at..at + open.len() + end + close.len()])
        })
    });
    paired.or_else(|| signed(text, known)).or_else(|| half_braced(text, known))
}

/// Whether what stands between marks is the name of a field, with whatever a tool writes behind it: `fname|there`.
fn is_marked(inside: &str, names: Names, known: &[String]) -> bool {
    let name = inside.split('|').next().unwrap_or_default();
    match names {
        Names::Any => is_name(inside.trim_start_matches('=').trim()) || is_field(name.trim_start_matches('='), known),
        Names::Usual => is_field(name, known) || is_usual(name),
        Names::Tight => name.trim() == name && is_field(name, known),
        Names::Joined => is_joined(name.trim(), known),
    }
}

/// A field's name behind a sign that belongs to it: `$first_name`, but not `$5`, `@mayor` or "2:30".
fn signed<'text>(text: &'text str, known: &[String]) -> Option<&'text str> {
    text.match_indices(SIGNS).find_map(|(at, sign)| {
        let alone = !text[..at].ends_with(char::is_alphanumeric);
        let inside = &text[at + sign.len()..];
        let end = inside.find(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '_' | '.'));
        let name = inside[..end.unwrap_or(inside.len())].trim_end_matches('.');
        // In front of a word, a dollar is no sum.
        let money = sign == "$" && name.starts_with(char::is_alphabetic) && is_field(name, known);
        (alone && (money || is_joined(name, known))).then(|| &text[at..at + sign.len() + name.len()])
    })
}

/// A field's name beside one brace alone.
fn half_braced<'text>(text: &'text str, known: &[String]) -> Option<&'text str> {
    let opened = text.match_indices('{').find_map(|(at, _)| {
        let inside = &text[at + 1..];
        let end = inside.find(|sign: char| !belongs(sign)).unwrap_or(inside.len());
        // Words behind it are not the field's: the longest beginning that is a name.
        let words = inside[..end].match_indices(' ').map(|(at, _)| at).chain([end]);
        let end = words.filter(|end| is_field(&inside[..*end], known)).max()?;
        Some(text[at..=at + end].trim_end())
    });
    opened.or_else(|| {
        text.match_indices('}').find_map(|(at, _)| {
            let begin = text[..at].rfind(|sign: char| !belongs(sign)).map_or(0, |before| next(text, before));
            is_field(&text[begin..at], known).then(|| text[begin..=at].trim_start())
        })
    })
}

/// Whether a sign right before a placeholder of ours was meant to be a part of it: `${first_name}`, `#{first_name}`.
///
/// Before the value of a column it can be meant: `${last_gift}`, `#{precinct}`.
pub(super) fn is_sign_of(text: &str, name: &str) -> bool {
    let bare = bare(name);
    text.ends_with(['$', '#', '%', '@']) && (ALIASES.contains(&bare.as_str()) || USUAL.contains(&bare.as_str()))
}

/// Where the sign after this one begins.
fn next(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Whether a sign may be part of a field's name as people write it.
pub(super) fn belongs(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | ' ' | '-')
}

/// A field's name without what joins its words, and without what it is a field of: `contact.first_name`.
fn bare(text: &str) -> String {
    let own = text.rsplit('.').next().unwrap_or(text);
    field_name(own).unwrap_or_default().replace('_', "")
}

/// Whether it could be a field's name as people write it.
fn could_be(text: &str) -> bool {
    text.chars().count() <= LONGEST && text.chars().all(|sign| belongs(sign) || sign == '.')
}

/// Whether it is the name of a field, whatever case and whatever joins its words.
pub(super) fn is_field(text: &str, known: &[String]) -> bool {
    let name = if could_be(text) { bare(text) } else { return false };
    ALIASES.contains(&name.as_str()) || known.iter().any(|known| !name.is_empty() && known.replace('_', "") == name)
}

/// Whether tools usually call a field so.
fn is_usual(text: &str) -> bool {
    could_be(text) && USUAL.contains(&bare(text).as_str())
}

/// Whether it is the name of a field as no text has it: one word made of several.
fn is_joined(text: &str, known: &[String]) -> bool {
    let one = !text.contains([' ', '-']);
    let own = text.rsplit('.').next().unwrap_or(text);
    one && is_field(text, known) && (own.contains('_') || ALIASES.contains(&bare(own).as_str()))
}
