//! Follow-ups: a later message of a campaign, to all who are meant by it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::Template;
use crate::conversation::ConversationState;
use crate::id::{ChoiceId, QuestionId};
use crate::instant::Instant;
use crate::message::Body;
use crate::reply::{PreparedError, prepared};
use crate::status::Status;
use crate::survey::answer::Answer;
use crate::title::Title;

/// A follow-up, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    title: Title,
    text: Body,
    template: Template,
    /// Who is meant.
    pub audience: Audience,
    /// From when on it is not sent any more, if ever.
    pub expires_at: Option<Instant>,
}

/// Who is meant by a follow-up, among those to whom we have written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Audience {
    /// Everyone.
    #[default]
    Everyone,
    /// Whose conversation stands there.
    Status(Status),
    /// Who gave this answer to this survey question.
    Answer(QuestionId, ChoiceId),
}

/// Why a follow-up is refused when it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum FollowUpDraftError {
    /// Title, text or placeholders.
    #[error(transparent)]
    Prepared(#[from] PreparedError),
    /// It would never be sent.
    #[error("This follow-up expires before it can be sent. Choose a later time, or none.")]
    Expired,
    /// Nobody whom we have written to is there.
    #[error("Who has not got the initial message gets no follow-up. Choose another status.")]
    NotStarted,
}

/// Why a follow-up is not sent in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("{}", self.sentence(None))]
pub enum FollowUpError {
    /// It was sent there already.
    Sent,
    /// It expired then.
    Expired(Instant),
    /// We have not written there yet.
    NotStarted,
    /// The contact has opted out.
    OptedOut,
    /// The conversation is with the admins.
    Escalated,
    /// The contact is not, or not any more, among those who are meant.
    NotMeant,
}

impl FollowUpError {
    /// The point in time that its sentence tells.
    pub const fn instant(&self) -> Option<Instant> {
        match self {
            Self::Expired(at) => Some(*at),
            _ => None,
        }
    }

    pub(crate) fn sentence(self, time: Option<&str>) -> String {
        let at = time.map(|time| format!(" at {time}")).unwrap_or_default();
        match self {
            Self::Sent => "This follow-up was sent to this contact already.".to_owned(),
            Self::Expired(_) => format!("This follow-up expired{at}. Write a reply instead, if it still matters."),
            Self::NotStarted => "The initial message comes first. Send it, then this one.".to_owned(),
            Self::OptedOut => "The contact has opted out: nothing can be sent.".to_owned(),
            Self::Escalated => "The admins take care of this conversation: no follow-up is sent meanwhile.".to_owned(),
            Self::NotMeant => "This follow-up is not meant for this contact any more. Go on with the next.".to_owned(),
        }
    }
}

impl FollowUp {
    /// Checks a follow-up as a person types it, for a campaign with these custom fields.
    ///
    /// # Errors
    /// If title or text is refused, or nobody could ever get it.
    pub fn new(
        title: &str,
        text: &str,
        custom_fields: &[String],
        audience: Audience,
        expires_at: Option<Instant>,
        now: Instant,
    ) -> Result<Self, FollowUpDraftError> {
        let title = Title::parse(title).map_err(PreparedError::from)?;
        let (text, template) = prepared(text, custom_fields)?;
        if audience == Audience::Status(Status::NotStarted) {
            return Err(FollowUpDraftError::NotStarted);
        }
        if expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(FollowUpDraftError::Expired);
        }
        Ok(Self { title, text, template, audience, expires_at })
    }

    /// The title.
    pub const fn title(&self) -> &Title {
        &self.title
    }

    /// The text with its placeholders, as it is kept.
    pub const fn text(&self) -> &Body {
        &self.text
    }

    /// The text for one contact. `value` says what the contact has under a placeholder's name, if anything.
    pub fn fill<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        self.template.fill(value)
    }
}

impl Audience {
    /// Whether a conversation with these survey answers is meant.
    pub fn includes(self, status: Status, answers: &[(QuestionId, Answer)]) -> bool {
        match self {
            Self::Everyone => true,
            Self::Status(meant) => status == meant,
            Self::Answer(question, choice) => answers.contains(&(question, Answer::Choice(choice))),
        }
    }
}

