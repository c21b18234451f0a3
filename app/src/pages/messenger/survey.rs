//! The survey of a conversation: an answer is recorded as soon as it is chosen, and can be changed at any time.

use handoff_core::naming::isolated;
use handoff_core::survey::answer::Answer;
use handoff_core::survey::{Answers, Choice};
use handoff_core::{ConversationId, QuestionId};
use handoff_server::api::conversations::record_answer;
use handoff_server::model::messenger::{Messenger, Recorded};
use handoff_server::model::survey::SurveyQuestion;
use leptos::prelude::*;

use super::desk::Desk;
use super::times::{moment, sentence};
use crate::state::task::Task;
use crate::ui::{Button, Kind, next_id};

/// The survey of the conversation that is open.
#[component]
pub fn Survey(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let talk = desk.talk;
    let questions = Memo::new(move |_| messenger.with(|messenger| messenger.questions.clone()));
    let open = Memo::new(move |_| talk.thread.with(|thread| thread.as_ref().map(|thread| thread.id)));
    move || match (open.get(), questions.with(Vec::is_empty)) {
        (_, true) => view! {
            <div class="side-empty">
                <p class="strong">"No survey questions."</p>
                <p class="quiet">"This campaign asks for nothing to be recorded."</p>
            </div>
        }
        .into_any(),
        (None, false) => {
            view! { <p class="side-empty quiet">"Open a conversation to record its answers."</p> }.into_any()
        }
        (Some(id), false) => view! {
            <ol class="survey">
                <For each=move || questions.get() key=|question| (question.id, question.question.clone()) let:question>
                    <Question desk id question />
                </For>
            </ol>
        }
        .into_any(),
    }
}

#[component]
fn Question(desk: Desk, id: ConversationId, question: SurveyQuestion) -> impl IntoView {
    let SurveyQuestion { id: question, question: asked } = question;
    let talk = desk.talk;
    let recorded = Memo::new(move |_| talk.thread.with(|thread| recorded_of(&thread.as_ref()?.answers, question)));
    let task = Task::new();
    let record = Callback::new(move |answer: Option<Answer>| {
        task.run(move || record_answer(id, question, answer.clone()), move |_| talk.refetch());
    });
    let fault = move || task.error.get().as_ref().map(sentence);
    let label = StoredValue::new(next_id("question"));
    let about = move || recorded.get().map(|it| format!("{}, {}", isolated(&it.by), moment(it.at)));
    view! {
        <li>
            <div class="question" role="group" aria-labelledby=label.get_value()>
            <p class="question-text" id=label.get_value()>{asked.text}</p>
            {match asked.answers {
                Answers::Choice(choices) => view! { <Choices choices recorded record label=label.get_value() /> }.into_any(),
                Answers::Text => view! { <Words recorded record busy=task.busy label=label.get_value() /> }.into_any(),
            }}
            <p class="question-about">
                <span role="status">{about}</span>
                <Show when=move || recorded.with(Option::is_some)>
                    <button type="button" class="link small" on:click=move |_| record.run(None)>"Clear"</button>
                </Show>
            </p>
            <p class="field-error" role="alert">{fault}</p>
            </div>
        </li>
    }
    .into_any()
}

/// What was recorded of a question.
fn recorded_of(all: &[Recorded], question: QuestionId) -> Option<Recorded> {
    all.iter().find(|recorded| recorded.question == question).cloned()
}

#[component]
fn Choices(
    choices: Vec<Choice>,
    recorded: Memo<Option<Recorded>>,
    record: Callback<Option<Answer>>,
    label: String,
) -> impl IntoView {
    let name = next_id("answer");
    let chosen = Memo::new(move |_| recorded.get().map(|it| it.answer));
    let one = move |choice: Choice| {
        let answer = Answer::Choice(choice.id);
        let mine = answer.clone();
        view! {
            <label class="choice answer">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=move || chosen.with(|chosen| chosen.as_ref() == Some(&mine))
                    on:change=move |_| record.run(Some(answer.clone()))
                />
                <span class="choice-label">{choice.text}</span>
            </label>
        }
    };
    view! { <div class="answers" role="radiogroup" aria-labelledby=label>{choices.into_iter().map(one).collect_view()}</div> }
        .into_any()
}

#[component]
fn Words(
    recorded: Memo<Option<Recorded>>,
    record: Callback<Option<Answer>>,
    #[prop(into)] busy: Signal<bool>,
    label: String,
) -> impl IntoView {
    let kept = Memo::new(move |_| match recorded.get().map(|it| it.answer) {
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    });
    let text = RwSignal::new(kept.get_untracked());
    Effect::new(move |_| text.set(kept.get()));
    let changed = Memo::new(move |_| kept.with(|kept| text.with(|text| text.trim() != kept)));
    let save = move || {
        let text = text.get_untracked();
        record.run((!text.trim().is_empty()).then_some(Answer::Text(text)));
    };
    view! {
        <form
            class="answer-words"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <input class="input" autocomplete="off" aria-labelledby=label bind:value=text />
            <Show when=move || changed.get()>
                <Button kind=Kind::Primary submit=true busy>"Record"</Button>
            </Show>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::Instant;

    #[test]
    fn each_question_finds_its_own_answer() {
        let recorded = |question: i64| Recorded {
            question: QuestionId(question),
            answer: Answer::Text(format!("to {question}")),
            at: Instant(1),
            by: "Abby".to_owned(),
        };
        let all = [recorded(1), recorded(2)];
        assert_eq!(recorded_of(&all, QuestionId(2)), Some(recorded(2)));
        assert_eq!(recorded_of(&all, QuestionId(3)), None);
    }
}
