//! What waits to be handed to the gateway: now, later, or never; and how often it is tried.

use crate::campaign::hours::{Hours, Minute, Opens};
use crate::message::kind::Kind;

/// What to do with a message that waits in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handing {
    /// Hand it over.
    Now,
    /// The hour is closed: it waits until it opens, by the calendar of the campaign's time zone.
    Wait(Opens),
    /// The contact has opted out since: it is never handed over.
    Cancel,
}

/// Decides just before a message is handed over. Between Send and now the contact may have opted out, and a gateway
/// that was out of reach may be back in the middle of the night.
///
/// Confirmations go at once: they answer what the contact, or somebody for them, did this minute. A campaign that is
/// paused keeps back nothing that was sent before.
pub const fn hand_over(kind: Kind, opted_out: bool, hours: Hours, minute: Minute) -> Handing {
    if matches!(kind, Kind::OptOutConfirmation) {
        return Handing::Now;
    }
    if opted_out {
        return Handing::Cancel;
    }
    match hours.opens(minute) {
        Some(opens) if !kind.confirms() => Handing::Wait(opens),
        _ => Handing::Now,
    }
}

/// How many times a message is tried: with the pauses between, for more than half an hour.
pub const MOST_TRIES: u32 = 16;

const LONGEST_PAUSE: i64 = 300;

/// The seconds to wait after so many tries that found no gateway: 2, 4, 8 and so on, up to five minutes.
///
/// `None` when it is time to give up.
pub const fn pause_after(tries: u32) -> Option<i64> {
    if tries >= MOST_TRIES {
        return None;
    }
    let pause = 1_i64 << tries;
    Some(if pause > LONGEST_PAUSE { LONGEST_PAUSE } else { pause })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> Minute {
        Minute::parse(text).expect("a time")
    }

    #[test]
    fn nobody_is_texted_at_night_or_after_an_opt_out() {
        let hours = Hours::default();
        let at = |kind, opted_out, time| hand_over(kind, opted_out, hours, minute(time));
        assert_eq!(at(Kind::Reply, false, "09:00"), Handing::Now);
        assert_eq!(at(Kind::Reply, false, "21:00"), Handing::Wait(Opens::Tomorrow(minute("09:00"))));
        assert_eq!(at(Kind::Initial, false, "08:59"), Handing::Wait(Opens::Today(minute("09:00"))));
        assert_eq!(at(Kind::FollowUp, true, "12:00"), Handing::Cancel);
        assert_eq!(at(Kind::Reply, true, "03:00"), Handing::Cancel);
        assert_eq!(at(Kind::OptOutConfirmation, true, "03:00"), Handing::Now);
        assert_eq!(at(Kind::OptInConfirmation, false, "03:00"), Handing::Now);
        // Opted in, then out again before it was handed over.
        assert_eq!(at(Kind::OptInConfirmation, true, "12:00"), Handing::Cancel);
    }

    #[test]
    fn tries_are_spread_over_half_an_hour_to_an_hour() {
        let pauses: Vec<i64> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses[..9], [2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert!(pauses.is_sorted());
        assert_eq!(pauses.len() + 1, MOST_TRIES as usize);
        assert!((1_800..3_600).contains(&pauses.iter().sum::<i64>()));
        assert_eq!(pause_after(u32::MAX), None);
    }
}
