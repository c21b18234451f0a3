//! For admins: the escalated conversations of the campaign, whoever holds them.

use handoff_core::{CampaignId, ConversationId};
use handoff_server::api::escalations::list_escalated;
use handoff_server::model::ApiError;
use handoff_server::model::escalation::{Escalated, EscalatedPage};
use leptos::prelude::*;

use super::desk::Desk;
use super::place::{Place, is_wide};
use super::talk::full_name;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Button, ErrorState, SkeletonRows, Time};

/// The escalated conversations, as far as they were looked at: the longest escalated first.
#[derive(Clone, Copy)]
pub struct Escalations {
    /// Nothing while the list is closed.
    query: Query<Option<EscalatedPage>>,
    pages: RwSignal<u32>,
}

/// So many pages one after the other.
async fn read(campaign: CampaignId, pages: u32) -> Result<EscalatedPage, ApiError> {
    let mut all = EscalatedPage::default();
    for _ in 0..pages {
        let after = all.rows.last().map(|row: &Escalated| (row.escalation.at, row.id));
        let page = list_escalated(campaign, after).await?;
        all.rows.extend(page.rows);
        all.more = page.more;
        if !all.more {
            break;
        }
    }
    Ok(all)
}

/// Where to go on after one of them is dealt with: down the list, and from its end up.
fn next_after(rows: &[Escalated], id: ConversationId) -> Option<ConversationId> {
    let at = rows.iter().position(|row| row.id == id)?;
    rows.get(at + 1).or_else(|| rows.get(at.checked_sub(1)?)).map(|row| row.id)
}

impl Escalations {
    /// Those of a campaign. They are fetched while their list is open.
    pub fn new(campaign: CampaignId, place: Place) -> Self {
        let pages = RwSignal::new(1);
        let query = Query::new(move || {
            let wanted = place.escalated.get().then(|| pages.get());
            async move {
                match wanted {
                    Some(pages) => read(campaign, pages).await.map(Some),
                    None => Ok(None),
                }
            }
        });
        Live::expect().follow(campaign, query);
        let escalations = Self { query, pages };
        // Where list and thread stand side by side, the first conversation is open.
        Effect::new(move |_| {
            let first = query.data.with(|page| page.as_ref()?.as_ref()?.rows.first().map(|row| row.id));
            if let (Some(first), true) =
                (first, place.escalated.get() && place.conversation.get().is_none() && is_wide())
            {
                place.open(Some(first));
            }
        });
        escalations
    }

    /// Takes one away that is dealt with, and says where to go on.
    pub fn dealt_with(self, id: ConversationId) -> Option<ConversationId> {
        let next = self.query.data.with_untracked(|page| next_after(&page.as_ref()?.as_ref()?.rows, id));
        self.query.data.update(|page| {
            if let Some(Some(page)) = page {
                page.rows.retain(|row| row.id != id);
            }
        });
        next
    }

    /// Fetches them afresh.
    pub fn refetch(self) {
        self.query.refetch();
    }
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
    let about = |row: &Escalated| {
        let with = row.state.assignee.map(|_| format!(", with {}", row.owner_name)).unwrap_or_default();
        format!("By {} · {}{with}", row.escalation.by, row.state.standing().label())
    };
    view! {
        <button
            type="button"
            class="escalated-row"
            aria-current=move || open().then_some("true")
            on:click=move |_| desk.choose(id)
        >
            <span class="inbox-name"><bdi>{read(|row| full_name(&row.first_name, &row.last_name))}</bdi></span>
            <span class="inbox-time"><Time at=Signal::derive(move || row.with(|row| row.escalation.at)) /></span>
            <span class="escalated-note">{read(|row| row.escalation.note.clone())}</span>
            <span class="escalated-about">{read(about)}</span>
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::Instant;
    use handoff_core::conversation::ConversationState;
    use handoff_server::model::messenger::Escalation;

    #[test]
    fn after_the_last_one_the_one_above_it_is_open() {
        let row = |id| Escalated {
            id: ConversationId(id),
            first_name: "Lee".to_owned(),
            last_name: String::new(),
            state: ConversationState { escalated: true, ..ConversationState::NEW },
            owner_name: "Unassigned".to_owned(),
            escalation: Escalation { note: "Help".to_owned(), at: Instant(id), by: "Abby".to_owned() },
        };
        let rows = [row(1), row(2), row(3)];
        let next = |id| next_after(&rows, ConversationId(id)).map(ConversationId::get);
        assert_eq!((next(1), next(2), next(3), next(9)), (Some(2), Some(3), Some(2), None));
        assert_eq!(next_after(&rows[..1], ConversationId(1)), None);
    }
}
