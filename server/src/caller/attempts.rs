//! Limits on guessing, passwords and links, and on signing up.
//!
//! Each key (an account from a network address, an account from anywhere, a network address) may fail a number of times
//! at once and then once in a while.
//! An attempt counts as failed from its beginning, so that a thousand at the same time get no further than one
//! after the other, and is given back when it succeeds, so that nobody is held up who knows their password.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use handoff_core::Instant;
use handoff_core::pace::{Pace, TooSoon};

use crate::clock::Clock;
use crate::model::ApiError;
use crate::secret;

/// How often a key may fail, or sign up.
const fn pace(kind: &str) -> Pace {
    match kind.as_bytes() {
        // A whole office can share one.
        b"address" => Pace { burst: 100, seconds: 3 },
        // From one network address.
        b"sign-up" => Pace::SIGNING_UP,
        // From anywhere: enough to end a guess from many addresses, and far more than keeps the owner out.
        b"account" => Pace { burst: 1_000, seconds: 10 },
        // An account from one address.
        _ => Pace { burst: 10, seconds: 60 },
    }
}

/// Keys that are kept. Beyond, those that have recovered are forgotten.
const KEPT: usize = 10_000;

/// The kind, and the hash of the name: no personal data is kept, and a long name takes no more room.
type Key = (&'static str, String);

/// The attempts of late.
#[derive(Clone)]
pub struct Attempts {
    clock: Arc<dyn Clock>,
    /// When each key will have recovered from all its failures.
    recovered: Arc<Mutex<HashMap<Key, Instant>>>,
}

/// An attempt that counts as failed unless it is said to have succeeded.
#[must_use]
pub struct Attempt {
    attempts: Attempts,
    keys: Vec<Key>,
}

impl Attempts {
    /// No attempts yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, recovered: Arc::default() }
    }

    /// Begins an attempt that counts for all of these keys.
    ///
    /// # Errors
    /// If one of them has failed too often: how long to wait. It then counts for none.
    pub fn begin(&self, keys: &[(&'static str, &str)]) -> Result<Attempt, ApiError> {
        let now = self.clock.now();
        let mut recovered = self.recovered.lock().unwrap_or_else(PoisonError::into_inner);
        if recovered.len() > KEPT {
            recovered.retain(|_, at| *at > now);
        }
        let keys: Vec<Key> = keys.iter().map(|(kind, name)| (*kind, secret::token_hash(name))).collect();
        let mut after = Vec::with_capacity(keys.len());
        for key in &keys {
            let taken = pace(key.0).take(recovered.get(key).copied(), now);
            after.push(taken.map_err(|TooSoon { seconds }| ApiError::TooMany { seconds })?);
        }
        for (key, at) in keys.iter().zip(after) {
            recovered.insert(key.clone(), at);
        }
        drop(recovered);
        Ok(Attempt { attempts: self.clone(), keys })
    }
}

impl Attempt {
    /// Says that it succeeded: it does not count.
    pub fn succeeded(self) {
        self.give_back();
    }

    /// Says that it was none: it does not count.
    pub fn give_back(self) {
        let mut recovered = self.attempts.recovered.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            if let Some(at) = recovered.get_mut(key) {
                *at = pace(key.0).give_back(*at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;

    fn begin() -> (Arc<FixedClock>, Attempts) {
        let clock = Arc::new(FixedClock::at(Instant(1_793_534_400_000_000)));
        (clock.clone(), Attempts::new(clock))
    }

    #[test]
    fn ten_failures_then_one_a_minute() {
        let (clock, attempts) = begin();
        let fail = |name: &str| attempts.begin(&[("account here", name)]).map(|_| ());
        for _ in 0..10 {
            assert_eq!(fail("abby"), Ok(()));
        }
        assert_eq!(fail("abby"), Err(ApiError::TooMany { seconds: 60 }));
        assert_eq!(fail("lindsey"), Ok(()));
        clock.advance_seconds(59);
        assert_eq!(fail("abby"), Err(ApiError::TooMany { seconds: 1 }));
        clock.advance_seconds(1);
        assert_eq!(fail("abby"), Ok(()));
        assert_eq!(fail("abby"), Err(ApiError::TooMany { seconds: 60 }));
    }

    #[test]
    fn who_guesses_from_elsewhere_does_not_lock_the_owner_out() {
        let (_, attempts) = begin();
        let fail = |address: &str| {
            let here = format!("abby {address}");
            attempts.begin(&[("account here", &here), ("account", "abby"), ("address", address)]).map(|_| ())
        };
        for _ in 0..1_000 {
            let _ = fail("10.0.0.1");
        }
        assert!(fail("10.0.0.1").is_err());
        assert_eq!(fail("10.0.0.2"), Ok(()));
        // A guess from very many addresses ends all the same.
        let tried =
            (0..300).map(|number| format!("10.0.1.{number}")).filter(|address| (0..10).all(|_| fail(address).is_ok()));
        assert_eq!(tried.count(), 98);
        assert_eq!(fail("10.0.0.3"), Err(ApiError::TooMany { seconds: 10 }));
    }

    #[test]
    fn success_does_not_count() {
        let (_, attempts) = begin();
        for _ in 0..100 {
            attempts.begin(&[("account here", "abby")]).unwrap().succeeded();
        }
        assert!(attempts.begin(&[("account here", "abby")]).is_ok());
    }

    #[test]
    fn attempts_under_way_count_as_failed() {
        let (_, attempts) = begin();
        let under_way: Vec<_> = (0..20).filter_map(|_| attempts.begin(&[("account here", "abby")]).ok()).collect();
        assert_eq!(under_way.len(), 10);
    }

    #[test]
    fn who_is_held_up_by_one_key_does_not_use_up_another() {
        let (_, attempts) = begin();
        for _ in 0..1_000 {
            let _ = attempts.begin(&[("account here", "abby"), ("address", "10.0.0.1")]).map(|_| ());
        }
        for number in 0..90 {
            assert!(attempts.begin(&[("account here", &number.to_string()), ("address", "10.0.0.1")]).is_ok());
        }
        assert!(attempts.begin(&[("account here", "lindsey"), ("address", "10.0.0.1")]).is_err());
    }

    #[test]
    fn hammering_with_made_up_names_does_not_fill_the_memory() {
        let (clock, attempts) = begin();
        for number in 0..100_000 {
            clock.advance_seconds(1);
            let _ = attempts.begin(&[("account here", &number.to_string())]).map(|_| ());
        }
        assert!(attempts.recovered.lock().unwrap().len() <= KEPT + 1);
    }
}
