//! Requesting conversations, and giving them back: on the page of assignments, and below the lists of the messenger.

mod giving;
mod said;
mod under_way;

use handoff_core::CampaignId;
use handoff_core::naming::isolated;
use handoff_core::self_assignment::RequestRefusal;
use handoff_core::tally::Counts;
use leptos::html;
use leptos::prelude::*;

use self::giving::{Parts, give_back_body};
pub use self::said::Said;
use crate::state::session::session;
use crate::ui::{Button, Dialog, Kind, adopt, arriving, focus_soon};
use under_way::Requesting;

/// The style of requests and their answers.
pub const STYLE: &str = include_str!("../../../style/request.css");

/// What is said in place of the button. Nothing where nobody would look for one.
fn quietly(may: &Result<u32, RequestRefusal>, with_status: bool) -> Option<String> {
    match may {
        Err(
            refusal @ (RequestRefusal::Ceiling { .. }
            | RequestRefusal::InitialOver
            | RequestRefusal::AnsweredMeanwhile
            | RequestRefusal::HoldsMore { .. }),
        ) => Some(refusal.to_string()),
        Err(refusal @ (RequestRefusal::Draft | RequestRefusal::Paused)) if with_status => Some(refusal.to_string()),
        _ => None,
    }
}

/// Whether the campaign has a pool that takes conversations back.
const fn has_pool(may: &Result<u32, RequestRefusal>) -> bool {
    !matches!(may, Err(RequestRefusal::Off | RequestRefusal::NoTexter | RequestRefusal::Archived))
}

/// Requests and returns of one's own conversations in a campaign. Nothing where there is neither.
#[component]
pub fn Requests(
    /// The campaign.
    campaign: CampaignId,
    /// How many may be requested now, or why none.
    #[prop(into)]
    may: Signal<Result<u32, RequestRefusal>>,
    /// What one holds of it.
    #[prop(into)]
    counts: Signal<Counts>,
    /// The name of the campaign, where there are several on the page.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// Whether the campaign's status is said here, because nothing else says it.
    #[prop(optional)]
    with_status: bool,
    /// Learns that something was answered.
    #[prop(into)]
    on_answer: Callback<()>,
) -> impl IntoView {
    adopt(STYLE);
    let Some(member) = untrack(|| session().member()).map(|me| me.member) else { return ().into_any() };
    let requesting = Requesting::of(member, campaign);
    let committer = requesting.committer;
    let shown = Memo::new(move |_| requesting.shown());
    let why = Memo::new(move |_| may.with(|may| quietly(may, with_status)));
    // While nobody knows what became of a request, it can be asked for again.
    let offered = Memo::new(move |_| may.with(Result::is_ok) || committer.is_locked());
    let returns = Memo::new(move |_| may.with(has_pool) && counts.with(Counts::total) > 0);
    let giving = RwSignal::new(false);
    let answer = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<(u32, bool)>| {
        let now = (requesting.turn.get(), committer.refused.with(Option::is_some));
        if before.is_some_and(|before| before != now) {
            on_answer.run(());
        }
        now
    });
    // A button goes once there is nothing for it to do. Whoever pressed it goes on at the answer.
    let acted = StoredValue::new(false);
    Effect::new(move |before: Option<(bool, bool)>| {
        let now = (offered.get(), returns.get());
        if before.is_some_and(|before| before.0 && !now.0 || before.1 && !now.1) && acted.get_value() {
            request_animation_frame(move || {
                let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
                if let (true, Some(Some(answer))) = (lost, answer.try_get_untracked()) {
                    focus_soon(answer.into());
                }
            });
        }
        now
    });
    let press = move |()| {
        acted.set_value(true);
        requesting.press(counts.with_untracked(Counts::total));
    };
    let give = move |()| {
        acted.set_value(true);
        giving.set(true);
    };
    let unknown = move || committer.is_locked() && !committer.is_sending();
    let of = move || name.get().map(|name| format!(", {}", isolated(&name)));
    let close = Callback::new(move |()| giving.set(false));
    let dialog = move || {
        let parts = Parts { campaign, member, counts, name, requesting, on_close: close };
        arriving(move || give_back_body(parts))
    };
    let there =
        Memo::new(move |_| offered.get() || returns.get() || why.with(Option::is_some) || shown.with(Option::is_some));
    view! {
        <div class="requests" class:none=move || !there.get()>
            <div node_ref=answer class="requests-answer" role="status" tabindex="-1">
                {move || shown.get().map(Said::view)}
            </div>
            <p class="requests-why">{move || why.get()}</p>
            <div class="requests-acts">
                <Show when=move || offered.get()>
                    <Button busy=Signal::derive(move || committer.is_sending()) on_press=press>
                        {move || if unknown() { "Ask again now" } else { "Request conversations" }}
                        <span class="visually-hidden">{of}</span>
                    </Button>
                </Show>
                <Show when=move || returns.get()>
                    <Button kind=Kind::Quiet on_press=give>
                        "Give back"
                        <span class="visually-hidden">{of}</span>
                    </Button>
                </Show>
            </div>
            <Dialog open=giving title=Signal::stored("Done for today?".to_owned()) on_close=close>
                {dialog()}
            </Dialog>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_do_anything_about_is_not_said() {
        for refusal in [RequestRefusal::Off, RequestRefusal::NoTexter, RequestRefusal::InitialWaits(3)] {
            assert_eq!(quietly(&Err(refusal), true), None);
        }
        assert_eq!(quietly(&Ok(25), true), None);
        let full = RequestRefusal::Ceiling { held: 500, ceiling: 500 };
        assert!(quietly(&Err(full), false).is_some_and(|words| words.contains("500")));
        assert!(quietly(&Err(RequestRefusal::Paused), true).is_some_and(|words| words.contains("paused")));
        assert_eq!(quietly(&Err(RequestRefusal::Paused), false), None, "the card says it already");
    }

    #[test]
    fn conversations_go_back_to_a_pool_only() {
        assert!(has_pool(&Ok(25)));
        assert!(has_pool(&Err(RequestRefusal::InitialWaits(3))));
        assert!(has_pool(&Err(RequestRefusal::Paused)));
        assert!(!has_pool(&Err(RequestRefusal::Off)));
    }
}
