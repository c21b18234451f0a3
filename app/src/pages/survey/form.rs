//! Writing a survey question.

use handoff_core::QuestionId;
use handoff_core::survey::{Answers, Draft, Question, QuestionError};
use handoff_server::api::surveys::save_question;
use handoff_server::model::survey::SurveyQuestion;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::choices::{Choices, Typed};
use super::ground::Ground;
use super::words::loss_words;
use crate::pages::preparing::put;
use crate::state::draft;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Answer, Button, ErrorNote, Kind, RadioGroup, TextField, field_error, number};

fn kept_as(id: QuestionId) -> String {
    format!("question-{id}")
}

/// Whether somebody was changing this question when the tab was reloaded.
pub fn is_kept(id: QuestionId) -> bool {
    draft::kept::<Draft>(&kept_as(id)).is_some()
}

/// Forgets what was typed of this question.
pub fn forget(id: QuestionId) {
    draft::forget(&kept_as(id));
}

/// Writing a survey question: a new one, or one as it was `before`.
#[component]
pub fn QuestionForm(
    ground: Ground,
    id: QuestionId,
    before: Option<SurveyQuestion>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    let new = before.is_none();
    let saved = StoredValue::new(before.map(|before| before.question));
    let begin = draft::kept::<Draft>(&kept_as(id)).or_else(|| saved.get_value());
    let begin = begin.unwrap_or(Draft { text: String::new(), answers: Answers::Choice(Vec::new()) });
    let text = RwSignal::new(begin.text);
    let in_words = RwSignal::new(begin.answers == Answers::Text);
    let choices = Typed::new(match begin.answers {
        Answers::Text => Vec::new(),
        Answers::Choice(choices) => choices,
    });
    let typed = move || {
        let answers = if in_words.get() { Answers::Text } else { Answers::Choice(choices.get()) };
        Draft { text: text.get(), answers }
    };
    Effect::new(move |_| {
        let typed = typed();
        let nothing = typed.text.is_empty()
            && match &typed.answers {
                Answers::Text => false,
                Answers::Choice(choices) => choices.iter().all(|choice| choice.text.is_empty()),
            };
        if nothing || saved.with_value(|saved| saved.as_ref() == Some(&typed)) {
            forget(id);
        } else {
            draft::keep(&kept_as(id), &typed);
        }
    });
    // Nobody is corrected before they have tried to save it.
    let tried = RwSignal::new(false);
    let fault = Memo::new(move |_| {
        let error = Question::new(&typed()).err()?;
        let field = if matches!(error, QuestionError::Empty | QuestionError::TooLong(_)) { "text" } else { "answers" };
        Some((field, error.to_string()))
    });
    let error = move |field: &'static str| {
        let answered = field_error(task.error, field);
        Signal::derive(move || {
            let fault = fault.get().filter(|(wrong, _)| tried.get() && *wrong == field);
            fault.map(|(_, sentence)| sentence).or_else(|| answered.get())
        })
    };
    let close = Callback::new(move |()| {
        forget(id);
        on_done.run(());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if fault.with_untracked(Option::is_some) {
            return;
        }
        let (campaign, question) = (ground.campaign, untrack(typed));
        let now = SurveyQuestion { id, question: question.clone() };
        task.run(
            move || save_question(campaign, id, question.clone()),
            move |()| {
                let known = |one: &SurveyQuestion| one.id == id;
                ground.questions.data.update(|all| all.iter_mut().for_each(|all| put(all, now.clone(), known)));
                close.run(());
                toasts.say(if new { "Question added." } else { "Question saved." });
                ground.questions.refetch();
            },
        );
    };
    let loss = move || {
        let before = saved.get_value()?;
        loss_words(&ground.counts(), id, &before.answers, &typed().answers, number)
    };
    let kinds = vec![Answer::new(false, "Choosing one answer", ""), Answer::new(true, "Writing", "")];
    let choices_error = error("answers");
    view! {
        <form class="form" on:submit=submit>
            <TextField label="Question" value=text error=error("text") required=true autofocus=true />
            <RadioGroup legend="Texters answer by" answers=kinds value=in_words segmented=true />
            <Show when=move || !in_words.get()>
                <Choices typed=choices error=choices_error />
            </Show>
            {move || loss().map(|words| view! { <p class="notice tone-idle" role="status">{words}</p> })}
            <ErrorNote error=task.error fields=&["text", "answers"] />
            <div class="row">
                <Button kind=Kind::Primary submit=true busy=task.busy>
                    {if new { "Add question" } else { "Save question" }}
                </Button>
                <Button kind=Kind::Quiet on_press=close>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}
