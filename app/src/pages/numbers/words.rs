//! What the pages of numbers say, and where they lead.

use handoff_core::campaign::window::Phase;
use handoff_core::contact::Phone;
use handoff_core::contact::phone::{Country, PhoneFault, read};
use handoff_core::inbox::Tab;
use handoff_core::naming::isolated;
use handoff_server::model::inbound::{NumberConversation, NumberPage};

use crate::pages::messenger::{tab_word, whose_word};

/// What is said of an address that is about no number.
pub const NO_NUMBER: &str = "This is not a whole phone number. Write it with + and the country’s calling code.";

/// The number that a person looks up: one exactly as it is stored, or as an import would read it.
pub fn looked_up(text: &str, country: &str) -> Result<Phone, PhoneFault> {
    Phone::parse(text.trim()).or_else(|_| read(text, Country::of_organization(country)))
}

/// The page of a number.
pub fn number_href(phone: Phone) -> String {
    format!("/numbers/{phone}")
}

/// The number that an address is about. The plus may be missing.
pub fn from_address(text: &str) -> Option<Phone> {
    Phone::parse(text).or_else(|_| Phone::parse(&format!("+{}", text.trim()))).ok()
}

/// A conversation in the messenger of whoever holds it, beside the list that it is in.
pub fn conversation_href(one: &NumberConversation) -> String {
    let tab = Tab::of(&one.state, Phase::Open, false).map(|tab| format!("&tab={}", tab_word(tab)));
    let whose = whose_word(one.state.assignee);
    format!("/campaigns/{}/messenger?as={whose}{}&conversation={}", one.campaign, tab.unwrap_or_default(), one.id)
}

/// The conversation in which a confirmation is sent: where somebody wrote last, else the newest.
pub fn confirming(page: &NumberPage) -> Option<&NumberConversation> {
    page.conversations.iter().max_by_key(|one| (one.state.last_wrote_at(), one.id))
}

/// Whether the organization knows nothing at all of a number.
pub const fn is_unknown(page: &NumberPage) -> bool {
    page.conversations.is_empty() && page.unknown.is_empty() && page.opted_out_at.is_none()
}

/// Who opted a number out: to end the sentence "Opted out yesterday, …".
pub fn opted_out_by(page: &NumberPage) -> String {
    match &page.opted_out_by {
        Some(name) => format!("by {}", isolated(name)),
        None => "by a message of theirs, or by the carrier".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::conversation::ConversationState;
    use handoff_core::status::Status;
    use handoff_core::{CampaignId, ConversationId, Instant, MemberId};

    fn one(id: i64, status: Status, we_wrote_at: Option<i64>, assignee: Option<i64>) -> NumberConversation {
        NumberConversation {
            id: ConversationId(id),
            campaign: CampaignId(2),
            campaign_name: "Spring".to_owned(),
            first_name: "Lee".to_owned(),
            last_name: String::new(),
            state: ConversationState {
                status,
                we_wrote_at: we_wrote_at.map(Instant),
                assignee: assignee.map(MemberId),
                ..ConversationState::NEW
            },
            owner_name: "Unassigned".to_owned(),
        }
    }

    #[test]
    fn addresses_hold_the_number() {
        let phone = Phone::parse("+12125550100").ok();
        assert_eq!(phone.map(number_href).as_deref(), Some("/numbers/+12125550100"));
        for text in ["+12125550100", "12125550100", " 12125550100"] {
            assert_eq!(from_address(text), phone, "{text}");
        }
        assert_eq!(from_address("555"), None);
    }

    #[test]
    fn numbers_are_looked_up_as_an_import_reads_them() {
        let found = |text: &str, country: &str| looked_up(text, country).map(|phone| phone.to_string());
        assert_eq!(found("020 7946 0018", "GB").as_deref(), Ok("+442079460018"));
        assert_eq!(found("+44 (0)20 7946 0018", "US").as_deref(), Ok("+442079460018"));
        assert_eq!(found("(212) 555-0100 cell", "US").as_deref(), Ok("+12125550100"));
        // What came in from a number that nobody should have can be looked up as it is stored.
        assert_eq!(found(" +19005550100 ", "US").as_deref(), Ok("+19005550100"));
        assert!(found("555-0100", "US").is_err_and(|fault| fault.to_string().contains("area code")));
        assert_eq!(found(" ", "US"), Err(PhoneFault::Missing));
    }

    #[test]
    fn a_conversation_opens_beside_its_list() {
        let href = conversation_href(&one(7, Status::NotStarted, None, None));
        assert_eq!(href, "/campaigns/2/messenger?as=unassigned&tab=initial&conversation=7");
        let silent = conversation_href(&one(7, Status::Waiting, Some(1), Some(3)));
        assert_eq!(silent, "/campaigns/2/messenger?as=3&conversation=7");
    }

    #[test]
    fn a_confirmation_goes_where_somebody_wrote_last() {
        let page = |conversations| NumberPage {
            phone: Phone::parse("+12125550100").expect("a number"),
            opted_out_at: None,
            opted_out_by: None,
            conversations,
            unknown: Vec::new(),
        };
        let (old, new) = (one(7, Status::Waiting, Some(5), None), one(9, Status::NotStarted, None, None));
        let written = page(vec![new.clone(), old]);
        assert_eq!(confirming(&written).map(|one| one.id), Some(ConversationId(7)));
        assert_eq!(confirming(&page(vec![new])).map(|one| one.id), Some(ConversationId(9)));
        assert!(is_unknown(&page(vec![])) && !is_unknown(&written));
        let out = NumberPage { opted_out_by: Some("Ada".to_owned()), ..page(vec![]) };
        assert_eq!(opted_out_by(&out), "by Ada");
        assert!(opted_out_by(&page(vec![])).contains("carrier"));
    }
}
