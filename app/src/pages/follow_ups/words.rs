//! Who is meant by a follow-up, in words.

use handoff_core::follow_up::Audience;
use handoff_core::naming::isolated;
use handoff_core::survey::Answers;
use handoff_server::model::survey::SurveyQuestion;

/// Every answer that can be chosen, with its words.
pub fn answers(questions: &[SurveyQuestion]) -> Vec<(Audience, String)> {
    let of = |one: &SurveyQuestion| {
        let choices = match &one.question.answers {
            Answers::Text => [].as_slice(),
            Answers::Choice(choices) => choices,
        };
        let (id, text) = (one.id, &one.question.text);
        choices
            .iter()
            .map(|choice| (Audience::Answer(id, choice.id), format!("{text} {}", choice.text)))
            .collect::<Vec<_>>()
    };
    questions.iter().flat_map(of).collect()
}

/// Who is meant by a follow-up: to end a sentence that begins with "To".
pub fn audience_words(audience: Audience, questions: &[SurveyQuestion]) -> String {
    match audience {
        Audience::Everyone => "everyone".to_owned(),
        Audience::Status(status) => format!("those whose conversation is {}", status.label()),
        Audience::Answer(..) => answers(questions).into_iter().find(|(one, _)| *one == audience).map_or_else(
            || "nobody: the survey does not offer the answer any more".to_owned(),
            |(_, words)| format!("those who answered “{words}”"),
        ),
    }
}

/// For how many conversations a follow-up is still due. `number` writes a number as the reader does.
pub fn due_words(due: u32, number: impl Fn(u32) -> String) -> String {
    match due {
        0 => "Due nowhere now".to_owned(),
        1 => "Still due in 1 conversation".to_owned(),
        due => format!("Still due in {} conversations", number(due)),
    }
}

/// What follows from deleting a follow-up. `number` writes a number as the reader does.
pub fn deletion_words(title: &str, sent: u32, number: impl Fn(u32) -> String) -> String {
    match sent {
        0 => format!("“{}” was not sent to anybody yet, and will not be.", isolated(title)),
        sent => {
            format!("“{}” was sent to {}. Those messages stay; nobody else gets it.", isolated(title), number(sent))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::status::Status;
    use handoff_core::survey::{Choice, Draft};
    use handoff_core::{ChoiceId, QuestionId};

    #[test]
    fn who_is_meant_is_said_in_words() {
        let choice = |id, text: &str| Choice { id: ChoiceId(id), text: text.to_owned() };
        let question = |id, text: &str, answers| SurveyQuestion {
            id: QuestionId(id),
            question: Draft { text: text.to_owned(), answers },
        };
        let questions = [
            question(1, "Why?", Answers::Text),
            question(2, "Will you vote?", Answers::Choice(vec![choice(3, "Yes"), choice(4, "No")])),
        ];
        let words = |audience| audience_words(audience, &questions);
        let no = Audience::Answer(QuestionId(2), ChoiceId(4));
        assert_eq!(words(Audience::Everyone), "everyone");
        assert_eq!(words(Audience::Status(Status::Waiting)), "those whose conversation is Waiting");
        assert_eq!(words(no), "those who answered “Will you vote? No”");
        assert!(words(Audience::Answer(QuestionId(2), ChoiceId(9))).starts_with("nobody"));
        assert_eq!(answers(&questions).len(), 2);
        assert_eq!(due_words(1204, |due| due.to_string()), "Still due in 1204 conversations");
        assert!(deletion_words("Vote", 0, |_| String::new()).contains("was not sent"));
        assert!(deletion_words("Vote", 12, |sent| sent.to_string()).contains("sent to 12."));
    }
}
