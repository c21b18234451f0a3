//! What an incoming message asks for: to be left alone, or to be written to again.
//!
//! A whole message that is a keyword, or the wording of an opt-out line, is acted on at once. A sentence that asks for
//! the same in other words is only marked, so that a person decides: it may be about something else. The marking knows
//! English, Spanish and French, and rather marks too much. What a phone writes for a reaction asks for nothing.
//!
//! All words are in `opt_out/words.rs`, with where they come from.

mod reading;
mod words;

use serde::{Deserialize, Serialize};

use crate::message::Reaction;
use reading::{Words, folded, sentences};

/// What an incoming message asks for. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Asks {
    /// Nothing of the kind.
    Nothing = 1,
    /// In its own words, not to be written to any more: a texter looks at it, nothing happens by itself.
    Stop = 2,
    /// By keyword, not to be written to any more: opts out at once.
    OptOut = 3,
    /// By keyword, to be written to again: opts in at once.
    OptIn = 4,
    /// Nothing: it is what a phone writes when its owner reacts to a message of ours, whatever it quotes.
    Reaction = 5,
}

impl Asks {
    /// Everything that a message can ask for.
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Stop, Self::OptOut, Self::OptIn, Self::Reaction];

    /// The one with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|asks| *asks as i64 == number)
    }

    /// What an incoming message asks for.
    pub fn of(message: &str) -> Self {
        if Reaction::of(message).is_some() {
            return Self::Reaction;
        }
        let text = folded(message);
        let whole = Words::of(&text);
        if is_opt_out(&whole) {
            Self::OptOut
        } else if words::OPT_IN.contains(&whole.as_slice()) {
            Self::OptIn
        } else if whole.asks_to_stop() || sentences(&text).any(|sentence| is_stop(&sentence)) || is_sign(&text) {
            Self::Stop
        } else {
            Self::Nothing
        }
    }
}

/// Whether nothing but signs is written, and one of them says stop.
fn is_sign(text: &str) -> bool {
    !text.contains(char::is_alphanumeric) && text.contains(words::SIGNS)
}

/// Whether a sentence is nothing but a request to stop, for people: a keyword, or a few words that are asked in full.
fn is_stop(sentence: &Words<'_>) -> bool {
    let bare = sentence.without(words::POLITE);
    let alone = |words: &Words<'_>| {
        is_opt_out(words)
            || words::SENTENCES.contains(&words.as_slice())
            || matches!(words.as_slice(), [word] if is_drawn_out(word))
            || matches!(words.as_slice(), ["stop", number] if number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    alone(sentence) || alone(&bare)
}

/// Whether it is "stop" as people shout it: `stoooppp`.
fn is_drawn_out(word: &str) -> bool {
    word.strip_prefix("sto").is_some_and(|end| {
        let end = end.trim_start_matches('o');
        !end.is_empty() && end.trim_start_matches('p').is_empty()
    })
}

/// Whether a whole message is nothing but keywords, or the wording of an opt-out line: `STOP`, `STOP TO END`,
/// `stop2quit`, `Reply STOP to opt out`, `STOP au 36180`.
fn is_opt_out(message: &Words<'_>) -> bool {
    let words = message.as_slice();
    let words = words.split_first().filter(|(first, _)| words::LEADS.contains(first)).map_or(words, |(_, rest)| rest);
    let Some(mut rest) = after(words, words::OPT_OUT) else { return false };
    while !rest.is_empty() {
        let joined = after(rest, words::JOINTS);
        let next = match joined {
            Some([number, rest @ ..]) if is_short_code(number) => Some(rest),
            Some(purpose) => after(purpose, words::PURPOSES).or_else(|| after(purpose, words::OPT_OUT)),
            None => match rest {
                [number, rest @ ..] if is_short_code(number) => Some(rest),
                _ => after(rest, words::OPT_OUT),
            },
        };
        match next {
            Some(next) => rest = next,
            None => return false,
        }
    }
    true
}

/// Whether it is a number to which opt-outs are sent.
fn is_short_code(word: &str) -> bool {
    (5..=6).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows the longest of these phrases with which the words begin.
fn after<'words, 'text>(words: &'words [&'text str], phrases: &[&[&str]]) -> Option<&'words [&'text str]> {
    let begins =
        |phrase: &&&[&str]| words.len() >= phrase.len() && words.iter().zip(phrase.iter()).all(|(a, b)| a == b);
    let longest = phrases.iter().filter(begins).map(|phrase| phrase.len()).max()?;
    words.get(longest..)
}

#[cfg(test)]
mod tests;
