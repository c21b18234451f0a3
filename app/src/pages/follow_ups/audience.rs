//! Choosing who is meant by a follow-up.

use handoff_core::follow_up::Audience;
use handoff_core::status::Status;
use leptos::prelude::*;

use crate::ui::{Answer, RadioGroup, SelectField};

/// Who can get a follow-up, in the order in which it is asked.
const STATUSES: [Status; 4] = [Status::Waiting, Status::Replied, Status::NeedsReply, Status::Resolved];

/// Who is meant, before it is said which status or which answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    Everyone,
    Status,
    Answer,
}

/// Who is meant, as it is chosen: what was chosen before is there again when one comes back to it.
#[derive(Clone, Copy)]
pub struct Choosing {
    meant: RwSignal<Meant>,
    status: RwSignal<Status>,
    answer: RwSignal<Option<Audience>>,
}

impl Choosing {
    /// Begins with an audience.
    pub fn new(audience: Audience, offered: Memo<Vec<(Audience, String)>>) -> Self {
        let first = || offered.with_untracked(|offered| offered.first().map(|(audience, _)| *audience));
        let (meant, status, answer) = match audience {
            Audience::Everyone => (Meant::Everyone, Status::Waiting, first()),
            Audience::Status(status) => (Meant::Status, status, first()),
            Audience::Answer(..) => (Meant::Answer, Status::Waiting, Some(audience)),
        };
        Self { meant: RwSignal::new(meant), status: RwSignal::new(status), answer: RwSignal::new(answer) }
    }

    /// Who is meant. `None` while there is no answer to choose.
    pub fn get(self) -> Option<Audience> {
        match self.meant.get() {
            Meant::Everyone => Some(Audience::Everyone),
            Meant::Status => Some(Audience::Status(self.status.get())),
            Meant::Answer => self.answer.get(),
        }
    }
}

/// The fields that say who is meant.
#[component]
pub fn AudienceFields(
    /// What is chosen.
    choosing: Choosing,
    /// The answers that can be chosen.
    offered: Memo<Vec<(Audience, String)>>,
    /// Why the audience is refused.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let Choosing { meant, status, answer } = choosing;
    // A survey that got its first answers meanwhile offers one, too.
    Effect::new(move |_| {
        let first = offered.with(|offered| offered.first().map(|(audience, _)| *audience));
        if answer.with_untracked(Option::is_none) && first.is_some() {
            answer.set(first);
        }
    });
    let kinds = Memo::new(move |_| {
        let mut kinds = vec![Answer::new(Meant::Everyone, "Everyone", ""), Answer::new(Meant::Status, "A status", "")];
        if answer.with(Option::is_some) {
            kinds.push(Answer::new(Meant::Answer, "An answer", ""));
        }
        kinds
    });
    let choices = Memo::new(move |_| {
        let mut choices: Vec<_> = offered.get().into_iter().map(|(audience, words)| (Some(audience), words)).collect();
        if !choices.iter().any(|(one, _)| *one == answer.get()) {
            choices.insert(0, (answer.get(), "An answer that is not offered any more".to_owned()));
        }
        choices
    });
    let statuses = STATUSES.map(|status| (status, status.label().to_owned())).to_vec();
    view! {
        <RadioGroup legend="Who gets it" answers=kinds value=meant segmented=true />
        {move || match meant.get() {
            Meant::Everyone => ().into_any(),
            Meant::Status => {
                view! { <SelectField label="Status" options=statuses.clone() value=status error /> }.into_any()
            }
            Meant::Answer => view! { <SelectField label="Answer" options=choices value=answer /> }.into_any(),
        }}
    }
    .into_any()
}
