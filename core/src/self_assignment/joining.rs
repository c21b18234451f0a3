//! How many people may join a campaign by its invite link, and how fast.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::batch::PeopleLimit;
use crate::instant::Instant;
use crate::pace::{Pace, TooSoon};

/// How an invite link stands when one more person wants to join by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkUse {
    /// How many people may join. None is as many as want to.
    pub most: Option<PeopleLimit>,
    /// How many have.
    pub joined: u32,
    /// When all that was taken of its pace will have come back.
    pub recovered: Option<Instant>,
}

/// Why nobody joins by a link now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum NoPlace {
    /// As many have joined as may.
    #[error("This invite link was for a number of people, and all of them have joined. Ask who sent it for a new one.")]
    Full,
    /// Many are joining at once.
    #[error("Many people are joining by this link right now. Wait {} and press again: what you typed is kept.",
        if *.seconds == 1 { "a second".to_owned() } else { format!("{} seconds", .seconds) })]
    TooMany {
        /// How long to wait, in seconds.
        seconds: u32,
    },
}

/// Lets one more person join by a link. Answers when all that was taken of its pace will have come back from now on.
///
/// # Errors
/// If nobody joins by it now, with the reason.
pub fn join(link: &LinkUse, now: Instant) -> Result<Instant, NoPlace> {
    if link.most.is_some_and(|most| link.joined >= most.get()) {
        return Err(NoPlace::Full);
    }
    Pace::SIGNING_UP.take(link.recovered, now).map_err(|TooSoon { seconds }| NoPlace::TooMany { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::self_assignment::TermsError;
    use proptest::prelude::*;

    #[test]
    fn a_limit_is_typed_as_other_numbers_are() {
        assert_eq!(PeopleLimit::parse(" "), Ok(None));
        assert_eq!(PeopleLimit::parse("1,000").map(|most| most.map(PeopleLimit::get)), Ok(Some(1_000)));
        for typed in ["0", "100001", "-1", "+5", "all"] {
            assert_eq!(PeopleLimit::parse(typed), Err(TermsError::People), "{typed}");
        }
    }

    proptest! {
        /// Whatever happens, no more than the limit join, and no more than the burst and one a minute.
        #[test]
        fn no_more_join_than_may(
            most in prop::option::of(1_u32..40),
            pauses in prop::collection::vec(0_i64..90, 1..120),
        ) {
            let most = most.map(|most| PeopleLimit::new(most).expect("within range"));
            let mut link = LinkUse { most, joined: 0, recovered: None };
            let (mut now, start) = (Instant(0), Instant(0));
            for pause in pauses {
                now = now.plus_seconds(pause);
                match join(&link, now) {
                    Ok(recovered) => {
                        link.joined += 1;
                        link.recovered = Some(recovered);
                    }
                    Err(NoPlace::Full) => prop_assert_eq!(Some(link.joined), most.map(PeopleLimit::get)),
                    Err(NoPlace::TooMany { seconds }) => {
                        prop_assert!((1..=60).contains(&seconds));
                        prop_assert!(join(&link, now.plus_seconds(i64::from(seconds))).is_ok());
                    }
                }
                let minutes = (now.get() - start.get()) / 60_000_000;
                prop_assert!(i64::from(link.joined) <= 20 + minutes);
                prop_assert!(most.is_none_or(|most| link.joined <= most.get()));
            }
        }
    }
}
