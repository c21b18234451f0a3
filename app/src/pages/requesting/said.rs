//! What is answered to a request, in words.

use handoff_core::self_assignment::{RequestRefusal, Taken};
use handoff_core::text::number;
use handoff_server::model::ApiError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::state::commit::Refusal;
use crate::ui::Tone;

/// What is answered to a request: what came of it, and what else is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    headline: String,
    detail: Option<String>,
    mood: Mood,
}

/// Whether it went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Mood {
    Well,
    Empty,
    Unknown,
    Refused,
}

impl Said {
    /// What was assigned. `again` is whether an earlier answer was lost.
    pub fn taken(taken: &Taken, again: bool) -> Self {
        let lost = again.then(|| "The answer was lost on the way; it happened once.".to_owned());
        let detail = [lost, taken.detail()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Self {
            headline: taken.headline(),
            detail: (!detail.is_empty()).then_some(detail),
            mood: if taken.counts.total() == 0 { Mood::Empty } else { Mood::Well },
        }
    }

    /// Somebody joined a campaign, and nothing was assigned.
    pub fn joined(campaign: &str, refusal: RequestRefusal) -> Self {
        let headline = format!("You joined {campaign}");
        Self { headline, detail: Some(refusal.to_string()), mood: Mood::Empty }
    }

    /// So many were given back, and so many kept, if that is known.
    pub(super) fn given_back(moved: u32, kept: Option<u32>, again: bool) -> Self {
        let detail = again.then(|| "The answer was lost on the way; it happened once.".to_owned());
        let headline = match kept {
            Some(0) => format!("{} given back: you hold nothing of this campaign now", number(moved)),
            Some(kept) => format!("{} given back; you keep {}", number(moved), number(kept)),
            None => format!("{} given back", number(moved)),
        };
        Self { headline, detail, mood: Mood::Well }
    }

    /// Why nothing was assigned.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let back = if refusal.again { "The server is back. " } else { "" };
        let (headline, detail) = match &refusal.error {
            // Nobody has looked at it yet.
            ApiError::SignedOut => ("You are signed out".to_owned(), ApiError::SignedOut.to_string()),
            error => (format!("{back}Nothing was assigned"), error.to_string()),
        };
        Self { headline, detail: Some(detail), mood: Mood::Refused }
    }

    /// Nobody knows yet.
    pub(super) fn unknown(sentence: String) -> Self {
        Self { headline: "No answer yet".to_owned(), detail: Some(sentence), mood: Mood::Unknown }
    }

    /// It on screen: the headline strong, the rest under it.
    pub fn view(self) -> impl IntoView {
        let tone = match self.mood {
            Mood::Well => Tone::Good,
            Mood::Empty | Mood::Unknown => Tone::Idle,
            Mood::Refused => Tone::Attention,
        };
        view! {
            <div class=format!("told {}", tone.class())>
                <p class="told-headline">{self.headline}</p>
                {self.detail.map(|detail| view! { <p class="told-detail">{detail}</p> })}
            </div>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::status::Standing;

    fn taken(count: u32) -> Taken {
        let counts = [(Standing::NotStarted, count)].into_iter().collect();
        Taken { counts, allowed: 25, batch: 25 }
    }

    #[test]
    fn the_answer_is_the_rules_own() {
        let said = Said::taken(&taken(25), false);
        assert_eq!((said.headline.as_str(), said.detail), ("25 assigned: 25 to start", None));
        let last = Said::taken(&taken(12), true);
        assert_eq!(last.headline, "12 assigned: that was the last of them");
        let detail = last.detail.unwrap_or_default();
        assert_eq!(detail, "The answer was lost on the way; it happened once. 12 to start.");
        assert_eq!(Said::taken(&taken(0), false).headline, "No more conversations available");
    }

    #[test]
    fn whoever_gives_back_learns_what_they_keep() {
        assert_eq!(Said::given_back(12, Some(3), false).headline, "12 given back; you keep 3");
        let all = Said::given_back(1_200, Some(0), false).headline;
        assert_eq!(all, "1,200 given back: you hold nothing of this campaign now");
    }

    #[test]
    fn a_refusal_says_that_nothing_came_and_why() {
        let error = ApiError::NoBatch(RequestRefusal::InitialWaits(2));
        let said = Said::refused(&Refusal { error, again: false });
        assert_eq!(said.headline, "Nothing was assigned");
        assert!(said.detail.is_some_and(|detail| detail.contains("2 initial messages")));
    }
}
