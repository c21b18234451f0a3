//! Answers to survey questions.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Answers;
use crate::contact::name::clean;
use crate::id::ChoiceId;
use crate::text::separated;

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// One of those that the question offers.
    Choice(ChoiceId),
    /// In words.
    Text(String),
}

/// Why an answer is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum AnswerError {
    /// The question is not there any more.
    #[error("This question was deleted meanwhile, so the answer is not recorded. Go on with the others.")]
    Deleted,
    /// The answer that was chosen is not there any more, or the question is answered in another way now.
    #[error("This question was changed meanwhile, so the answer is not recorded. Answer it as it is now.")]
    Changed,
    /// Nothing is left of the words.
    #[error("Write an answer, or clear it.")]
    Empty,
    /// Too many words.
    #[error("This answer has {} characters. Shorten it to {}.", separated(*.0), separated(Answer::LONGEST))]
    TooLong(usize),
}

impl Answer {
    /// The most characters of an answer in words.
    pub const LONGEST: usize = 1_000;

    /// The answer as it is recorded. Words become a single line.
    ///
    /// `asked` is what can be answered to the question as it is now, or `None` if it was deleted.
    ///
    /// # Errors
    /// If it does not answer the question.
    pub fn check(self, asked: Option<&Answers>) -> Result<Self, AnswerError> {
        match (self, asked.ok_or(AnswerError::Deleted)?) {
            (Self::Choice(id), Answers::Choice(choices)) if choices.iter().any(|choice| choice.id == id) => {
                Ok(Self::Choice(id))
            }
            (Self::Text(text), Answers::Text) => {
                let text = clean(&text, usize::MAX);
                match text.chars().count() {
                    0 => Err(AnswerError::Empty),
                    characters if characters > Self::LONGEST => Err(AnswerError::TooLong(characters)),
                    _ => Ok(Self::Text(text.into_owned())),
                }
            }
            _ => Err(AnswerError::Changed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Choice;

    #[test]
    fn answers_answer_their_question() {
        let choice = |id: i64, text: &str| Choice { id: ChoiceId(id), text: text.to_owned() };
        let choices = Answers::Choice(vec![choice(1, "Yes"), choice(2, "No")]);
        let words = Answers::Text;
        let text = |text: &str| Answer::Text(text.to_owned());
        let two = Answer::Choice(ChoiceId(2));
        assert_eq!(two.clone().check(Some(&choices)), Ok(two.clone()));
        assert_eq!(Answer::Choice(ChoiceId(3)).check(Some(&choices)), Err(AnswerError::Changed));
        assert_eq!(two.clone().check(Some(&words)), Err(AnswerError::Changed));
        assert_eq!(text("No").check(Some(&choices)), Err(AnswerError::Changed));
        assert_eq!(two.check(None), Err(AnswerError::Deleted));
        assert_eq!(text(" no\n idea ").check(Some(&words)), Ok(text("no idea")));
        assert_eq!(text(" \u{7} ").check(Some(&words)), Err(AnswerError::Empty));
        assert!(text(&"é".repeat(1_000)).check(Some(&words)).is_ok());
        assert_eq!(text(&"e".repeat(1_001)).check(Some(&words)), Err(AnswerError::TooLong(1_001)));
        assert_eq!(AnswerError::TooLong(1_001).to_string(), "This answer has 1,001 characters. Shorten it to 1,000.");
    }
}
