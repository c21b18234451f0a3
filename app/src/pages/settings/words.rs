//! What hours and a window mean now, in words.

use handoff_core::Instant;
use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Minute};
use handoff_core::campaign::window::Phase;

/// "in 2 hours", "in 1 hour 5 minutes".
fn span(minutes: u16) -> String {
    let part = |count: u16, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, rest) => part(rest, "minute"),
        (hours, 0) => part(hours, "hour"),
        (hours, rest) => format!("{} {}", part(hours, "hour"), part(rest, "minute")),
    }
}

/// What hours mean in this minute of the day. `left` is how many minutes it is until they close.
pub fn hours_words(hours: Hours, now: Minute, left: u16) -> String {
    match hours.opens(now) {
        // Not in how many hours: in the night in which clocks change, that is another number.
        Some(opens) => format!("Closed now. Opens {opens}."),
        None if hours.open() == Minute::FIRST && hours.close() == Minute::END => "Always open.".to_owned(),
        None => format!("Open now. Closes at {}, in {}.", hours.close(), span(left)),
    }
}

/// What a window means now. `relative` says when an instant is.
pub fn window_words(phase: Phase, relative: impl Fn(Instant) -> String) -> String {
    match phase {
        Phase::Before(opens) => format!("Not open yet. It opens {}.", relative(opens)),
        Phase::Open => "Open now: initial messages are sent within the hours.".to_owned(),
        Phase::After(closed) => {
            format!("It closed {}. What was not sent by then is not offered any more.", relative(closed))
        }
    }
}

/// What else keeps messages back, if anything does.
pub const fn status_words(status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Active => "",
        CampaignStatus::Draft => "Nothing is sent before the campaign is started.",
        CampaignStatus::Paused => "Nothing is sent while the campaign is paused.",
        CampaignStatus::Archived => "Nothing is sent: the campaign is archived.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_told_as_they_are_now() {
        let minute = |text: &str| Minute::parse(text).expect("a time");
        let words = |open: &str, close: &str, now: &str| {
            let (close, now) = (minute(close), minute(now));
            let left = close.get().saturating_sub(now.get());
            hours_words(Hours::new(minute(open), close).expect("hours"), now, left)
        };
        assert_eq!(words("09:00", "21:00", "07:00"), "Closed now. Opens today at 09:00.");
        assert_eq!(words("09:00", "21:00", "21:00"), "Closed now. Opens tomorrow at 09:00.");
        assert_eq!(words("09:00", "21:00", "09:00"), "Open now. Closes at 21:00, in 12 hours.");
        assert_eq!(words("09:00", "21:00", "19:55"), "Open now. Closes at 21:00, in 1 hour 5 minutes.");
        assert_eq!(words("00:00", "00:00", "12:00"), "Always open.");
        // In the night in which clocks go forward.
        let hours = Hours::new(Minute::FIRST, minute("21:00")).expect("hours");
        assert_eq!(hours_words(hours, Minute::FIRST, 1_200), "Open now. Closes at 21:00, in 20 hours.");
    }

    #[test]
    fn a_window_is_told_as_it_is_now() {
        let words = |phase| window_words(phase, |at| format!("then ({})", at.get()));
        assert_eq!(words(Phase::Before(Instant(5))), "Not open yet. It opens then (5).");
        assert!(words(Phase::Open).starts_with("Open now"));
        assert!(words(Phase::After(Instant(6))).starts_with("It closed then (6)."));
    }
}
