//! The campaign as numbers and as one bar.

use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use leptos::prelude::*;

use crate::ui::number;

/// The standings as the bar and the numbers show them: the work that is left first, what is over last.
const ORDER: [Standing; 6] = [
    Standing::NotStarted,
    Standing::NeedsReply,
    Standing::Waiting,
    Standing::Replied,
    Standing::Resolved,
    Standing::OptedOut,
];

/// The class that colours a standing.
const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::NotStarted => "standing-not-started",
        Standing::NeedsReply => "standing-needs-reply",
        Standing::Waiting => "standing-waiting",
        Standing::Replied => "standing-replied",
        Standing::Resolved => "standing-resolved",
        Standing::OptedOut => "standing-opted-out",
    }
}

/// How much of the whole this is, in words: "42%", "under 1%".
pub fn share_of(count: u32, total: u32) -> String {
    if count == 0 || total == 0 {
        return "0%".to_owned();
    }
    let hundredths = u64::from(count) * 100;
    if hundredths < u64::from(total) {
        return "under 1%".to_owned();
    }
    let rounded = (hundredths + u64::from(total) / 2) / u64::from(total);
    // Not all, as long as anything else is there.
    format!("{}%", if count < total { rounded.min(99) } else { 100 })
}

/// The numbers of the campaign, with the bar that shows the same.
#[component]
pub fn Standings(
    /// All conversations of the campaign.
    #[prop(into)]
    counts: Signal<Counts>,
) -> impl IntoView {
    let total = Memo::new(move |_| counts.with(Counts::total));
    let of = move |standing| Memo::new(move |_| counts.with(|counts| counts.get(standing)));
    let text = move || {
        let parts: Vec<String> = ORDER
            .into_iter()
            .map(|standing| (standing, counts.with(|counts| counts.get(standing))))
            .filter(|(_, count)| *count > 0)
            .map(|(standing, count)| {
                format!("{} {} ({})", number(count), standing.label().to_lowercase(), share_of(count, total.get()))
            })
            .collect();
        format!("{} conversations: {}", number(total.get()), parts.join(", "))
    };
    let segment = move |standing: Standing| {
        let count = of(standing);
        view! {
            <span
                class=format!("standing-segment {}", class(standing))
                class:none=move || count.get() == 0
                style:flex-grow=move || count.get().to_string()
            ></span>
        }
    };
    let tile = move |standing: Standing| {
        let count = of(standing);
        view! {
            <div class="standing" class:zero=move || count.get() == 0>
                <dt>
                    <span class=format!("standing-key {}", class(standing)) aria-hidden="true"></span>
                    {standing.label()}
                </dt>
                <dd>
                    <span class="standing-count">{move || number(count.get())}</span>
                    <span class="standing-share">{move || share_of(count.get(), total.get())}</span>
                </dd>
            </div>
        }
    };
    view! {
        <section class="standings" aria-label="Conversations by status">
            <dl class="standing-numbers">
                <div class="standing standing-total">
                    <dt>"Total"</dt>
                    <dd><span class="standing-count">{move || number(total.get())}</span></dd>
                </div>
                {ORDER.map(tile).collect_view()}
            </dl>
            <div class="standing-bar" role="img" aria-label=text>{ORDER.map(segment).collect_view()}</div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_claims_all_or_nothing_wrongly() {
        assert_eq!(share_of(0, 0), "0%");
        assert_eq!(share_of(0, 12), "0%");
        assert_eq!(share_of(1, 1000), "under 1%");
        assert_eq!(share_of(999, 1000), "99%");
        assert_eq!(share_of(1000, 1000), "100%");
        assert_eq!(share_of(1, 3), "33%");
        assert_eq!(share_of(2, 3), "67%");
        assert_eq!(share_of(u32::MAX - 1, u32::MAX), "99%");
    }
}
