//! How a message is read: its words in small letters, without accents and what stands between them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words;

/// The words of a message, or of one of its sentences.
pub(super) struct Words<'text> {
    words: Vec<&'text str>,
}

/// The text as its words are compared: full-width and other forms of a letter are the letter, accents are gone,
/// apostrophes and invisible signs inside of words too.
pub(super) fn folded(text: &str) -> String {
    text.chars()
        .filter(|sign| !is_inside_words(*sign))
        .nfkd()
        .filter(|sign| !is_combining_mark(*sign))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Apostrophes, and invisible signs that keyboards put inside words: `don't` and `dont` are the same.
const fn is_inside_words(sign: char) -> bool {
    matches!(sign, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}

/// The words of each sentence, clause and line of a folded text.
pub(super) fn sentences(folded: &str) -> impl Iterator<Item = Words<'_>> {
    folded
        .split(['.', '!', '?', '\n', ',', ';', ':', '¡', '¿', '–', '—', '(', ')'])
        .flat_map(|part| part.split(" - "))
        .map(Words::of)
}

/// Between words: all that is no letter and no digit. Letters and digits are different words: `stop2quit` has three.
fn split(folded: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for run in folded.split(|sign: char| !sign.is_alphanumeric()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|sign: char| sign.is_numeric() != first.is_numeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            words.push(word);
            rest = after;
        }
    }
    words
}

impl<'text> Words<'text> {
    /// The words of a [`folded`] text.
    pub(super) fn of(folded: &'text str) -> Self {
        Self { words: split(folded) }
    }

    pub(super) fn as_slice(&self) -> &[&'text str] {
        &self.words
    }

    /// All but these words.
    pub(super) fn without(&self, dropped: &[&str]) -> Self {
        Self { words: self.words.iter().copied().filter(|word| !dropped.contains(word)).collect() }
    }

    /// Whether words after each other ask to stop, anywhere among them, unless a negation stands before them.
    pub(super) fn asks_to_stop(&self) -> bool {
        self.ends_with_stop() || (0..self.words.len()).any(|at| self.asks_at(at))
    }

    fn asks_at(&self, at: usize) -> bool {
        let (before, from) = self.words.split_at(at);
        let stands = |phrase: &&[&str]| from.starts_with(phrase) && !self.is_about_other(phrase, from);
        if words::FORBIDDING.iter().any(stands) {
            return true;
        }
        let negated = before.last().is_some_and(|word| words::NEGATIONS.contains(word));
        (!negated && (words::REQUESTS.iter().any(stands) || stops_writing(from))) || forbids_writing(before, from)
    }

    /// Whether a request that is found here is about something else: "opted out of soccer", "remove me from the waiting
    /// list", "stop it, you're too kind".
    fn is_about_other(&self, phrase: &[&str], from: &[&str]) -> bool {
        let holds = |words: &[&str]| self.words.iter().any(|word| words.contains(word));
        let [first, .., last] = phrase else { return false };
        let rest = from.get(phrase.len()..).unwrap_or_default();
        let of_other = match rest {
            ["of", "the", next, ..] | ["of", next, ..] => !words::OURS.contains(next) && !words::WRITING.contains(next),
            _ => false,
        };
        (first.starts_with("opt") && *last == "out" && of_other)
            || (words::REMOVING.contains(first) && holds(words::OTHER_LISTS))
            || (phrase == ["stop", "it"]
                && matches!(rest, ["youre" | "you" | "ur" | "u", ..])
                && holds(words::FLATTERY))
    }

    /// "I said stop", but not "at the bus stop".
    fn ends_with_stop(&self) -> bool {
        match self.words.as_slice() {
            [.., before, "stop"] => !words::PLACES.contains(before) && !words::NEGATIONS.contains(before),
            _ => false,
        }
    }
}

/// What follows after at most so many words that change nothing.
fn skip<'words, 'text>(from: &'words [&'text str], fillers: &[&str], most: usize) -> &'words [&'text str] {
    let skipped = from.iter().take(most).take_while(|word| fillers.contains(word)).count();
    from.get(skipped..).unwrap_or_default()
}

/// "Stop texting", "quit sending me", "end these texts".
fn stops_writing(from: &[&str]) -> bool {
    let [first, rest @ ..] = from else { return false };
    words::ENDING.contains(first)
        && skip(rest, words::FILLERS, 3).first().is_some_and(|word| words::WRITING.contains(word))
}

/// "Don't ever text me", "never contact me again", but not "I don't text" and "don't text and drive".
fn forbids_writing(before: &[&str], from: &[&str]) -> bool {
    let (["do" | "please", "not", negated @ ..]
    | ["not", "to", negated @ ..]
    | ["dont" | "donot" | "dnt" | "never", negated @ ..]) = from
    else {
        return false;
    };
    // "Call me, don't text": they want to be reached in another way.
    if let ["call", ..] | ["please" | "pls" | "just" | "you" | "better", "call", ..] = before
        && !before.iter().any(|word| words::NEGATIONS.contains(word))
        && matches!(negated, ["text" | "txt" | "message" | "texting"] | ["text" | "txt" | "message", "me" | "please"])
    {
        return false;
    }
    let about_themselves = before.last().is_some_and(|word| words::THEMSELVES.contains(word));
    match skip(negated, words::FILLERS, 3) {
        [verb, "and" | "n" | "while" | "when", next, ..] if words::DRIVING.contains(next) && *verb != "contact" => {
            false
        }
        [verb, ..] => words::VERBS.contains(verb) && !about_themselves,
        [] => false,
    }
}
