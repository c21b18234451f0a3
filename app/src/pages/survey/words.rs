//! What was recorded of a survey, in words.

use handoff_core::survey::Answers;
use handoff_core::{ChoiceId, QuestionId};
use handoff_server::model::survey::AnswerCount;

/// How many answers to a question were recorded.
pub fn given(counts: &[AnswerCount], question: QuestionId) -> u32 {
    counts.iter().filter(|one| one.question == question).map(|one| one.count).sum()
}

/// How often one answer to a question was recorded.
pub fn given_choice(counts: &[AnswerCount], question: QuestionId, choice: ChoiceId) -> u32 {
    counts.iter().filter(|one| one.question == question && one.choice == Some(choice)).map(|one| one.count).sum()
}

/// What follows from deleting a question. `number` writes a number as the reader does.
pub fn deletion_words(text: &str, given: Option<u32>, number: impl Fn(u32) -> String) -> String {
    match given {
        None => format!("What was recorded with “{text}” stays in exports, and texters do not see it any more."),
        Some(0) => format!("Nothing was recorded with “{text}” yet."),
        Some(1) => {
            format!("1 answer to “{text}” was recorded. It stays in exports, and texters do not see it any more.")
        }
        Some(given) => format!(
            "{} answers to “{text}” were recorded. They stay in exports, and texters do not see them any more.",
            number(given)
        ),
    }
}

/// What follows from what a change takes away, if anything was recorded with it.
pub fn loss_words(
    counts: &[AnswerCount],
    question: QuestionId,
    before: &Answers,
    after: &Answers,
    number: impl Fn(u32) -> String,
) -> Option<String> {
    let kept: Vec<Option<ChoiceId>> = match after {
        Answers::Text => vec![None],
        Answers::Choice(choices) => choices.iter().map(|choice| Some(choice.id)).collect(),
    };
    let offered: Vec<Option<ChoiceId>> = match before {
        Answers::Text => vec![None],
        Answers::Choice(choices) => choices.iter().map(|choice| Some(choice.id)).collect(),
    };
    let lost =
        |one: &&AnswerCount| one.question == question && offered.contains(&one.choice) && !kept.contains(&one.choice);
    match counts.iter().filter(lost).map(|one| one.count).sum() {
        0 => None,
        1 => Some("1 recorded answer is not offered any more then. It stays in exports.".to_owned()),
        lost => Some(format!("{} recorded answers are not offered any more then. They stay in exports.", number(lost))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::survey::Choice;

    const VOTE: QuestionId = QuestionId(1);

    fn counts() -> Vec<AnswerCount> {
        let count = |question, choice: Option<i64>, count| AnswerCount {
            question: QuestionId(question),
            choice: choice.map(ChoiceId),
            count,
        };
        vec![count(1, Some(2), 30), count(1, Some(3), 4), count(1, Some(9), 7), count(5, None, 11)]
    }

    fn choices(ids: &[i64]) -> Answers {
        Answers::Choice(ids.iter().map(|id| Choice { id: ChoiceId(*id), text: id.to_string() }).collect())
    }

    #[test]
    fn answers_are_counted() {
        assert_eq!(
            (given(&counts(), VOTE), given(&counts(), QuestionId(5)), given(&counts(), QuestionId(6))),
            (41, 11, 0)
        );
        assert_eq!(given_choice(&counts(), VOTE, ChoiceId(3)), 4);
        assert_eq!(given_choice(&counts(), QuestionId(5), ChoiceId(3)), 0);
    }

    #[test]
    fn what_was_answered_is_said_before_it_goes() {
        let words = |given| deletion_words("Vote?", given, |given| given.to_string());
        assert!(words(Some(0)).starts_with("Nothing was recorded"));
        assert!(words(Some(1)).starts_with("1 answer to “Vote?” was"));
        assert!(words(Some(41)).starts_with("41 answers to “Vote?” were"));
        assert!(words(None).starts_with("What was recorded"));
        let loss =
            |before: &Answers, after: &Answers| loss_words(&counts(), VOTE, before, after, |lost| lost.to_string());
        let before = choices(&[2, 3]);
        assert_eq!(loss(&before, &choices(&[3, 2, 8])), None);
        assert!(loss(&before, &choices(&[2])).is_some_and(|words| words.starts_with("4 recorded answers are")));
        assert!(loss(&before, &Answers::Text).is_some_and(|words| words.starts_with("34 ")));
        let words = loss_words(&counts(), QuestionId(5), &Answers::Text, &before, |lost| lost.to_string());
        assert!(words.is_some_and(|words| words.starts_with("11 ")));
    }
}
