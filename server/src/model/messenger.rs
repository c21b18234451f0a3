//! The messenger: whose conversations wait for what, the lists, and one thread.

use std::collections::BTreeMap;

use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::{InitialWindow, Phase};
use handoff_core::contact::Phone;
use handoff_core::conversation::ConversationState;
use handoff_core::inbox::Entry;
use handoff_core::inbox::owner::TabCounts;
use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::opt_out::Asks;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::RequestRefusal;
use handoff_core::sending::SendError;
use handoff_core::survey::answer::Answer;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, ConversationId, FollowUpId, Instant, MemberId, MessageId, QuestionId};
use serde::{Deserialize, Serialize};

use crate::model::reply::Reply;
use crate::model::survey::SurveyQuestion;

/// A campaign in which a member has something to do, or may have soon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Which campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// What the member holds in it.
    pub counts: Counts,
    /// The conversations in each list.
    pub tabs: TabCounts,
    /// When its hours open again, if they are closed now.
    pub closed: Option<Opens>,
    /// How many conversations the member may request now, or why none.
    pub may_request: Result<u32, RequestRefusal>,
}

/// The messenger of one owner in one campaign: all but lists and threads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messenger {
    /// Whose conversations these are; `None` is Unassigned.
    pub owner: Option<MemberId>,
    /// The owner's name, or "Unassigned".
    pub owner_name: String,
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it.
    pub created_by: String,
    /// Its time zone.
    pub time_zone: TimeZoneName,
    /// When it may send, in its time zone.
    pub hours: Hours,
    /// When it may send initial messages.
    pub window: InitialWindow,
    /// Where now lies in that window.
    pub phase: Phase,
    /// When the hours open again, if they are closed now.
    pub closed: Option<Opens>,
    /// The initial message, with placeholders.
    pub initial_message: String,
    /// The names of the custom fields: usable as placeholders.
    pub custom_fields: Vec<String>,
    /// How much is in each list.
    pub tabs: TabCounts,
    /// What the owner holds.
    pub counts: Counts,
    /// How many conversations the owner may request now, or why none. Nobody requests for Unassigned.
    pub may_request: Result<u32, RequestRefusal>,
    /// Whether the organization allows to send to many with one click.
    pub send_all: Setting,
    /// The survey questions, in their order.
    pub questions: Vec<SurveyQuestion>,
    /// The recommended replies, those of the campaign first, each in their order, with placeholders.
    pub replies: Vec<Reply>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    /// At most 100 conversations.
    pub rows: Vec<Entry>,
    /// Whether there are more. The next page is asked for with the last row of this one.
    pub more: bool,
    /// How many a search found. `None` without a search: then the messenger's counts say it.
    pub found: Option<Found>,
}

/// How many a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// So many.
    All(u32),
    /// Too many to be counted while somebody waits.
    Many,
}

/// One conversation with its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Which.
    pub id: ConversationId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The contact's first name.
    pub first_name: String,
    /// The contact's last name.
    pub last_name: String,
    /// The contact's number, if who asks may see it.
    pub phone: Option<Phone>,
    /// The contact's custom fields, for placeholders.
    pub fields: BTreeMap<String, String>,
    /// Where it stands, and who holds it.
    pub state: ConversationState,
    /// The owner's name, or "Unassigned".
    pub owner_name: String,
    /// When it was last assigned or unassigned, if ever.
    pub assigned_at: Option<Instant>,
    /// Why the admins were called, as long as it is escalated.
    pub escalation: Option<Escalation>,
    /// The messages, the oldest first.
    pub messages: Vec<Message>,
    /// What was recorded, by question.
    pub answers: Vec<Recorded>,
    /// What is to be sent next: the initial message, a follow-up that is due, or a reply.
    pub next: Next,
    /// Why that cannot be sent now.
    pub refused: Option<SendError>,
}

/// What is to be sent next in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// What it is for.
    pub kind: Kind,
    /// The follow-up, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// The text with its placeholders filled in. Empty for a reply.
    pub text: String,
}

/// Why the admins were called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// What the texter wrote.
    pub note: String,
    /// When.
    pub at: Instant,
    /// The texter's name.
    pub by: String,
}

/// A message in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Who wrote: the contact or we.
    pub direction: Direction,
    /// Of ours: what it is for.
    pub kind: Option<Kind>,
    /// Of ours: what became of it.
    pub delivery: Option<Delivery>,
    /// Of theirs: what it asks for.
    pub asks: Option<Asks>,
    /// The text.
    pub body: String,
    /// In how many segments it was sent.
    pub segments: u32,
    /// When it was written.
    pub at: Instant,
    /// Of ours: the name of who wrote it.
    pub by: Option<String>,
}

/// What was recorded of a survey question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// The question.
    pub question: QuestionId,
    /// The answer.
    pub answer: Answer,
    /// When.
    pub at: Instant,
    /// Who recorded it.
    pub by: String,
}
