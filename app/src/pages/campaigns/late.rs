//! Answers that archived campaigns got: nobody looks there any more, so the list says it.

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::status::Standing;
use handoff_server::model::campaign::CampaignRow;
use leptos::prelude::*;

/// The archived campaigns that got answers which nobody has taken up: which, its name, and how many.
fn late(rows: &[CampaignRow]) -> Vec<(CampaignId, String, u32)> {
    rows.iter()
        .filter(|row| row.status == CampaignStatus::Archived)
        .map(|row| (row.id, row.name.clone(), row.late_replies.min(row.counts.get(Standing::NeedsReply))))
        .filter(|(_, _, answers)| *answers > 0)
        .collect()
}

fn words(answers: u32) -> String {
    let (answers, them) =
        if answers == 1 { ("an answer".to_owned(), "it") } else { (format!("{answers} answers"), "them") };
    format!(" is archived, and got {answers} since. Restore it to write back, or resolve {them}.")
}

/// Says which archived campaigns got answers, with a link to each.
#[component]
pub fn LateReplies(rows: Signal<Vec<CampaignRow>>) -> impl IntoView {
    let late = Memo::new(move |_| rows.with(|rows| late(rows)));
    let line = |(id, name, answers): (CampaignId, String, u32)| {
        view! {
            <p class="notice tone-attention">
                <span><a href=format!("/campaigns/{id}")><bdi>{name}</bdi></a> {words(answers)}</span>
            </p>
        }
        .into_any()
    };
    view! {
        <div role="status">
            <For each=move || late.get() key=|one| one.clone() children=line />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::Instant;
    use handoff_core::tally::Counts;

    fn row(id: i64, status: CampaignStatus, late_replies: u32, needs_reply: u32) -> CampaignRow {
        let mut counts = Counts::default();
        counts.set(Standing::NeedsReply, needs_reply);
        let name = format!("Campaign {id}");
        let (id, created_at) = (CampaignId(id), Instant(0));
        CampaignRow {
            id,
            name,
            status,
            created_at,
            counts,
            unassigned: 0,
            texters: 0,
            late_replies,
            missing: Vec::new(),
        }
    }

    #[test]
    fn only_what_an_archived_campaign_got_and_nobody_took_up_is_told() {
        let (active, archived) = (CampaignStatus::Active, CampaignStatus::Archived);
        let rows = [row(1, active, 2, 2), row(2, archived, 0, 5), row(3, archived, 2, 0), row(4, archived, 3, 2)];
        assert_eq!(late(&rows), [(CampaignId(4), "Campaign 4".to_owned(), 2)]);
        assert_eq!(words(1), " is archived, and got an answer since. Restore it to write back, or resolve it.");
        assert_eq!(words(2), " is archived, and got 2 answers since. Restore it to write back, or resolve them.");
    }
}
