//! What is in the message box, and what becomes of it at Send.

use handoff_core::contact::template::filled;
use handoff_core::message::body::BodyError;
use handoff_core::message::segments::{Encoding, Segments, costly, count};
use handoff_core::message::{Body, Kind};
use handoff_core::text::number;
use handoff_core::{ConversationId, FollowUpId};

/// What is sent with one press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Where.
    pub conversation: ConversationId,
    /// What it is for.
    pub kind: Kind,
    /// The follow-up, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// Its text, checked.
    pub text: String,
}

/// So long after a conversation appeared, the rest of a double click is not meant for it, in milliseconds.
const SETTLED: f64 = 350.0;

/// Whether a press, the so manieth in a row, is meant for what is shown since then.
pub fn is_meant(clicks: i32, shown_at: f64, pressed_at: f64) -> bool {
    clicks < 2 || pressed_at - shown_at >= SETTLED
}

/// Whether the text can be sent.
pub fn checked(text: &str) -> Result<Body, BodyError> {
    Body::parse(text)
}

/// What is left to be filled in by hand before the text can be sent.
pub fn unfilled(text: &str, custom_fields: &[String]) -> Option<String> {
    filled(text, custom_fields).err().map(|error| error.to_string())
}

/// "127 characters, 1 segment".
pub fn cost(text: &str) -> String {
    let Segments { characters, segments, .. } = count(text.trim_end());
    let counted = |count: usize, one: &str, many: &str| {
        let number = number(u32::try_from(count).unwrap_or(u32::MAX));
        format!("{number} {}", if count == 1 { one } else { many })
    };
    format!("{}, {}", counted(characters, "character", "characters"), counted(segments, "segment", "segments"))
}

/// Which characters make the message dear, if any do.
pub fn dear(text: &str) -> Option<String> {
    let text = text.trim_end();
    let now = count(text);
    if now.encoding == Encoding::Gsm7 {
        return None;
    }
    let costly = costly(text);
    let shown: Vec<String> = costly.iter().take(6).map(char::to_string).collect();
    let rest = if costly.len() > shown.len() { " and others" } else { "" };
    let without: String = text.chars().filter(|character| !costly.contains(character)).collect();
    let cheaper = count(&without).segments.max(1);
    let why = if cheaper < now.segments {
        format!("make it {} segments in place of {cheaper}", now.segments)
    } else {
        format!("leave room for {} characters in place of {}", Encoding::Ucs2.alone(), Encoding::Gsm7.alone())
    };
    let verb = if costly.len() == 1 { why.replacen("make", "makes", 1).replacen("leave", "leaves", 1) } else { why };
    Some(format!("{}{rest} {verb}.", shown.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_segments_are_counted_as_they_will_be_sent() {
        assert_eq!(cost(""), "0 characters, 0 segments");
        assert_eq!(cost("Hi!  \n"), "3 characters, 1 segment");
        assert_eq!(cost(&"a".repeat(1_200)), "1,200 characters, 8 segments");
    }

    #[test]
    fn a_placeholder_that_is_left_is_named() {
        let fields = ["city".to_owned()];
        assert_eq!(unfilled("Hi Abby, see you in {Dover}", &fields), None);
        assert!(unfilled("see you in {City}", &fields).is_some_and(|words| words.starts_with("\"{City}\" would be")));
    }

    #[test]
    fn what_makes_a_message_dear_is_named() {
        assert_eq!(dear("It's plain, and {braces} are, too: €"), None);
        assert_eq!(dear("It’s"), Some("’ leaves room for 70 characters in place of 160.".to_owned()));
        let long = format!("It’s “fine” {}", "a".repeat(100));
        assert_eq!(dear(&long), Some("’ “ ” make it 2 segments in place of 1.".to_owned()));
        assert_eq!(dear(&format!("👍{}", "a".repeat(100))), Some("👍 makes it 2 segments in place of 1.".to_owned()));
        let many = "абвгдежз";
        assert!(dear(many).is_some_and(|words| words.starts_with("а б в г д е and others ")));
    }

    #[test]
    fn the_second_half_of_a_double_click_is_not_meant_for_the_next_conversation() {
        assert!(!is_meant(2, 1_000.0, 1_120.0));
        assert!(is_meant(1, 1_000.0, 1_120.0), "a click of its own is");
        assert!(is_meant(5, 1_000.0, 1_400.0), "and so is quick work");
    }
}
