//! What became of campaigns that were to be archived, in words.

use std::borrow::Cow;

use crate::ui::counted;
use handoff_core::naming::isolated;
use handoff_server::model::campaign::{Archived, NotArchived};

/// What could not be archived, and why.
pub(super) fn not_archived(refused: &[NotArchived]) -> Option<String> {
    let names: Vec<&str> = refused.iter().map(|refused| refused.name.as_str()).collect();
    refused.first().map(|first| format!("Not archived: {}. {}", listed(&names), first.reason))
}

/// What became of it, in words.
pub fn said(answer: &Archived) -> String {
    let count = |count: usize| counted(u32::try_from(count).unwrap_or(u32::MAX), "campaign is", "campaigns are");
    let archived = format!("{} archived now.", count(answer.archived.len()));
    not_archived(&answer.refused).map_or(archived.clone(), |others| format!("{archived} {others}"))
}

/// Names, the first of them one by one: "Autumn, Winter, Spring and 4 others".
pub fn listed(names: &[&str]) -> String {
    let (said, rest) = names.split_at(names.len().min(NAMED));
    let said: Vec<Cow<'_, str>> = said.iter().map(|name| isolated(name)).collect();
    match (said.as_slice(), rest.len()) {
        ([], _) => String::new(),
        ([one], 0) => one.clone().into_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (_, others) => {
            let others = counted(u32::try_from(others).unwrap_or(u32::MAX), "other", "others");
            format!("{} and {others}", said.join(", "))
        }
    }
}

/// Names that are said one by one. The rest is counted.
const NAMED: usize = 3;

#[cfg(test)]
mod tests {
    use handoff_core::CampaignId;
    use handoff_core::campaign::{CampaignAction, CampaignError, CampaignStatus};

    use super::*;

    // What counts the others speaks the reader's language, and so only runs in a browser.
    #[test]
    fn names_are_listed_as_people_list_them() {
        for (names, said) in [
            (&["Autumn"][..], "Autumn"),
            (&["Autumn", "Winter"], "Autumn and Winter"),
            (&["Autumn", "Winter", "Spring"], "Autumn, Winter and Spring"),
            (&["Autumn", "\u{5d0}\u{5d1}"], "Autumn and \u{2068}\u{5d0}\u{5d1}\u{2069}"),
        ] {
            assert_eq!(listed(names), said);
        }
    }

    #[test]
    fn what_could_not_be_archived_is_named_with_the_reason() {
        let reason = CampaignError::Transition(CampaignStatus::Archived, CampaignAction::Archive);
        let refused = NotArchived { campaign: CampaignId(3), name: "Winter".to_owned(), reason };
        assert_eq!(not_archived(&[refused]), Some(format!("Not archived: Winter. {reason}")));
        assert_eq!(not_archived(&[]), None);
    }
}
