//! How fast something may happen: so often at once, and after that once in a while.
//!
//! A token bucket that keeps one instant and no count: when everything that was taken will have come back.

use crate::instant::Instant;

/// So often at once, and after that once in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pace {
    /// How often at once; at least 1.
    pub burst: u32,
    /// After that, once in so many seconds; at least 1.
    pub seconds: u32,
}

/// It was too soon: so many seconds are left to wait, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TooSoon {
    /// How long to wait, in seconds.
    pub seconds: u32,
}

impl Pace {
    /// People who sign up: by one link, and from one network address.
    pub const SIGNING_UP: Self = Self { burst: 20, seconds: 60 };

    /// Takes one. `recovered` is when all that was taken before will have come back; None if nothing ever was. Answers
    /// when that is the case from now on.
    ///
    /// # Errors
    /// If none is left: how long until there is one.
    pub fn take(self, recovered: Option<Instant>, now: Instant) -> Result<Instant, TooSoon> {
        let after = recovered.unwrap_or(now).max(now).plus_seconds(i64::from(self.seconds));
        let latest = now.plus_seconds(i64::from(self.burst).saturating_mul(i64::from(self.seconds)));
        if after <= latest {
            return Ok(after);
        }
        let microseconds = u64::try_from(after.get().saturating_sub(latest.get())).unwrap_or(0);
        Err(TooSoon { seconds: u32::try_from(microseconds.div_ceil(1_000_000)).unwrap_or(u32::MAX) })
    }

    /// Gives one back that was taken for nothing.
    #[must_use]
    pub fn give_back(self, recovered: Instant) -> Instant {
        recovered.plus_seconds(-i64::from(self.seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A bucket with tokens in it, which flow in one microsecond after the other.
    struct Naive {
        level: i64,
        at: i64,
    }

    impl Naive {
        fn take(&mut self, pace: Pace, now: i64) -> bool {
            let (one, full) = (i64::from(pace.seconds) * 1_000_000, i64::from(pace.burst));
            self.level = (self.level + (now - self.at)).min(one * full);
            self.at = now;
            let there = self.level >= one;
            if there {
                self.level -= one;
            }
            there
        }
    }

    #[test]
    fn twenty_sign_up_at_once_then_one_a_minute() {
        let start = Instant(1_793_534_400_000_000);
        let mut recovered = None;
        for _ in 0..20 {
            recovered = Some(Pace::SIGNING_UP.take(recovered, start).expect("at once"));
        }
        assert_eq!(Pace::SIGNING_UP.take(recovered, start), Err(TooSoon { seconds: 60 }));
        assert_eq!(Pace::SIGNING_UP.take(recovered, start.plus_seconds(59)), Err(TooSoon { seconds: 1 }));
        let later = start.plus_seconds(60);
        recovered = Some(Pace::SIGNING_UP.take(recovered, later).expect("a minute later"));
        assert_eq!(Pace::SIGNING_UP.take(recovered, later), Err(TooSoon { seconds: 60 }));
        assert!(Pace::SIGNING_UP.take(recovered.map(|at| Pace::SIGNING_UP.give_back(at)), later).is_ok());
    }

    proptest! {
        #[test]
        fn it_is_a_bucket_with_tokens(
            burst in 1_u32..6,
            seconds in 1_u32..5,
            pauses in prop::collection::vec(0_i64..4_000_000, 1..60),
        ) {
            let pace = Pace { burst, seconds };
            let mut naive = Naive { level: i64::from(burst) * i64::from(seconds) * 1_000_000, at: 0 };
            let (mut recovered, mut now) = (None, 0);
            for pause in pauses {
                now += pause;
                let taken = pace.take(recovered, Instant(now));
                prop_assert_eq!(taken.is_ok(), naive.take(pace, now));
                match taken {
                    Ok(at) => recovered = Some(at),
                    // After so long there is one, and a second earlier there is none.
                    Err(TooSoon { seconds }) => {
                        let wait = i64::from(seconds);
                        prop_assert!(pace.take(recovered, Instant(now).plus_seconds(wait)).is_ok());
                        prop_assert!(pace.take(recovered, Instant(now).plus_seconds(wait - 1)).is_err());
                    }
                }
            }
        }
    }
}
