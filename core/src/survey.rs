//! Survey questions: what a texter records of a conversation.

pub mod answer;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::name::clean;
use crate::fold::fold;
use crate::id::ChoiceId;
use crate::text::separated;

/// A survey question, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Draft", try_from = "Draft")]
pub struct Question {
    text: String,
    answers: Answers,
}

/// What can be answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answers {
    /// Anything, in words.
    Text,
    /// One of these, in this order.
    Choice(Vec<Choice>),
}

/// One of the answers that a question offers. Renaming it keeps what was recorded under its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// Names it for ever.
    pub id: ChoiceId,
    /// The words on screen.
    pub text: String,
}

/// A survey question as it is typed, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Draft {
    /// The question.
    pub text: String,
    /// What can be answered.
    pub answers: Answers,
}

/// Why a question is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum QuestionError {
    /// Nothing is asked.
    #[error("Write the question.")]
    Empty,
    /// The question is too long.
    #[error("This question has {} characters. Shorten it to {longest}.", separated(*.0), longest = Question::LONGEST)]
    TooLong(usize),
    /// Too few answers to choose from.
    #[error("Write at least {} answers to choose from, or let the texter write the answer.", Question::FEWEST_CHOICES)]
    TooFew,
    /// Too many answers to choose from.
    #[error("There are {0} answers to choose from. Keep {most} at most.", most = Question::MOST_CHOICES)]
    TooMany(usize),
    /// An answer is empty.
    #[error("Answer {0} is empty. Write it, or remove it.")]
    EmptyChoice(usize),
    /// An answer is too long.
    #[error("The answer \"{0}\" is too long. Shorten it to {longest} characters.", longest = Question::LONGEST_CHOICE)]
    LongChoice(String),
    /// The same answer twice, whatever the case.
    #[error("The answer \"{0}\" is there twice. Change or remove one.")]
    Doubled(String),
    /// Two answers with one id: no page of ours asks for that.
    #[error("Two answers are mixed up. Reload the page and write the question again.")]
    SameId,
}

impl Question {
    /// The most characters of a question.
    pub const LONGEST: usize = 300;
    /// The most characters of an answer to choose.
    pub const LONGEST_CHOICE: usize = 100;
    /// The fewest answers to choose from.
    pub const FEWEST_CHOICES: usize = 2;
    /// The most answers to choose from.
    pub const MOST_CHOICES: usize = 20;

    /// Checks a question as a person types it. Question and answers become single lines.
    ///
    /// # Errors
    /// If something is empty, too long or doubled, or there are too few or too many answers.
    pub fn new(draft: &Draft) -> Result<Self, QuestionError> {
        let text = clean(&draft.text, usize::MAX);
        match text.chars().count() {
            0 => return Err(QuestionError::Empty),
            characters if characters > Self::LONGEST => return Err(QuestionError::TooLong(characters)),
            _ => {}
        }
        let answers = match &draft.answers {
            Answers::Text => Answers::Text,
            Answers::Choice(choices) => Answers::Choice(checked(choices)?),
        };
        Ok(Self { text: text.into_owned(), answers })
    }

    /// The question.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What can be answered.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The answers to choose from; none for a question that is answered in words.
    pub fn choices(&self) -> &[Choice] {
        match &self.answers {
            Answers::Text => &[],
            Answers::Choice(choices) => choices,
        }
    }
}

fn checked(choices: &[Choice]) -> Result<Vec<Choice>, QuestionError> {
    if choices.len() < Question::FEWEST_CHOICES {
        return Err(QuestionError::TooFew);
    }
    if choices.len() > Question::MOST_CHOICES {
        return Err(QuestionError::TooMany(choices.len()));
    }
    let (mut ids, mut words) = (HashSet::new(), HashSet::new());
    let mut all = Vec::with_capacity(choices.len());
    for (number, choice) in (1..).zip(choices) {
        let text = clean(&choice.text, usize::MAX).into_owned();
        match text.chars().count() {
            0 => return Err(QuestionError::EmptyChoice(number)),
            characters if characters > Question::LONGEST_CHOICE => {
                return Err(QuestionError::LongChoice(clean(&text, 40).into_owned()));
            }
            _ => {}
        }
        if !words.insert(fold(&text)) {
            return Err(QuestionError::Doubled(text));
        }
        if !ids.insert(choice.id) {
            return Err(QuestionError::SameId);
        }
        all.push(Choice { id: choice.id, text });
    }
    Ok(all)
}

