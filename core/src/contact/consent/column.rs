//! Which columns are about consent, by their names and, where those can mean two things, by their cells.

use super::cell::{Wording, folded, is_answer};
use super::lists::{ABOUT, ALLOWED, FORBIDDEN, OPT_IN, OPT_OUT, OTHER_WAYS, STOPPED, SUBSCRIPTIONS, TEXTS};
use crate::fold::{add_folded, is_silent};

/// What the words of a column's name say of texts.
fn of_texts(words: &[String]) -> Option<Wording> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if !has(&TEXTS) {
        return has(&["textable", "smsable"]).then_some(Wording::OptIn);
    }
    // What is said of texts that were sent says nothing of those to come.
    if has(&["sent", "received", "delivered", "last", "first", "body"]) {
        return None;
    }
    // "Don't" is two words where the apostrophe is one of the marks between.
    let forbidden = has(&FORBIDDEN)
        || words.windows(2).any(|pair| pair[1] == "t" && matches!(&*pair[0], "don" | "can" | "doesn" | "won"));
    if forbidden { Some(Wording::OptOut) } else { has(&ALLOWED).then_some(Wording::OptIn) }
}

/// The words of a column's name, [folded](crate::fold::fold); a capital inside a word begins another one.
fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for character in header.chars().filter(|character| !is_silent(*character)) {
        let begins = character.is_uppercase() && before_small;
        if begins || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            add_folded(word, character);
        }
        before_small = character.is_lowercase() || character.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a column of this name, with these cells, says who agreed to be texted.
///
/// A column that is called a status is one if each of its cells is a word for a subscription.
pub fn wording<'c>(header: &str, cells: impl IntoIterator<Item = &'c str>) -> Option<Wording> {
    let mut words = words(header);
    // "Text message" is one word here: a message is something else.
    for at in (1..words.len()).rev() {
        if matches!(&*words[at - 1], "text" | "sms") && matches!(&*words[at], "message" | "messages") {
            words.remove(at);
        }
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&OTHER_WAYS) || words.windows(2).any(|pair| pair[0] == "e" && pair[1] == "mail") {
        return None;
    }
    let name = words.concat();
    let holds = |list: &[&str]| list.iter().any(|part| name.contains(part));
    // A date on which somebody opted out says that they did.
    if holds(&OPT_OUT) || has(&["dnc", "dnt"]) {
        return Some(Wording::OptOut);
    }
    if has(&ABOUT) {
        return None;
    }
    if holds(&OPT_IN) {
        return Some(if has(&["not", "never"]) { Wording::OptOut } else { Wording::OptIn });
    }
    if let Some(wording) = of_texts(&words) {
        return Some(wording);
    }
    let cells: Vec<&str> = cells.into_iter().collect();
    if STOPPED.contains(&name.as_str()) && cells.iter().all(|cell| is_answer(&folded(cell))) {
        return Some(Wording::OptOut);
    }
    let mut filled = cells.into_iter().map(folded).filter(|cell| !cell.is_empty()).peekable();
    let status = has(&["status", "state", "sms", "texting", "texts"]) && filled.peek().is_some();
    let of_subscriptions = |cell: String| SUBSCRIPTIONS.contains(&cell.as_str());
    (status && filled.all(of_subscriptions)).then_some(Wording::OptIn)
}
