//! The escalated conversations of a campaign, as far as they were looked at.

use handoff_core::{CampaignId, ConversationId};
use handoff_server::api::escalations::list_escalated;
use handoff_server::model::ApiError;
use handoff_server::model::escalation::{Escalated, EscalatedPage};
use leptos::prelude::*;

use super::place::{Place, is_wide};
use crate::state::live::Live;
use crate::state::query::Query;

/// The escalated conversations, as far as they were looked at: the longest escalated first.
#[derive(Clone, Copy)]
pub struct Escalations {
    /// Nothing while the list is closed.
    pub(super) query: Query<Option<EscalatedPage>>,
    pub(super) pages: RwSignal<u32>,
}

/// So many pages one after the other.
pub(super) async fn read(campaign: CampaignId, pages: u32) -> Result<EscalatedPage, ApiError> {
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
pub(super) fn next_after(rows: &[Escalated], id: ConversationId) -> Option<ConversationId> {
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
            last_words: String::new(),
            escalation: Escalation { note: "Help".to_owned(), at: Instant(id), by: "Abby".to_owned() },
        };
        let rows = [row(1), row(2), row(3)];
        let next = |id| next_after(&rows, ConversationId(id)).map(ConversationId::get);
        assert_eq!((next(1), next(2), next(3), next(9)), (Some(2), Some(3), Some(2), None));
        assert_eq!(next_after(&rows[..1], ConversationId(1)), None);
    }
}
