//! What the terms of self assignment mean, in words.

use handoff_core::campaign::CampaignStatus;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::{BatchSize, Ceiling, PoolKind};

use super::typed::Meant;

/// What a texter gets by these terms. `number` writes a number as the reader does.
pub fn terms_words(terms: Meant, organization: BatchSize, number: impl Fn(u32) -> String) -> String {
    if terms.on == Setting::Off {
        return "Texters get what admins assign to them. Nobody can request conversations.".to_owned();
    }
    let batch = match terms.batch.unwrap_or(organization).get() {
        1 => "1 conversation".to_owned(),
        many => format!("{} conversations", number(many)),
    };
    let ceiling = terms
        .ceiling
        .map(|most| format!(", until {} of theirs are unfinished", number(Ceiling::get(most))))
        .unwrap_or_default();
    format!("Texters who have sent all their initial messages can request {batch} at a time{ceiling}.")
}

/// What of the pool is given, and in which order.
pub const fn kind_words(kind: PoolKind) -> &'static str {
    match kind {
        PoolKind::Both => "First those that need a reply, then those without an initial message, then the rest.",
        PoolKind::Initial => "Those without an initial message.",
        PoolKind::Replies => "Those whose initial message was sent: first those that need a reply, then the rest.",
    }
}

/// What keeps texters from requesting though self assignment is on, if anything does.
pub const fn status_words(status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Active => "",
        CampaignStatus::Draft => "Nobody can request before the campaign is started.",
        CampaignStatus::Paused => "Nobody can request while the campaign is paused.",
        CampaignStatus::Archived => "Nobody can request: the campaign is archived.",
    }
}

/// What of the unassigned conversations is not handed out, if anything is not.
pub fn other_words(left: u32, unassigned: u32, number: impl Fn(u32) -> String) -> Option<String> {
    let other = unassigned.saturating_sub(left);
    (other > 0).then(|| match other {
        1 => "1 more is unassigned, and of a kind that is not handed out.".to_owned(),
        _ => format!("{} more are unassigned, and of a kind that is not handed out.", number(other)),
    })
}

/// How many an invite link has brought. Nothing before it brought anybody.
pub fn joined_words(joined: u32, number: impl Fn(u32) -> String) -> Option<String> {
    (joined > 0)
        .then(|| format!("{} became {} by it.", number(joined), if joined == 1 { "a texter" } else { "texters" }))
}

/// How many it brought a moment ago, which is the moment to end it if they are not those who were meant.
pub fn lately_words(joined: u32, number: impl Fn(u32) -> String) -> Option<String> {
    (joined > 0).then(|| format!("{} joined in the last minute.", number(joined)))
}

/// What ending an invite link does: removing so many people who hold so many conversations.
pub fn ended_words(people: u32, held: u32, number: impl Fn(u32) -> String) -> String {
    let people = match people {
        0 => "Nobody who joined by it is a texter of the campaign any more".to_owned(),
        1 => "The one person who became a texter by it is removed from the campaign".to_owned(),
        many => format!("The {} people who became texters by it are removed from the campaign", number(many)),
    };
    let held = match held {
        0 => "they hold no conversations".to_owned(),
        1 => "the conversation that they hold becomes unassigned".to_owned(),
        many => format!("the {} conversations that they hold become unassigned", number(many)),
    };
    format!(
        "The link lets nobody in any more. {people}, and {held}. It can be undone from the history, but for the link."
    )
}

/// Who came and what they took, in a sentence.
pub fn summary(by_link: u32, requests: u32, requested: u32, number: impl Fn(u32) -> String) -> String {
    let counted =
        |count: u32, one: &str, many: &str| format!("{} {}", number(count), if count == 1 { one } else { many });
    let joined = format!("{} joined by link", number(by_link));
    if requests == 0 {
        return format!("{joined}; nothing was requested yet.");
    }
    let conversations = counted(requested, "conversation was", "conversations were");
    format!("{joined}; {conversations} requested in {}.", counted(requests, "request", "requests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(batch: Option<u32>, kind: PoolKind, ceiling: Option<u32>) -> Meant {
        Meant {
            on: Setting::On,
            batch: batch.map(|size| BatchSize::new(size).expect("a batch size")),
            kind,
            ceiling: ceiling.map(|most| Ceiling::new(most).expect("a ceiling")),
        }
    }

    fn words(terms: Meant) -> String {
        terms_words(terms, BatchSize::USUAL, |number| number.to_string())
    }

    #[test]
    fn the_terms_are_told_as_a_texter_meets_them() {
        assert_eq!(
            words(terms(None, PoolKind::Both, None)),
            "Texters who have sent all their initial messages can request 300 conversations at a time."
        );
        assert_eq!(
            words(terms(Some(1), PoolKind::Initial, Some(40))),
            "Texters who have sent all their initial messages can request 1 conversation at a time, until 40 of theirs are unfinished."
        );
        assert!(words(Meant { on: Setting::Off, ..terms(None, PoolKind::Both, None) }).starts_with("Texters get what"));
    }

    #[test]
    fn what_is_not_handed_out_is_said() {
        let words = |left, all| other_words(left, all, |number| number.to_string());
        assert_eq!(words(5, 5), None);
        assert_eq!(words(0, 1).as_deref(), Some("1 more is unassigned, and of a kind that is not handed out."));
        assert!(words(2, 14).is_some_and(|words| words.starts_with("12 more are")));
    }

    #[test]
    fn what_a_link_brings_is_said_once_it_brings_somebody() {
        let number = |number: u32| number.to_string();
        assert_eq!((joined_words(0, number), lately_words(0, number)), (None, None));
        assert_eq!(joined_words(1, number).as_deref(), Some("1 became a texter by it."));
        assert_eq!(joined_words(40, number).as_deref(), Some("40 became texters by it."));
        assert_eq!(lately_words(31, number).as_deref(), Some("31 joined in the last minute."));
    }

    #[test]
    fn what_the_end_of_a_link_does_is_said_before() {
        let words = |people, held| ended_words(people, held, |number| number.to_string());
        assert!(
            words(39, 2_990)
                .contains("The 39 people who became texters by it are removed from the campaign, and the 2990 ")
        );
        assert!(words(1, 1).contains("The one person who became a texter by it is removed"));
        assert!(words(2, 0).contains("and they hold no conversations."));
    }

    #[test]
    fn who_came_is_told_in_a_sentence() {
        let words = |link, requests, requested| summary(link, requests, requested, |number| number.to_string());
        assert_eq!(words(0, 0, 0), "0 joined by link; nothing was requested yet.");
        assert_eq!(words(2, 1, 1), "2 joined by link; 1 conversation was requested in 1 request.");
        assert_eq!(words(2, 3, 75), "2 joined by link; 75 conversations were requested in 3 requests.");
    }
}
