//! For admins: the escalated conversations of the campaign, whoever holds them.

use handoff_core::naming::isolated;
use handoff_server::model::escalation::Escalated;
use leptos::prelude::*;

use super::desk::Desk;
use super::escalations::Escalations;
use super::talk::full_name;
use crate::ui::{Button, ErrorState, SkeletonRows, Time};

/// Who called the admins, how it stands, and who holds it now.
fn about(row: &Escalated) -> String {
    let with = row.state.assignee.map(|_| format!(", with {}", isolated(&row.owner_name))).unwrap_or_default();
    format!("By {} · {}{with}", isolated(&row.escalation.by), row.state.standing().label())
}

/// The list of escalated conversations.
#[component]
pub fn EscalatedList(desk: Desk, escalations: Escalations) -> impl IntoView {
    let Escalations { query, pages } = escalations;
    let page = move || query.data.get().flatten();
    let rows = Memo::new(move |_| page().map(|page| page.rows).unwrap_or_default());
    let more = Memo::new(move |_| page().is_some_and(|page| page.more));
    let here = Memo::new(move |_| page().is_some());
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let fault = Memo::new(move |_| query.error.get().filter(|_| !here.get()));
    view! {
        <p class="escalated-lead">"Of the whole campaign, the longest escalated first."</p>
        {move || match (fault.get(), here.get(), empty.get()) {
            (Some(error), ..) => view! { <ErrorState error on_retry=move |()| query.refetch() /> }.into_any(),
            (None, false, _) => view! { <SkeletonRows rows=5 /> }.into_any(),
            (None, true, true) => view! {
                <div class="inbox-empty">
                    <p class="strong">"Nothing is escalated."</p>
                    <p class="quiet">"When a texter calls the admins, the conversation stands here with their note."</p>
                </div>
            }
            .into_any(),
            (None, true, false) => view! {
                <ul class="escalated-rows" aria-label="Escalated">
                    <For each=move || rows.get() key=|row| row.id let:row>
                        <li><Row desk rows row /></li>
                    </For>
                    <Show when=move || more.get()>
                        <li class="escalated-more">
                            <Button busy=query.loading on_press=move |()| pages.update(|pages| *pages += 1)>
                                "Show more"
                            </Button>
                        </li>
                    </Show>
                </ul>
            }
            .into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Row(desk: Desk, rows: Memo<Vec<Escalated>>, row: Escalated) -> impl IntoView {
    let id = row.id;
    let row = Memo::new(move |_| {
        rows.with(|rows| rows.iter().find(|one| one.id == id).cloned()).unwrap_or_else(|| row.clone())
    });
    let read = move |part: fn(&Escalated) -> String| move || row.with(part);
    let open = move || desk.place.conversation.get() == Some(id);
    view! {
        <button
            type="button"
            class="escalated-row"
            aria-current=move || open().then_some("true")
            on:click=move |_| desk.choose(id)
        >
            <span class="inbox-name"><bdi>{read(|row| full_name(&row.first_name, &row.last_name))}</bdi></span>
            <span class="inbox-time"><Time at=Signal::derive(move || row.with(|row| row.escalation.at)) /></span>
            <span class="escalated-note" dir="auto">{read(|row| row.escalation.note.clone())}</span>
            <span class="inbox-words" dir="auto">{read(|row| row.last_words.clone())}</span>
            <span class="escalated-about">{read(about)}</span>
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::conversation::ConversationState;
    use handoff_core::{ConversationId, Instant, MemberId};
    use handoff_server::model::messenger::Escalation;

    #[test]
    fn names_from_right_to_left_keep_to_themselves() {
        let mut one = Escalated {
            id: ConversationId(1),
            first_name: "Lee".to_owned(),
            last_name: String::new(),
            state: ConversationState { escalated: true, ..ConversationState::NEW },
            owner_name: "Unassigned".to_owned(),
            last_words: String::new(),
            escalation: Escalation { note: "Help".to_owned(), at: Instant(1), by: "Abby".to_owned() },
        };
        assert_eq!(about(&one), "By Abby · Not started");
        one.state.assignee = Some(MemberId(2));
        (one.owner_name, one.escalation.by) = ("\u{5d0}\u{5d1}".to_owned(), "\u{5d3}\u{5d4}".to_owned());
        let said = "By \u{2068}\u{5d3}\u{5d4}\u{2069} · Not started, with \u{2068}\u{5d0}\u{5d1}\u{2069}";
        assert_eq!(about(&one), said);
    }
}
