//! Reactions: what a phone writes as a message when its owner reacts to one of ours.
//!
//! iPhones write `Liked “…”`, Android phones `👍 to “…”` and `Reacted 👍 to “…”`, each in its owner's language. English,
//! Spanish and French are known. The quotation marks may be curly, straight or angular.

/// A reaction to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction<'text> {
    /// What its owner did: `Liked`, `Removed a heart from`, `👍 to`, `Loved an image`.
    pub done: &'text str,
    /// The message, as the phone quotes it. Nothing where it was no text.
    pub quoted: &'text str,
}

const OPENING: [char; 4] = ['“', '"', '«', '„'];

/// What stands before the quoted message.
const DONE: &[&str] = &[
    // English.
    "liked",
    "loved",
    "disliked",
    "laughed at",
    "emphasized",
    "emphasised",
    "questioned",
    // Spanish.
    "le gusto",
    "le gusta",
    "no le gusto",
    "no le gusta",
    "le encanto",
    "le encanta",
    "le dio risa",
    "le da risa",
    "le hizo gracia",
    "se rio de",
    "se rio por",
    "exclamo por",
    "exclamo",
    "enfatizo",
    "destaco",
    "resalto",
    "dudo sobre",
    "dudo de",
    "pregunto por",
    "pregunto sobre",
    // French.
    "a aime",
    "aime",
    "a adore",
    "adore",
    "na pas aime",
    "a ri de",
    "a ri a",
    "a rigole a",
    "a souligne",
    "a mis en evidence",
    "a insiste sur",
    "a questionne",
];

/// What stands before the quoted message around the emoji of a reaction.
const WITH_EMOJI: &[&str] = &[
    "to",
    "reacted to",
    "reacted with to",
    "removed from",
    "a",
    "reacciono a",
    "reacciono con a",
    "elimino de",
    "quito de",
    "a reagi a",
    "a reagi avec a",
    "a reagi par a",
    "a supprime de",
    "a retire de",
];

/// How a reaction is taken back: `Removed a heart from`.
struct TakenBack {
    begins: &'static str,
    ends: &'static str,
    /// The words that may stand between: the names of reactions.
    between: &'static [&'static str],
}

const TAKEN_BACK: &[TakenBack] = &[
    TakenBack { begins: "removed", ends: "from", between: ENGLISH },
    TakenBack { begins: "elimino", ends: "de", between: SPANISH },
    TakenBack { begins: "quito", ends: "de", between: SPANISH },
    TakenBack { begins: "retiro", ends: "de", between: SPANISH },
    TakenBack { begins: "a supprime", ends: "de", between: FRENCH },
    TakenBack { begins: "a retire", ends: "de", between: FRENCH },
    TakenBack { begins: "a enleve", ends: "de", between: FRENCH },
];

const ENGLISH: &[&str] = &[
    "a",
    "an",
    "the",
    "like",
    "heart",
    "love",
    "dislike",
    "thumbs",
    "up",
    "down",
    "laugh",
    "haha",
    "ha",
    "exclamation",
    "exclamations",
    "emphasis",
    "point",
    "question",
    "mark",
    "marks",
    "reaction",
    "sticker",
    "emoji",
];

const SPANISH: &[&str] = &[
    "un",
    "una",
    "el",
    "la",
    "me",
    "gusta",
    "no",
    "corazon",
    "risa",
    "jaja",
    "signo",
    "de",
    "exclamacion",
    "interrogacion",
    "pregunta",
    "reaccion",
    "emoji",
];

const FRENCH: &[&str] = &[
    "un",
    "une",
    "le",
    "la",
    "jaime",
    "aime",
    "pas",
    "coeur",
    "cœur",
    "rire",
    "haha",
    "point",
    "dexclamation",
    "dinterrogation",
    "reaction",
    "emoji",
];

/// What is reacted to, where it is no text.
const OBJECTS: &[&str] = &[
    "an image",
    "a photo",
    "a picture",
    "a video",
    "a movie",
    "an attachment",
    "an audio message",
    "a voice message",
    "a sticker",
    "a gif",
    "a link",
    "a contact card",
    "a location",
    "an emoji",
    "una imagen",
    "una foto",
    "un video",
    "un archivo adjunto",
    "un audio",
    "un enlace",
    "une image",
    "une photo",
    "une video",
    "une piece jointe",
    "un message audio",
    "un lien",
];

impl<'text> Reaction<'text> {
    /// Reads a message as a reaction. `None` if it is any other message.
    ///
    /// Words behind the quoted message make it an ordinary one: somebody wrote them.
    pub fn of(message: &'text str) -> Option<Self> {
        let text = message.trim_matches(is_edge);
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
            'á' | 'à' | 'â' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'î' | 'ï' => 'i',
            'ó' | 'ô' => 'o',
            'ú' | 'ù' | 'û' => 'u',
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
