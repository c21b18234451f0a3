//! The survey questions of a campaign.

mod choices;
mod form;
mod words;

use std::collections::HashMap;

use handoff_core::survey::Answers;
use handoff_core::{CampaignId, QuestionId};
use handoff_server::api::surveys::{
    AnswerCount, SurveyQuestion, count_answers, delete_question, list_questions, order_questions,
};
use leptos::prelude::*;

use self::form::QuestionForm;
use self::words::{deletion_words, given, given_choice};
use super::campaign::campaign_page;
use super::preparing::arranging::{ArrangedList, Arranging, Grip, MoveButtons};
use super::preparing::{focus_on_add, focus_on_edit, new_id, style};
use crate::state::draft;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, EmptyState, ErrorNote, Kind, Load, counted, number};

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Ground {
    campaign: CampaignId,
    questions: Query<Vec<SurveyQuestion>>,
    /// How often each answer was recorded. Empty until it is known.
    counts: Query<Vec<AnswerCount>>,
    /// The id of the question that is being written for the first time.
    adding: RwSignal<Option<i64>>,
    deleting: RwSignal<Option<SurveyQuestion>>,
}

impl Ground {
    /// What was recorded, as far as it is known.
    fn counts(self) -> Vec<AnswerCount> {
        self.counts.data.get().unwrap_or_default()
    }
}

/// The survey questions of a campaign.
#[component]
pub fn SurveyPage() -> impl IntoView {
    style::adopt();
    let id = campaign_page().id;
    let questions = Query::new(move || list_questions(id));
    Live::expect().follow(id, questions);
    let kept_as = StoredValue::new(format!("new-question-{id}"));
    let adding = RwSignal::new(kept_as.with_value(|name| draft::kept::<i64>(name)));
    Effect::new(move |_| {
        let id = adding.get();
        kept_as.with_value(|name| id.map_or_else(|| draft::forget(name), |id| draft::keep(name, &id)));
    });
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
        <DeleteDialog ground />
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
    let adding = move || {
        ground.adding.get().map(|id| {
            let done = Callback::new(move |()| {
                ground.adding.set(None);
                focus_on_add();
            });
            view! {
                <section class="panel adding" aria-label="New question">
                    <QuestionForm ground id=QuestionId(id) before=None on_done=done />
                </section>
            }
        })
    };
    view! {
        <Show when=move || some.get()>
            <ArrangedList
                arranging
                label="Survey questions"
                children=move |id| view! { <Row ground arranging by_id id /> }.into_any()
            />
        </Show>
        {adding}
        <Show when=move || ground.adding.with(Option::is_none)>
            <Show
                when=move || some.get()
                fallback=move || {
                    view! {
                        <EmptyState title="No questions yet">
                            <p>"Ask what you want to know of every contact: will they come, whom do they support, do they want a call."</p>
                            <AddButton ground />
                        </EmptyState>
                    }
                }
            >
                <AddButton ground />
            </Show>
        </Show>
    }
    .into_any()
}

#[component]
fn AddButton(ground: Ground) -> impl IntoView {
    view! {
        <div class="add">
            <Button kind=Kind::Primary on_press=move |()| ground.adding.set(Some(new_id()))>"Add question"</Button>
        </div>
    }
    .into_any()
}

#[component]
fn Row(ground: Ground, arranging: Arranging, by_id: Memo<HashMap<i64, SurveyQuestion>>, id: i64) -> impl IntoView {
    let Some(first) = by_id.with_untracked(|all| all.get(&id).cloned()) else { return ().into_any() };
    let row = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let text = Signal::derive(move || row.with(|row| row.question.text.clone()));
    let editing = RwSignal::new(form::is_kept(QuestionId(id)));
    let closed = Callback::new(move |()| {
        editing.set(false);
        focus_on_edit(id);
    });
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
    let shown = move || {
        view! {
            <Grip arranging id name=text />
            <div class="arranged-body">
                <h2>{move || text.get()}</h2>
                {answers}
            </div>
            <div class="arranged-actions">
                <MoveButtons arranging id name=text />
                <span class="edit">
                    <Button
                        kind=Kind::Quiet
                        label=Signal::derive(move || format!("Edit {}", text.get()))
                        on_press=move |()| editing.set(true)
                    >
                        "Edit"
                    </Button>
                </span>
                <Button
                    kind=Kind::Quiet
                    label=Signal::derive(move || format!("Delete {}", text.get()))
                    on_press=move |()| {
                        ground.counts.refetch();
                        ground.deleting.set(Some(row.get_untracked()));
                    }
                >
                    "Delete"
                </Button>
            </div>
        }
        .into_any()
    };
    (move || {
        if editing.get() {
            view! { <QuestionForm ground id=QuestionId(id) before=Some(row.get_untracked()) on_done=closed /> }
                .into_any()
        } else {
            shown()
        }
    })
    .into_any()
}

#[component]
fn DeleteDialog(ground: Ground) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    // The words stay while the dialog closes.
    let words = Memo::new(move |before: Option<&String>| {
        let words = ground.deleting.with(|row| {
            let row = row.as_ref()?;
            let counts = ground.counts.data.get();
            Some(deletion_words(&row.question.text, counts.map(|counts| given(&counts, row.id)), number))
        });
        words.or_else(|| before.cloned()).unwrap_or_default()
    });
    let delete = Callback::new(move |()| {
        let Some(row) = ground.deleting.get_untracked() else { return };
        let (campaign, id) = (ground.campaign, row.id);
        task.run(
            move || delete_question(campaign, id),
            move |()| {
                ground.deleting.set(None);
                form::forget(id);
                toasts.say(format!("Question deleted: {}", row.question.text));
                ground.questions.data.update(|all| all.iter_mut().for_each(|all| all.retain(|other| other.id != id)));
                ground.questions.refetch();
                focus_on_add();
            },
        );
    });
    view! {
        <Confirm
            open=Signal::derive(move || ground.deleting.with(Option::is_some))
            title="Delete this question?"
            text=words
            button="Delete question"
            danger=true
            busy=task.busy
            error=task.error
            on_close=move |()| ground.deleting.set(None)
            on_confirm=delete
        />
    }
    .into_any()
}
