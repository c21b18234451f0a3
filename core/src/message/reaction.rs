//! Reactions: what a phone writes as a message when its owner reacts to one of ours.
//!
//! iPhones write `Liked “…”`, Android phones `👍 to “…”` and `Reacted 👍 to “…”`, each in its owner's language. English,
//! Spanish, French, German and Portuguese are known. Some Android phones write `Reacted 👍 to your message: …`. The quotation marks may be curly, straight or angular.

mod words;

use words::{DONE, OBJECTS, TAKEN_BACK, TO_OURS, TakenBack, WITH_EMOJI};

/// A reaction to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction<'text> {
    /// What its owner did: `Liked`, `Removed a heart from`, `👍 to`, `Loved an image`.
    pub done: &'text str,
    /// The message, as the phone quotes it. Nothing where it was no text.
    pub quoted: &'text str,
}

const OPENING: [char; 4] = ['“', '"', '«', '„'];

impl<'text> Reaction<'text> {
    /// Reads a message as a reaction. `None` if it is any other message.
    ///
    /// Words behind the quoted message make it an ordinary one: somebody wrote them.
    pub fn of(message: &'text str) -> Option<Self> {
        let text = message.trim_matches(is_edge);
        let (done, quoted) = text.split_once(':').unwrap_or((text, ""));
        if is_to_ours(done, quoted) {
            let quoted =
                quoted.trim_matches(|sign| is_edge(sign) || OPENING.contains(&sign) || matches!(sign, '”' | '»'));
            return Some(Self { done: done.trim_matches(is_edge), quoted });
        }
        let Some(at) = text.find(OPENING) else {
            return reacts_to_object(&folded(text)).then_some(Self { done: text, quoted: "" });
        };
        let (done, rest) = text.split_at(at);
        let done = done.trim_matches(is_edge);
        let mut signs = rest.chars();
        let opening = signs.next()?;
        let inside = signs.as_str();
        let closed = match opening {
            '“' | '„' => inside.strip_suffix(['”', '“', '"']),
            '«' => inside.strip_suffix('»'),
            _ => inside.strip_suffix(['"', '”']),
        };
        // Carriers cut what is long.
        let quoted = closed.or_else(|| (inside.ends_with('…') || inside.ends_with("...")).then_some(inside))?;
        is_done(done).then_some(Self { done, quoted: quoted.trim_matches(is_edge) })
    }
}

/// White space and invisible signs, which phones put around what they write.
fn is_edge(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The words in small letters, without accents, apostrophes and signs, one blank between them. The accents are those of
/// the words above: pages read reactions too, and need no table of all letters for it.
fn folded(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|sign| !matches!(sign, '\'' | '’' | '\u{300}'..='\u{36f}'))
        .flat_map(char::to_lowercase)
        .map(|sign| match sign {
            'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'î' | 'ï' => 'i',
            'ó' | 'ô' | 'ö' | 'õ' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            other if other.is_alphanumeric() => other,
            _ => ' ',
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has_emoji(text: &str) -> bool {
    text.chars()
        .any(|sign| !sign.is_ascii() && !sign.is_alphanumeric() && !is_edge(sign) && !matches!(sign, '’' | '\u{fe0f}'))
}

fn is_done(done: &str) -> bool {
    let words = folded(done);
    DONE.contains(&words.as_str()) || (WITH_EMOJI.contains(&words.as_str()) && has_emoji(done)) || is_removed(&words)
}

/// `Reacted 👍 to your message`, and `Liked your message: …` with the message behind it: people write such words too.
fn is_to_ours(done: &str, quoted: &str) -> bool {
    let words = folded(done);
    let liked = words.strip_suffix("your message").map(str::trim_end).filter(|_| !quoted.is_empty());
    let ours =
        (TO_OURS.contains(&words.as_str()) && has_emoji(done)) || liked.is_some_and(|liked| DONE.contains(&liked));
    ours && !done.contains(OPENING)
}

fn is_removed(words: &str) -> bool {
    TAKEN_BACK.iter().any(|TakenBack { begins, ends, between }| {
        let inner = words.strip_prefix(begins).and_then(|rest| rest.strip_suffix(ends));
        inner.is_some_and(|inner| {
            let mut names = inner.split_whitespace().peekable();
            names.peek().is_some() && names.all(|name| between.contains(&name))
        })
    })
}

fn reacts_to_object(words: &str) -> bool {
    OBJECTS.iter().any(|object| {
        let done = words.strip_suffix(object).map(str::trim_end);
        done.is_some_and(|done| DONE.contains(&done) || is_removed(done))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reactions_of_phones_are_told_from_what_people_write() {
        let read = |message| Reaction::of(message).map(|reaction| (reaction.done, reaction.quoted));
        assert_eq!(read("Liked “Vote! Text STOP”"), Some(("Liked", "Vote! Text STOP")));
        assert_eq!(read("Laughed at \"Hi \"Abby\"!\""), Some(("Laughed at", "Hi \"Abby\"!")));
        assert_eq!(
            read("\u{200a}\u{200b}👍\u{200b} to “\u{200a}Hi Abby\u{200a}”\u{200a}"),
            Some(("👍\u{200b} to", "Hi Abby"))
        );
        assert_eq!(read("Reacted 🛑 to “Reply STOP…"), Some(("Reacted 🛑 to", "Reply STOP…")));
        assert_eq!(read("A aimé « Bonjour »"), Some(("A aimé", "Bonjour")));
        assert_eq!(read("Removed a question mark from “Hi”"), Some(("Removed a question mark from", "Hi")));
        assert_eq!(read("Loved an image"), Some(("Loved an image", "")));
        for ordinary in [
            "",
            "\"",
            "Liked it, thanks",
            "I liked “Vote!”",
            "Liked “Vote!” but please stop",
            "Liked “Vote!",
            "to “whom it may concern”",
            "a “yes”",
            "Removed me from “the list”",
            "Removed from “the list”",
            "STOP",
            "Loved an old photo",
        ] {
            assert_eq!(read(ordinary), None, "{ordinary}");
        }
    }

    proptest! {
        /// Whatever is quoted: the phone wrote it.
        #[test]
        fn what_is_quoted_does_not_matter(
            done in prop::sample::select(vec!["Liked", "Le gustó", "N’a pas aimé", "Reacted ❤️ to", "Removed a heart from"]),
            quoted in "\\PC{0,40}",
            quotes in prop::sample::select(vec![("“", "”"), ("\"", "\""), ("«", "»"), ("« ", " »")]),
        ) {
            let message = format!("{done} {}{quoted}{}", quotes.0, quotes.1);
            prop_assert_eq!(Reaction::of(&message).map(|reaction| reaction.done), Some(done));
        }

        #[test]
        fn no_text_makes_it_panic(message in "(Liked|to|Removed) [“\"«a ]{0,5}\\PC{0,9}|\\PC{0,30}") {
            let _ = Reaction::of(&message);
        }
    }
}