/// Whether a follow-up may be sent in a conversation now: everyone to whom we have written and who is meant gets it
/// once, until it expires. Whoever has opted out does not, and a conversation that is with the admins is left alone.
///
/// # Errors
/// If it may not, with the first reason in the order of [`FollowUpError`].
pub fn is_due(
    audience: Audience,
    expires_at: Option<Instant>,
    state: &ConversationState,
    answers: &[(QuestionId, Answer)],
    sent: bool,
    now: Instant,
) -> Result<(), FollowUpError> {
    if sent {
        return Err(FollowUpError::Sent);
    }
    if let Some(expired) = expires_at.filter(|expires_at| *expires_at <= now) {
        return Err(FollowUpError::Expired(expired));
    }
    if state.we_wrote_at.is_none() {
        return Err(FollowUpError::NotStarted);
    }
    if state.opted_out {
        return Err(FollowUpError::OptedOut);
    }
    if state.escalated {
        return Err(FollowUpError::Escalated);
    }
    if audience.includes(state.status, answers) { Ok(()) } else { Err(FollowUpError::NotMeant) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft(audience: Audience, expires_at: Option<i64>) -> Result<FollowUp, FollowUpDraftError> {
        FollowUp::new("Reminder", "Vote today, {first_name}", &[], audience, expires_at.map(Instant), Instant(10))
    }

    #[test]
    fn a_follow_up_is_checked_when_it_is_saved() {
        let good = draft(Audience::Everyone, Some(11)).expect("good");
        assert_eq!(good.fill(|_| Some("Abby")), "Vote today, Abby");
        assert_eq!((good.title().as_str(), good.text().as_str()), ("Reminder", "Vote today, {first_name}"));
        assert_eq!(draft(Audience::Everyone, Some(10)), Err(FollowUpDraftError::Expired));
        assert_eq!(draft(Audience::Status(Status::NotStarted), None), Err(FollowUpDraftError::NotStarted));
        let nameless = FollowUp::new(" ", "Hi", &[], Audience::Everyone, None, Instant(0));
        assert_eq!(nameless.expect_err("refused").to_string(), "Write a title.");
    }

    #[test]
    fn an_expired_one_says_when() {
        let waiting =
            ConversationState { status: Status::Waiting, we_wrote_at: Some(Instant(1)), ..ConversationState::NEW };
        let due = |now| is_due(Audience::Everyone, Some(Instant(5)), &waiting, &[], false, Instant(now));
        assert_eq!(due(4), Ok(()));
        let expired = due(5).expect_err("refused");
        assert_eq!(expired.to_string(), "This follow-up expired. Write a reply instead, if it still matters.");
        let sentence = crate::sending::SendError::from(expired).sentence(|at| format!("14:0{}", at.get()));
        assert_eq!(sentence, "This follow-up expired at 14:05. Write a reply instead, if it still matters.");
    }

    fn any_audience() -> impl Strategy<Value = Audience> {
        prop_oneof![
            Just(Audience::Everyone),
            prop::sample::select(Status::ALL.to_vec()).prop_map(Audience::Status),
            (1_i64..3, 1_i64..3)
                .prop_map(|(question, choice)| Audience::Answer(QuestionId(question), ChoiceId(choice))),
        ]
    }

    proptest! {
        /// The naive model: every condition on its own, all of them must hold.
        #[test]
        fn a_follow_up_is_due_if_every_condition_holds(
            audience in any_audience(), status in prop::sample::select(Status::ALL.to_vec()),
            flags in (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2)),
            expires in prop::option::of(0_i64..20), recorded in prop::collection::btree_map(1_i64..3, 1_i64..3, 0..3),
        ) {
            let (wrote, sent, opted_out, escalated) = flags;
            let we_wrote_at = wrote.then_some(Instant(1));
            let state = ConversationState { status, opted_out, escalated, we_wrote_at, ..ConversationState::NEW };
            let answers: Vec<_> = recorded
                .iter()
                .map(|(question, choice)| (QuestionId(*question), Answer::Choice(ChoiceId(*choice))))
                .chain([(QuestionId(9), Answer::Text("1".to_owned()))])
                .collect();
            let meant = match audience {
                Audience::Everyone => true,
                Audience::Status(meant) => meant == status,
                Audience::Answer(question, choice) => recorded.get(&question.get()) == Some(&choice.get()),
            };
            let lives = expires.is_none_or(|expires| expires > 10);
            let due = is_due(audience, expires.map(Instant), &state, &answers, sent, Instant(10));
            prop_assert_eq!(due.is_ok(), wrote && !sent && !opted_out && !escalated && lives && meant);
        }
    }
}
