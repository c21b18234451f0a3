//! What an incoming message asks for: to be left alone, or to be written to again.
//!
//! A keyword as the whole message is acted on at once. A sentence that asks for the same is only marked, so that a
//! person decides: it may be about something else. The marking understands English, and rather marks too much.

use serde::{Deserialize, Serialize};

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
}

const OPT_OUT: [&[&str]; 10] = [
    &["stop"],
    &["stopall"],
    &["stop", "all"],
    &["unsubscribe"],
    &["cancel"],
    &["end"],
    &["quit"],
    &["revoke"],
    &["optout"],
    &["opt", "out"],
];

const OPT_IN: [&[&str]; 2] = [&["start"], &["unstop"]];

/// Words after each other that ask to stop, anywhere in a message, unless a negation stands before them.
const REQUESTS: [&[&str]; 26] = [
    &["stop", "texting"],
    &["stop", "messaging"],
    &["stop", "contacting"],
    &["stop", "sending"],
    &["stop", "bothering"],
    &["stop", "spamming"],
    &["stop", "calling"],
    &["stop", "writing"],
    &["stop", "texts"],
    &["stop", "it"],
    &["stop", "now"],
    &["stop", "please"],
    &["stop", "stop"],
    &["stop", "these", "texts"],
    &["quit", "texting"],
    &["quit", "messaging"],
    &["please", "stop"],
    &["unsubscribe"],
    &["optout"],
    &["opt", "out"],
    &["opt", "me", "out"],
    &["take", "me", "off"],
    &["remove", "me"],
    &["remove", "my"],
    &["delete", "my", "number"],
    &["lose", "my", "number"],
];

/// Words after each other that forbid, anywhere in a message.
const PROHIBITIONS: [&[&str]; 14] = [
    &["dont", "text"],
    &["dont", "message"],
    &["dont", "contact"],
    &["dont", "write"],
    &["dont", "send"],
    &["not", "text"],
    &["not", "message"],
    &["not", "contact"],
    &["not", "write"],
    &["not", "send"],
    &["no", "more", "texts"],
    &["no", "more", "messages"],
    &["leave", "me", "alone"],
    &["off", "your", "list"],
];

const NEGATIONS: [&str; 8] = ["dont", "not", "never", "wont", "cant", "didnt", "doesnt", "without"];

/// What stands before "stop" at the end of a message that is about a place or a rest.
const PLACES: [&str; 6] = ["bus", "train", "next", "last", "non", "pit"];

impl Asks {
    /// Everything that a message can ask for.
    pub const ALL: [Self; 4] = [Self::Nothing, Self::Stop, Self::OptOut, Self::OptIn];

    /// The one with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|asks| *asks as i64 == number)
    }

    /// What an incoming message asks for.
    pub fn of(message: &str) -> Self {
        let words = words(message);
        let words = as_str(&words);
        if is_opt_out(&words) {
            Self::OptOut
        } else if OPT_IN.contains(&words.as_slice()) {
            Self::OptIn
        } else if asks_to_stop(&words) || sentences(message).any(|words| is_opt_out(&as_str(&words))) {
            Self::Stop
        } else {
            Self::Nothing
        }
    }
}

