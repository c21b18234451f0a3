//! What becomes of a commit, step by step: sent, lost, sent again, answered.

use handoff_core::OperationId;
use handoff_server::model::ApiError;

/// An act that is under way, with the id under which the server recognises it.
///
/// `A` is all that is sent. The same id is sent until the outcome is known, so that nothing happens twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent<A> {
    /// The id that the browser made.
    pub operation: OperationId,
    /// What is sent.
    pub act: A,
    /// How often it was sent without an answer.
    pub lost: u32,
}

/// Where a commit stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stage<A> {
    /// Nothing is under way: choices can be changed.
    #[default]
    Choosing,
    /// It is sent, and the answer is not there yet.
    Sending(Sent<A>),
    /// No answer came: nobody knows yet whether it happened.
    Lost(Sent<A>),
    /// The server broke while it answered; its id stays, in case it happened all the same.
    Broken(Sent<A>),
}

/// What the page does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// It happened, once. `again` is whether an answer had been lost before.
    Done {
        /// The answer.
        answer: T,
        /// Whether it was sent more than once.
        again: bool,
    },
    /// Ask again under the same id after so many seconds.
    Retry {
        /// How long to wait.
        seconds: u32,
    },
    /// Nothing happened, and here is why.
    Refused {
        /// The server's sentence.
        error: ApiError,
        /// Whether it was sent more than once.
        again: bool,
    },
    /// Offer to ask again under the same id.
    Offer,
}

/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: u32 = 30;

impl<A> Stage<A> {
    /// Whether the choices must stay as they are: something is under way, or its outcome is not known.
    pub const fn is_locked(&self) -> bool {
        !matches!(self, Self::Choosing)
    }

    /// What is sent first, or again: the same id and the same act while an outcome is not known.
    ///
    /// `None` while an answer is awaited: a second click sends nothing.
    pub fn send(self, fresh: impl FnOnce() -> Option<(OperationId, A)>) -> Option<Sent<A>> {
        match self {
            Self::Choosing => fresh().map(|(operation, act)| Sent { operation, act, lost: 0 }),
            Self::Lost(sent) | Self::Broken(sent) => Some(sent),
            Self::Sending(_) => None,
        }
    }

    /// Where it stands after an answer, and what to do about it.
    pub fn answered<T>(sent: Sent<A>, answer: Result<T, ApiError>) -> (Self, Next<T>) {
        let again = sent.lost > 0;
        match answer {
            Ok(answer) => (Self::Choosing, Next::Done { answer, again }),
            Err(error) if error.is_lost() => {
                let seconds = 1_u32.checked_shl(sent.lost).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
                let lost = sent.lost.saturating_add(1);
                (Self::Lost(Sent { lost, ..sent }), Next::Retry { seconds })
            }
            // An answer that was cut off looks the same as a server that broke: the id is kept for the
            // next attempt, which tells.
            Err(ApiError::Broken | ApiError::Unreadable(_)) => {
                (Self::Broken(Sent { lost: sent.lost.saturating_add(1), ..sent }), Next::Offer)
            }
            // Signed out, too many attempts, no room: it was not looked at. The id may be kept, so that it cannot
            // happen twice if an earlier attempt was.
            Err(error @ (ApiError::SignedOut | ApiError::TooMany { .. } | ApiError::Storage(_))) if again => {
                (Self::Lost(sent), Next::Refused { error, again })
            }
            Err(error) => (Self::Choosing, Next::Refused { error, again }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::campaign::CampaignError;
    use handoff_server::model::storage::StorageError;

    fn sent(lost: u32) -> Sent<&'static str> {
        Sent { operation: OperationId(7), act: "six to Abby", lost }
    }

    const FRESH: (OperationId, &str) = (OperationId(8), "seven to Abby");

    #[test]
    fn a_lost_answer_is_asked_for_under_the_same_id() {
        let mut stage = Stage::Sending(sent(0));
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let Stage::Sending(under_way) = stage else { panic!("{stage:?}") };
            let (lost, next) = Stage::answered::<()>(under_way, Err(ApiError::Unreachable));
            let Next::Retry { seconds } = next else { panic!("{next:?}") };
            pauses.push(seconds);
            assert!(lost.is_locked());
            let again = lost.send(|| Some(FRESH)).expect("a lost act can be sent again");
            assert_eq!((again.operation, again.act), (OperationId(7), "six to Abby"));
            stage = Stage::Sending(again);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        let Stage::Sending(under_way) = stage else { panic!("{stage:?}") };
        assert_eq!(
            Stage::answered(under_way, Ok("moved")),
            (Stage::Choosing, Next::Done { answer: "moved", again: true })
        );
    }

    #[test]
    fn a_second_click_sends_nothing() {
        assert_eq!(Stage::Sending(sent(0)).send(|| Some(FRESH)), None);
        assert_eq!(Stage::Choosing.send(|| Some(FRESH)).map(|sent| sent.operation), Some(OperationId(8)));
    }

    #[test]
    fn a_refusal_gives_the_choices_back_and_a_fresh_id() {
        let error = ApiError::Campaign(CampaignError::Archived);
        let (stage, next) = Stage::answered::<()>(sent(1), Err(error.clone()));
        assert_eq!(next, Next::Refused { error, again: true });
        assert_eq!(stage.send(|| Some(FRESH)).map(|sent| sent.operation), Some(OperationId(8)));
    }

    #[test]
    fn an_answer_cut_off_keeps_the_id() {
        let (stage, next) = Stage::answered::<()>(sent(0), Err(ApiError::Broken));
        assert_eq!(next, Next::Offer);
        assert_eq!(stage.send(|| Some(FRESH)).map(|sent| sent.operation), Some(OperationId(7)));
    }

    #[test]
    fn signing_in_again_in_between_keeps_the_id_of_what_may_have_happened() {
        let (stage, _) = Stage::answered::<()>(sent(2), Err(ApiError::SignedOut));
        assert_eq!(stage.send(|| Some(FRESH)).map(|sent| sent.operation), Some(OperationId(7)));
        let (stage, _) = Stage::answered::<()>(sent(0), Err(ApiError::SignedOut));
        assert_eq!(stage, Stage::Choosing);
    }

    #[test]
    fn a_database_that_is_away_is_asked_again_and_a_full_one_is_said_to_be_full() {
        let (stage, next) = Stage::answered::<()>(sent(0), Err(StorageError::Away.into()));
        assert_eq!((stage, next), (Stage::Lost(sent(1)), Next::Retry { seconds: 1 }));
        let error = ApiError::from(StorageError::Full);
        let (stage, next) = Stage::answered::<()>(sent(0), Err(error.clone()));
        assert_eq!((stage, next), (Stage::Choosing, Next::Refused { error: error.clone(), again: false }));
        // An earlier attempt may have happened before the disk was full.
        let (stage, next) = Stage::answered::<()>(sent(1), Err(error.clone()));
        assert_eq!((stage, next), (Stage::Lost(sent(1)), Next::Refused { error, again: true }));
    }
}
