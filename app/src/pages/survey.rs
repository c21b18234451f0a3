//! The survey questions of a campaign.

mod choices;
mod form;
mod ground;
mod words;

use std::collections::HashMap;

use handoff_core::QuestionId;
use handoff_core::survey::Answers;
use handoff_server::api::surveys::{count_answers, delete_question, list_questions, order_questions};
use handoff_server::model::survey::SurveyQuestion;
use leptos::prelude::*;

use self::form::QuestionForm;
use self::words::{deletion_words, given, given_choice};
use super::campaign::campaign_page;
use super::preparing::arranging::{ArrangedList, Arranging, Grip, MoveButtons};
use super::preparing::editing::{Adding, DeleteDialog, EditButtons, Editable, kept_adding};
use super::preparing::style;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{ErrorNote, Load, counted, number};
use ground::Ground;

/// The survey questions of a campaign.
#[component]
pub fn SurveyPage() -> impl IntoView {
    style::adopt();
    let id = campaign_page().id;
    let questions = Query::new(move || list_questions(id));
    Live::expect().follow(id, questions);
    let adding = kept_adding(format!("new-question-{id}"));
    let counts = Query::new(move || count_answers(id));
    let ground = Ground { campaign: id, questions, counts, adding, deleting: RwSignal::new(None) };
    view! {
        <p class="lead quiet">
            "What texters record while they write. Questions can be changed at any time, after the start too."
        </p>
        <ErrorNote error=counts.error />
        <Load query=questions let:all>
            <List ground all />
        </Load>
        <DeleteDialog
            deleting=ground.deleting
            noun="question"
            words=move |row: &SurveyQuestion| {
                let counts = counts.data.get();
                deletion_words(&row.question.text, counts.map(|counts| given(&counts, row.id)), number)
            }
            delete=move |row: &SurveyQuestion| delete_question(id, row.id)
            deleted=move |row: &SurveyQuestion| {
                let id = row.id;
                form::forget(id);
                questions.data.update(|all| all.iter_mut().for_each(|all| all.retain(|other| other.id != id)));
                questions.refetch();
                row.question.text.clone()
            }
        />
    }
    .into_any()
}

#[component]
fn List(ground: Ground, all: Signal<Vec<SurveyQuestion>>) -> impl IntoView {
    let by_id = Memo::new(move |_| all.get().into_iter().map(|one| (one.id.get(), one)).collect::<HashMap<_, _>>());
    let there = Memo::new(move |_| all.with(|all| all.iter().map(|one| one.id.get()).collect::<Vec<_>>()));
    let save = move |order: Vec<i64>| order_questions(ground.campaign, order.into_iter().map(QuestionId).collect());
    let arranging = Arranging::new(there, save, Callback::new(move |()| ground.questions.refetch()));
    let some = Memo::new(move |_| there.with(|there| !there.is_empty()));
    let form = Callback::new(move |(id, on_done)| {
        view! { <QuestionForm ground id=QuestionId(id) before=None on_done /> }.into_any()
    });
    view! {
        <Show when=move || some.get()>
            <ArrangedList
                arranging
                label="Survey questions"
                children=move |id| view! { <Row ground arranging by_id id /> }.into_any()
            />
        </Show>
        <Adding
            adding=ground.adding
            some
            label="New question"
            button="Add question"
            empty="No questions yet"
            hint="Ask what you want to know of every contact: will they come, whom do they support, do they want a call."
            form
        />
    }
    .into_any()
}

#[component]
fn Row(ground: Ground, arranging: Arranging, by_id: Memo<HashMap<i64, SurveyQuestion>>, id: i64) -> impl IntoView {
    let Some(first) = by_id.with_untracked(|all| all.get(&id).cloned()) else { return ().into_any() };
    let row = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let text = Signal::derive(move || row.with(|row| row.question.text.clone()));
    let editing = RwSignal::new(form::is_kept(QuestionId(id)));
    let answers = move || match row.with(|row| row.question.answers.clone()) {
        Answers::Text => {
            let words = move || match given(&ground.counts(), QuestionId(id)) {
                0 => "Answered in words".to_owned(),
                count => format!("Answered in words, {}", counted(count, "answer", "answers")),
            };
            view! { <p class="arranged-facts">{words}</p> }.into_any()
        }
        Answers::Choice(choices) => {
            let choice = |choice: handoff_core::survey::Choice| {
                let count = move || match given_choice(&ground.counts(), QuestionId(id), choice.id) {
                    0 => String::new(),
                    count => number(count),
                };
                view! { <li>{choice.text} " " <span class="given">{count}</span></li> }
            };
            view! { <ul class="offered" aria-label="Answers">{choices.into_iter().map(choice).collect_view()}</ul> }
                .into_any()
        }
    };
    let shown = Callback::new(move |()| {
        view! {
            <Grip arranging id name=text />
            <div class="arranged-body">
                <h2>{move || text.get()}</h2>
                {answers}
            </div>
            <div class="arranged-actions">
                <MoveButtons arranging id name=text />
                <EditButtons
                    name=text
                    editing
                    on_delete=move |()| {
                        ground.counts.refetch();
                        ground.deleting.set(Some(row.get_untracked()));
                    }
                />
            </div>
        }
        .into_any()
    });
    let form = Callback::new(move |(id, on_done)| {
        view! { <QuestionForm ground id=QuestionId(id) before=Some(row.get_untracked()) on_done /> }.into_any()
    });
    view! { <Editable id editing form shown /> }.into_any()
}