/// The words of a message in lower case: letters and digits, without apostrophes and all that stands between.
fn words(message: &str) -> Vec<String> {
    let text: String = message.chars().filter(|sign| !is_inside_words(*sign)).flat_map(char::to_lowercase).collect();
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of each sentence and line of a message.
fn sentences(message: &str) -> impl Iterator<Item = Vec<String>> {
    message.split(['.', '!', '?', '\n']).map(words)
}

fn as_str(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn is_opt_out(words: &[&str]) -> bool {
    OPT_OUT.contains(&words)
}

/// Apostrophes, and invisible signs that keyboards put inside words: `don't` and `dont` are the same.
const fn is_inside_words(sign: char) -> bool {
    matches!(sign, '\'' | '’' | '‘' | '`' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
        || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}

fn asks_to_stop(words: &[&str]) -> bool {
    let negated = |at: usize| at > 0 && words.get(at - 1).is_some_and(|word| NEGATIONS.contains(word));
    let stands =
        |phrase: &&[&str]| (0..words.len()).filter(|at| words[*at..].starts_with(phrase)).any(|at| !negated(at));
    let ends = match words {
        [.., before, "stop"] => !PLACES.contains(before) && !NEGATIONS.contains(before),
        _ => false,
    };
    ends || REQUESTS.iter().any(stands) || PROHIBITIONS.iter().any(stands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEYWORDS: [&str; 10] =
        ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"];

    #[test]
    fn keywords_as_a_whole_message_are_acted_on() {
        for word in KEYWORDS {
            assert_eq!(Asks::of(word), Asks::OptOut, "{word}");
        }
        for message in [
            "stop",
            " Stop.\n",
            "\"STOP\"",
            "‘stop’",
            "**Stop!!!**",
            "stop 🛑",
            "🛑️STOP🛑️",
            "Opt-out",
            "opt  out",
            "(end)",
        ] {
            assert_eq!(Asks::of(message), Asks::OptOut, "{message}");
        }
        for message in ["START", "start!", "UnStop", "un\u{200b}stop"] {
            assert_eq!(Asks::of(message), Asks::OptIn, "{message}");
        }
    }

    #[test]
    fn a_sentence_that_asks_for_it_is_marked() {
        for message in [
            "please stop texting me",
            "Please stop",
            "STOP STOP STOP",
            "Stop it.",
            "stop\n\nSent from my iPhone",
            "Can you please take me off your list?",
            "Don’t text me again",
            "do not contact me",
            "I'd like to unsubscribe",
            "How do I opt out of these?",
            "Remove me from this",
            "no more texts pls",
            "Leave me alone!",
            "I said stop",
            "No thanks. STOP. I mean it",
            "Stop please, I voted",
            "wrong number, lose my number",
        ] {
            assert_eq!(Asks::of(message), Asks::Stop, "{message}");
        }
    }

    #[test]
    fn an_ordinary_message_is_not() {
        for message in [
            "",
            "👍",
            "Yes!",
            "Stop by any time on Saturday",
            "Stop the pipeline! I'm in",
            "We have to stop this war",
            "I am at the bus stop",
            "don't stop texting me",
            "We won't stop!",
            "Never stop",
            "Please don't unsubscribe me",
            "When does it end?",
            "I can't cancel my shift",
            "Let's start",
            "I quit smoking",
            "stopped by your office",
            "nonstop",
        ] {
            assert_eq!(Asks::of(message), Asks::Nothing, "{message}");
        }
    }

    #[test]
    fn stored_numbers_are_read_again() {
        for asks in Asks::ALL {
            assert_eq!(Asks::from_number(asks as i64), Some(asks));
        }
        assert_eq!((Asks::from_number(0), Asks::from_number(5)), (None, None));
    }

    proptest! {
        #[test]
        fn case_and_what_stands_around_do_not_matter(
            word in prop::sample::select(KEYWORDS.to_vec()), upper in prop::collection::vec(any::<bool>(), 12),
            before in "[ .!\\n\"'*(🛑👍\u{fe0f}-]{0,6}", after in "[ .!\\n\"'*)🛑👍\u{fe0f}-]{0,6}",
        ) {
            let mixed: String = word
                .chars()
                .zip(upper)
                .map(|(letter, upper)| if upper { letter } else { letter.to_ascii_lowercase() })
                .collect();
            prop_assert_eq!(Asks::of(&format!("{before}{mixed}{after}")), Asks::OptOut);
        }

        /// The naive rule: the letters of a whole message are a keyword's. Nothing longer is ever acted on.
        #[test]
        fn only_a_whole_message_is_acted_on(
            message in "(please |i |not )?(stop|end|opt|start|unstop|quit)( all| out| now| texting|\\.)?|\\PC{0,30}",
        ) {
            let letters: String = message.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_uppercase).collect();
            let keyword = KEYWORDS.iter().any(|word| word.replace(' ', "") == letters);
            prop_assert!(keyword || Asks::of(&message) != Asks::OptOut);
            prop_assert!(matches!(letters.as_str(), "START" | "UNSTOP") || Asks::of(&message) != Asks::OptIn);
        }

        #[test]
        fn no_text_makes_it_panic(message in any::<String>()) {
            let _ = Asks::of(&message);
        }
    }
}
