use super::*;
use proptest::prelude::*;

/// What contacts write, with what it asks for. `\n` and `\u{…}` stand for what cannot be seen.
const WORDINGS: &str = include_str!("wordings.tsv");

const KEYWORDS: [&str; 12] = [
    "STOP",
    "STOPALL",
    "STOP ALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "OPT OUT",
    "REMOVE",
    "ARRET",
];

fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("closed");
        written.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        written.push_str(rest);
    }
    written.replace("\\n", "\n")
}

fn wordings() -> impl Iterator<Item = (String, Asks)> {
    WORDINGS.lines().map(|line| {
        let (asks, text) = line.split_once('\t').expect("two columns");
        let asks = Asks::ALL.into_iter().find(|one| format!("{one:?}") == asks).expect("one of them");
        (unescaped(text), asks)
    })
}

#[test]
fn every_wording_is_read_as_a_person_means_it() {
    let wrong: Vec<String> = wordings()
        .filter(|(text, asks)| Asks::of(text) != *asks)
        .map(|(text, asks)| format!("{text:?} is {asks:?}, and was read as {:?}", Asks::of(&text)))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    for asks in Asks::ALL {
        let least = if asks == Asks::OptIn { 5 } else { 20 };
        assert!(wordings().filter(|(_, one)| *one == asks).count() >= least, "{asks:?}");
    }
    assert!(wordings().count() >= 200);
}

/// What nobody could ever match would be no word of a list.
#[test]
fn every_word_of_the_lists_is_written_as_texts_are_read() {
    let phrases = [
        words::OPT_OUT,
        words::OPT_IN,
        words::JOINTS,
        words::PURPOSES,
        words::SENTENCES,
        words::REQUESTS,
        words::FORBIDDING,
    ];
    for phrase in phrases.into_iter().flatten() {
        let text = folded(&phrase.join(" "));
        assert_eq!(Words::of(&text).as_slice(), *phrase);
    }
    for word in [words::LEADS, words::POLITE, words::ENDING, words::WRITING, words::FILLERS, words::VERBS].concat() {
        assert_eq!(Words::of(&folded(word)).as_slice(), [word]);
    }
}

#[test]
fn each_request_is_marked_alone_and_amid_other_words() {
    for phrase in words::REQUESTS.iter().chain(words::FORBIDDING) {
        let phrase = phrase.join(" ");
        assert!(matches!(Asks::of(&phrase), Asks::Stop | Asks::OptOut), "{phrase}");
        assert_eq!(Asks::of(&format!("Well {phrase} honestly")), Asks::Stop, "{phrase}");
    }
}

#[test]
fn stored_numbers_are_read_again() {
    for asks in Asks::ALL {
        assert_eq!(Asks::from_number(asks as i64), Some(asks));
    }
    assert_eq!((Asks::from_number(0), Asks::from_number(6)), (None, None));
}

proptest! {
    #[test]
    fn case_and_what_stands_around_do_not_matter(
        word in prop::sample::select(KEYWORDS.to_vec()), upper in prop::collection::vec(any::<bool>(), 12),
        before in "[ .!\\n'*(🛑👍\u{fe0f}-]{0,6}", after in "[ .!\\n'*)🛑👍\u{fe0f}-]{0,6}",
    ) {
        let mixed: String = word
            .chars()
            .zip(upper)
            .map(|(letter, upper)| if upper { letter } else { letter.to_ascii_lowercase() })
            .collect();
        prop_assert_eq!(Asks::of(&format!("{before}{mixed}{after}")), Asks::OptOut);
    }

    /// The naive rule: who is opted out by a word has written nothing but words of keywords and of opt-out lines.
    #[test]
    fn only_a_whole_message_is_acted_on(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "please", "I", "not", "stop", "end", "opt", "out", "start", "unstop", "quit", "all", "now", "to", "2",
                "texting", "by", "reply", "cancel", "my", "shift", "baja", "yes", "12345",
            ]),
            1..5,
        ),
    ) {
        let message = words.join(" ");
        let of_lines = ["stop", "end", "opt", "out", "quit", "all", "to", "2", "reply", "cancel", "baja", "12345"];
        let all = words.iter().all(|word| of_lines.contains(word));
        let keyword = words.iter().any(|word| ["stop", "end", "quit", "cancel", "baja", "out"].contains(word));
        if Asks::of(&message) == Asks::OptOut {
            prop_assert!(all && keyword, "{}", message);
        }
        prop_assert_eq!(Asks::of(&message) == Asks::OptIn, matches!(message.as_str(), "start" | "unstop"));
        // One more word of one's own, and nothing happens by itself.
        prop_assert_ne!(Asks::of(&format!("{message} Abby")), Asks::OptOut);
    }

    #[test]
    fn no_text_makes_it_panic(message in any::<String>()) {
        let _ = Asks::of(&message);
    }
}
