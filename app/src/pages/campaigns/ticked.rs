//! Several campaigns ticked in the list, and archived in one act.

use std::collections::BTreeSet;

use handoff_core::CampaignId;
use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::naming::isolated;
use handoff_server::model::campaign::CampaignRow;
use leptos::prelude::*;

use super::asking::{Asking, CampaignTask};
use crate::ui::Button;

/// Whether a campaign of this status can be ticked.
pub const fn can_tick(status: CampaignStatus) -> bool {
    status.after(CampaignAction::Archive).is_ok()
}

/// Of what is ticked, that which is on screen and can still be archived: nothing is done to what nobody sees.
pub fn ticked(rows: &[CampaignRow], shown: &[CampaignId], ticks: &BTreeSet<CampaignId>) -> Vec<(CampaignId, String)> {
    let found = shown.iter().filter(|id| ticks.contains(id)).filter_map(|id| rows.iter().find(|row| row.id == *id));
    found.filter(|row| can_tick(row.status)).map(|row| (row.id, row.name.clone())).collect()
}

/// What can be done with what is ticked. It is there all the time, so that nothing moves when the first is ticked.
#[component]
pub fn TickedActions(
    /// What is ticked, on screen.
    #[prop(into)]
    chosen: Signal<Vec<(CampaignId, String)>>,
    /// What is done with campaigns on this page.
    doing: CampaignTask,
) -> impl IntoView {
    let none = Signal::derive(move || chosen.with(Vec::is_empty));
    let words = move || match chosen.with(Vec::len) {
        0 => "Archive ticked…".to_owned(),
        count => format!("Archive {count} ticked…"),
    };
    view! {
        <Button disabled=none on_press=move |()| doing.ask(Asking::ArchiveAll(chosen.get_untracked()))>{words}</Button>
    }
    .into_any()
}

/// The box of one campaign. There is none for what cannot be archived.
#[component]
pub fn Tick(
    /// Which campaign.
    id: CampaignId,
    /// Its name.
    name: Signal<String>,
    /// Its status.
    status: Signal<CampaignStatus>,
    /// What is ticked.
    ticks: RwSignal<BTreeSet<CampaignId>>,
) -> impl IntoView {
    let is_ticked = move || ticks.with(|ticks| ticks.contains(&id));
    let change = move |_| {
        ticks.update(|ticks| {
            if !ticks.remove(&id) {
                ticks.insert(id);
            }
        });
    };
    view! {
        <Show when=move || can_tick(status.get())>
            <label class="tick">
                <input
                    type="checkbox"
                    aria-label=move || format!("Tick {}", isolated(&name.get()))
                    prop:checked=is_ticked
                    on:change=change
                />
            </label>
        </Show>
    }
    .into_any()
}

/// The box that ticks all that are on screen, or none.
#[component]
pub fn TickAll(
    /// Those on screen that can be ticked.
    #[prop(into)]
    all: Signal<Vec<CampaignId>>,
    /// What is ticked.
    ticks: RwSignal<BTreeSet<CampaignId>>,
) -> impl IntoView {
    let count = move || ticks.with(|ticks| all.with(|all| all.iter().filter(|id| ticks.contains(id)).count()));
    let every = move || all.with(|all| !all.is_empty() && count() == all.len());
    let some = move || count() > 0 && !every();
    let change = move |_| {
        let (full, all) = (untrack(every), all.get_untracked());
        ticks.update(|ticks| {
            for id in all {
                if full {
                    ticks.remove(&id);
                } else {
                    ticks.insert(id);
                }
            }
        });
    };
    view! {
        <label class="tick">
            <input
                type="checkbox"
                aria-label="Tick all campaigns shown"
                prop:checked=every
                prop:indeterminate=some
                on:change=change
            />
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use handoff_core::Instant;
    use handoff_core::tally::Counts;

    use super::*;

    fn row(id: i64, status: CampaignStatus) -> CampaignRow {
        CampaignRow {
            id: CampaignId(id),
            name: format!("Campaign {id}"),
            status,
            created_at: Instant(0),
            counts: Counts::default(),
            unassigned: 0,
            texters: 0,
            late_replies: 0,
            missing: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_shown_and_not_archived_is_taken_in_the_order_on_screen() {
        let rows = [row(1, CampaignStatus::Active), row(2, CampaignStatus::Archived), row(3, CampaignStatus::Draft)];
        let ticks = BTreeSet::from([1, 2, 3, 4].map(CampaignId));
        let taken = |shown: &[i64]| {
            let shown: Vec<CampaignId> = shown.iter().copied().map(CampaignId).collect();
            ticked(&rows, &shown, &ticks).into_iter().map(|(id, _)| id.get()).collect::<Vec<_>>()
        };
        assert_eq!(taken(&[3, 2, 1]), [3, 1]);
        assert_eq!(taken(&[1]), [1]);
        assert!(ticked(&rows, &[CampaignId(1)], &BTreeSet::new()).is_empty());
    }
}
