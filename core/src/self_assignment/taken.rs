//! What a request for conversations gave, in words.

use serde::{Deserialize, Serialize};

use crate::status::Standing;
use crate::tally::Counts;
use crate::text::number;

/// What a request for conversations gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Taken {
    /// What was assigned, by where it stands.
    pub counts: Counts,
    /// How many there could have been: the batch, or what was left below the ceiling.
    pub allowed: u32,
    /// The batch that was requested.
    pub batch: u32,
}

impl Taken {
    /// The answer: "25 assigned: 3 need a reply, 22 to start".
    pub fn headline(&self) -> String {
        let total = self.counts.total();
        if total == 0 {
            return "No more conversations available".to_owned();
        }
        if total < self.allowed {
            return match total {
                1 => "1 assigned: that was the last one".to_owned(),
                _ => format!("{} assigned: that was the last of them", number(total)),
            };
        }
        let (link, parts) = self.parts();
        format!("{} assigned{link} {parts}", number(total))
    }

    /// What else is worth knowing: what the last ones are, and that the ceiling is reached.
    pub fn detail(&self) -> Option<String> {
        let total = self.counts.total();
        if total == 0 {
            return Some(
                "Everything is assigned. Look again later, or ask an admin whether more is to come.".to_owned(),
            );
        }
        if total < self.allowed {
            return Some(format!("{}.", self.parts().1));
        }
        let full = self.allowed < self.batch;
        full.then(|| "With these you hold as many as one texter may in this campaign.".to_owned())
    }

    /// What was assigned, whatever is left: how it is joined to the number, and its parts.
    fn parts(&self) -> (&'static str, String) {
        let total = self.counts.total();
        let of = |standing| self.counts.get(standing);
        let (reply, start, silent) = (of(Standing::NeedsReply), of(Standing::NotStarted), of(Standing::Waiting));
        let answered = of(Standing::Replied).saturating_add(of(Standing::Resolved));
        // What the messenger shows in no list as long as the contact is silent.
        let hidden = silent > total / 2;
        if hidden && start == 0 && answered == 0 {
            let parts = match reply {
                0 => "none needs a reply now; they appear when the contact answers".to_owned(),
                1 => "1 needs a reply now; the others appear when the contact answers".to_owned(),
                _ => format!("{} need a reply now; the others appear when the contact answers", number(reply)),
            };
            return (",", parts);
        }
        let needs = if reply == 1 { "needs a reply" } else { "need a reply" };
        let parts = [(reply, needs), (start, "to start"), (answered, "answered already")];
        let mut parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, words)| format!("{} {words}", number(count)))
            .collect();
        if silent > 0 && !hidden {
            let words = if silent == 1 { "appears" } else { "appear" };
            parts.push(format!("{} {words} when the contact answers", number(silent)));
        }
        let others = if hidden { "; the others appear when the contact answers" } else { "" };
        (":", format!("{}{others}", parts.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(counts: &[(Standing, u32)], allowed: u32) -> Taken {
        Taken { counts: counts.iter().copied().collect(), allowed, batch: allowed }
    }

    #[test]
    fn the_answer_says_what_really_came() {
        let full = taken(&[(Standing::NeedsReply, 3), (Standing::NotStarted, 22)], 25);
        assert_eq!(full.headline(), "25 assigned: 3 need a reply, 22 to start");
        assert_eq!(full.detail(), None);
        let last = taken(&[(Standing::NeedsReply, 1), (Standing::NotStarted, 11)], 25);
        assert_eq!(last.headline(), "12 assigned: that was the last of them");
        assert_eq!(last.detail().as_deref(), Some("1 needs a reply, 11 to start."));
        assert_eq!(taken(&[(Standing::NotStarted, 1)], 2).headline(), "1 assigned: that was the last one");
        assert_eq!(taken(&[], 25).headline(), "No more conversations available");
        let silent = taken(&[(Standing::NeedsReply, 10), (Standing::Waiting, 290)], 300);
        assert_eq!(silent.headline(), "300 assigned, 10 need a reply now; the others appear when the contact answers");
        let mixed = taken(&[(Standing::NeedsReply, 2), (Standing::NotStarted, 2), (Standing::Waiting, 1_296)], 1_300);
        assert_eq!(
            mixed.headline(),
            "1,300 assigned: 2 need a reply, 2 to start; the others appear when the contact answers"
        );
        let some = taken(&[(Standing::NotStarted, 22), (Standing::Replied, 2), (Standing::Waiting, 1)], 25);
        assert_eq!(some.headline(), "25 assigned: 22 to start, 2 answered already, 1 appears when the contact answers");
    }

    #[test]
    fn whoever_reaches_the_ceiling_is_told() {
        let full = Taken { allowed: 5, batch: 300, ..taken(&[(Standing::NotStarted, 5)], 5) };
        assert_eq!(full.headline(), "5 assigned: 5 to start");
        assert!(full.detail().is_some_and(|detail| detail.contains("as many as one texter may")));
    }

    proptest! {
        /// Every answer begins with the true number, and no part of it says nothing.
        #[test]
        fn every_answer_begins_with_how_many(
            counts in prop::collection::vec(0_u32..400, 5),
            more in 0_u32..3,
        ) {
            let counts: Counts = Standing::ALL.into_iter().zip(counts).collect();
            let total = counts.total();
            let answer = Taken { counts, allowed: total + more, batch: total + more };
            let words = format!("{} {}", answer.headline(), answer.detail().unwrap_or_default());
            let zero = words.split([' ', ',', ':', ';']).any(|word| word == "0");
            prop_assert!(!zero, "{}", words);
            if total > 0 {
                let begins = format!("{} assigned", number(total));
                prop_assert!(words.starts_with(&begins), "{}", words);
            }
        }
    }
}