impl From<Question> for Draft {
    fn from(question: Question) -> Self {
        Self { text: question.text, answers: question.answers }
    }
}

impl TryFrom<Draft> for Question {
    type Error = QuestionError;

    fn try_from(draft: Draft) -> Result<Self, Self::Error> {
        Self::new(&draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn question(text: &str, choices: &[&str]) -> Result<Question, QuestionError> {
        let choices = (1..).zip(choices).map(|(id, text)| Choice { id: ChoiceId(id), text: (*text).to_owned() });
        Question::new(&Draft { text: text.to_owned(), answers: Answers::Choice(choices.collect()) })
    }

    #[test]
    fn questions_are_checked() {
        let good = question(" Will you\nvote? ", &["Yes", " No ", "Not  sure"]).expect("good");
        assert_eq!(good.text(), "Will you vote?");
        let texts: Vec<&str> = good.choices().iter().map(|choice| choice.text.as_str()).collect();
        assert_eq!(texts, ["Yes", "No", "Not sure"]);
        let words = Question::new(&Draft { text: "Why?".to_owned(), answers: Answers::Text }).expect("good");
        assert!(words.choices().is_empty());
        let sentence = |text: &str, choices: &[&str]| question(text, choices).expect_err("refused").to_string();
        assert_eq!(sentence(" ", &["Yes", "No"]), "Write the question.");
        assert_eq!(sentence(&"x".repeat(301), &[]), "This question has 301 characters. Shorten it to 300.");
        assert_eq!(
            sentence("Vote?", &["Yes"]),
            "Write at least 2 answers to choose from, or let the texter write the answer."
        );
        assert_eq!(sentence("Vote?", &["Yes"; 21]), "There are 21 answers to choose from. Keep 20 at most.");
        assert_eq!(sentence("Vote?", &["Yes", " "]), "Answer 2 is empty. Write it, or remove it.");
        assert_eq!(sentence("Vote?", &["Yes", "yes "]), "The answer \"yes\" is there twice. Change or remove one.");
        assert_eq!(sentence("Vote?", &["Sí", "SI\u{301}"]), "The answer \"SÍ\" is there twice. Change or remove one.");
        assert_eq!(sentence("Vote?", &["Don’t know", "dont know"]).lines().count(), 1);
        assert!(matches!(question("Vote?", &["Yes", &"é".repeat(101)]), Err(QuestionError::LongChoice(_))));
        assert!(question("Vote?", &["Yes", &"é".repeat(100)]).is_ok());
        let same = |text: &str| Choice { id: ChoiceId(1), text: text.to_owned() };
        let mixed = Draft { text: "Vote?".to_owned(), answers: Answers::Choice(vec![same("Yes"), same("No")]) };
        assert_eq!(Question::new(&mixed), Err(QuestionError::SameId));
    }

    proptest! {
        #[test]
        fn what_was_checked_is_read_again(text in "[ a-c\\n]{0,6}", choices in prop::collection::vec("[ abAB]{0,3}", 0..23)) {
            let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
            let unique: HashSet<String> = choices.iter().map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
            let good = !fold(&text).is_empty() && unique.len() == choices.len() && (2..=20).contains(&choices.len());
            let checked = question(&text, &choices);
            prop_assert_eq!(checked.is_ok(), good);
            if let Ok(question) = checked {
                let json = serde_json::to_string(&question).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<Question>(&json).expect("a question"), question);
            }
        }
    }
}
