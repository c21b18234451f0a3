//! Who may do what: one table for the server, which enforces it, and the pages, which offer by it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a member is in the organization. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Runs campaigns and decides who holds what.
    Admin = 1,
    /// Works the conversations they hold.
    Texter = 2,
}

/// How a conversation relates to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Held {
    /// The member holds it.
    Own,
    /// Nobody holds it, and the member can see it.
    UnassignedVisible,
    /// Nobody holds it, and the member cannot see it.
    UnassignedHidden,
    /// Somebody else holds it.
    Others,
}

/// What the organization allows or not. Both begin switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Setting {
    /// Allowed.
    On,
    /// Not allowed.
    #[default]
    Off,
}

/// What a member may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// See a conversation.
    See(Held),
    /// Write, record a survey, opt out or in.
    Write(Held),
    /// Write to many with one click, if the organization allows it.
    SendAll(Held, Setting),
    /// Resolve and reopen a conversation.
    Resolve(Held),
    /// Call the admins to a conversation.
    Escalate(Held),
    /// Correct a contact's names.
    CorrectName(Held),
    /// Correct the values of a contact's custom fields.
    CorrectFields,
    /// Say that an escalated conversation is taken up.
    EndEscalation,
    /// See the contact's phone number, which texters do if the organization allows it.
    SeePhone(Held, Setting),
    /// See all conversations of a phone number in the organization.
    LookUpPhone,
    /// Open the messenger of somebody else, or of Unassigned.
    ViewAs,
    /// See what unknown numbers write.
    SeeUnknownNumbers,
    /// Opt phone numbers out or in, whether or not any conversation has them; see, import and export who opted out.
    OptNumber,
    /// Make oneself the owner of a conversation.
    AssignToSelf(Held),
    /// Make somebody else the owner of a conversation.
    AssignToOther(Held),
    /// Take the owner of a conversation away.
    Unassign(Held),
    /// Preview, commit and undo bulk moves.
    MoveInBulk,
    /// See, create and change campaigns, their contacts and messages.
    ManageCampaigns,
    /// Create, change, order and delete survey questions.
    ManageSurveys,
    /// Create, change, order and delete recommended replies, of campaigns and of the organization.
    ManageReplies,
    /// Create, change and delete follow-ups.
    ManageFollowUps,
    /// Change a campaign's hours and its window for initial messages.
    ManageHours,
    /// Change what the organization allows.
    ManageOrganization,
    /// See, add, create, remove and deactivate texters.
    ManageTexters,
    /// Make, renew and disable invite links.
    ManageInviteLinks,
    /// Switch self assignment on and off, and say on which terms.
    ManageSelfAssignment,
    /// Request conversations that nobody holds, on the campaign's terms, unseen.
    RequestConversations,
    /// Export a campaign.
    Export,
    /// Read the history of operations.
    ReadHistory,
}

/// The refusal, with its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("Only admins of this organization can do this. Ask an admin for help.")]
pub struct Forbidden;

impl Role {
    /// Both roles.
    pub const ALL: [Self; 2] = [Self::Admin, Self::Texter];

    /// The role with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|role| *role as i64 == number)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Texter => "Texter",
        }
    }

    /// Whether a member with this role may do this.
    pub const fn may(self, act: Act) -> bool {
        match self {
            Self::Admin => !matches!(act, Act::SendAll(_, Setting::Off)),
            Self::Texter => matches!(
                act,
                Act::See(Held::Own | Held::UnassignedVisible)
                    | Act::AssignToSelf(Held::Own | Held::UnassignedVisible)
                    | Act::Write(Held::Own)
                    | Act::SendAll(Held::Own, Setting::On)
                    | Act::Resolve(Held::Own)
                    | Act::Escalate(Held::Own)
                    | Act::CorrectName(Held::Own)
                    | Act::SeePhone(Held::Own | Held::UnassignedVisible, Setting::On)
                    | Act::Unassign(Held::Own)
                    | Act::RequestConversations
            ),
        }
    }

    /// Refuses what a member with this role may not do.
    ///
    /// # Errors
    /// If the role may not do this.
    pub const fn check(self, act: Act) -> Result<(), Forbidden> {
        if self.may(act) { Ok(()) } else { Err(Forbidden) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_as_written() {
        let held = [Held::Own, Held::UnassignedVisible, Held::UnassignedHidden, Held::Others];
        let acts = held
            .into_iter()
            .flat_map(|held| {
                [
                    Act::See(held),
                    Act::Write(held),
                    Act::SendAll(held, Setting::On),
                    Act::SendAll(held, Setting::Off),
                    Act::Resolve(held),
                    Act::Escalate(held),
                    Act::CorrectName(held),
                    Act::SeePhone(held, Setting::On),
                    Act::SeePhone(held, Setting::Off),
                    Act::AssignToSelf(held),
                    Act::AssignToOther(held),
                    Act::Unassign(held),
                ]
            })
            .chain([
                Act::CorrectFields,
                Act::EndEscalation,
                Act::LookUpPhone,
                Act::ViewAs,
                Act::SeeUnknownNumbers,
                Act::OptNumber,
                Act::MoveInBulk,
                Act::ManageCampaigns,
                Act::ManageSurveys,
                Act::ManageReplies,
                Act::ManageFollowUps,
                Act::ManageHours,
                Act::ManageOrganization,
                Act::ManageTexters,
                Act::ManageInviteLinks,
                Act::ManageSelfAssignment,
                Act::RequestConversations,
                Act::Export,
                Act::ReadHistory,
            ]);
        let allowed: Vec<String> =
            acts.clone().filter(|act| Role::Texter.may(*act)).map(|act| format!("{act:?}")).collect();
        assert_eq!(
            allowed,
            [
                "See(Own)",
                "Write(Own)",
                "SendAll(Own, On)",
                "Resolve(Own)",
                "Escalate(Own)",
                "CorrectName(Own)",
                "SeePhone(Own, On)",
                "AssignToSelf(Own)",
                "Unassign(Own)",
                "See(UnassignedVisible)",
                "SeePhone(UnassignedVisible, On)",
                "AssignToSelf(UnassignedVisible)",
                "RequestConversations",
            ]
        );
        let refused: Vec<String> = acts.filter(|act| !Role::Admin.may(*act)).map(|act| format!("{act:?}")).collect();
        assert_eq!(
            refused,
            [
                "SendAll(Own, Off)",
                "SendAll(UnassignedVisible, Off)",
                "SendAll(UnassignedHidden, Off)",
                "SendAll(Others, Off)",
            ]
        );
        assert_eq!(Role::Texter.check(Act::MoveInBulk), Err(Forbidden));
    }
}
