//! What happens to a conversation, and what becomes of it.
//!
//! [`apply`] says it for one conversation. The database does the same to many at once, and is tested against it.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MemberId};
use crate::instant::Instant;
use crate::message::Kind;
use crate::opt_out::Asks;
use crate::status::{Contact, Event as StatusEvent, Standing, Status};

/// All of a conversation that decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConversationState {
    /// Where it stands.
    pub status: Status,
    /// Whether the contact has opted out.
    pub opted_out: bool,
    /// Whether a texter has called the admins, who have not taken it up yet.
    pub escalated: bool,
    /// The owner, or nobody.
    pub assignee: Option<MemberId>,
    /// What orders conversations of the same standing: since when this one waits. 0 while not started.
    pub waiting_since: Instant,
    /// When the contact last wrote.
    pub contact_wrote_at: Option<Instant>,
    /// When we last wrote. Confirmations of opt-outs and opt-ins do not count.
    pub we_wrote_at: Option<Instant>,
    /// When the assignee themself last wrote, whoever it was then.
    pub assignee_wrote_at: Option<Instant>,
}

/// What happens to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// A message of ours is sent.
    Sent(Kind),
    /// The contact writes, and asks for this.
    Received(Asks),
    /// The contact is opted out: by hand, by the carrier, or by a word in another campaign.
    OptOut,
    /// The contact is opted in again, the same ways.
    OptIn,
    /// A person closes it.
    Resolve,
    /// A person opens it again.
    Reopen,
    /// A texter calls the admins: it becomes Unassigned.
    Escalate,
    /// An admin has taken it up.
    EndEscalation,
    /// It is given to somebody, or to nobody.
    Assign(Option<MemberId>),
}

impl ConversationState {
    /// A conversation in which nothing has happened.
    pub const NEW: Self = Self {
        status: Status::NotStarted,
        opted_out: false,
        escalated: false,
        assignee: None,
        waiting_since: Instant(0),
        contact_wrote_at: None,
        we_wrote_at: None,
        assignee_wrote_at: None,
    };

    /// Where it stands for every count and filter.
    pub const fn standing(&self) -> Standing {
        Standing::of(self.status, self.opted_out)
    }

    /// What the contact has written. If both wrote in the same microsecond, the contact counts as the later one.
    pub fn contact(&self) -> Contact {
        match (self.contact_wrote_at, self.we_wrote_at) {
            (None, _) => Contact::Silent,
            (Some(contact), Some(we)) if contact < we => Contact::Answered,
            _ => Contact::WroteLast,
        }
    }

    /// When anybody last wrote.
    pub fn last_wrote_at(&self) -> Option<Instant> {
        self.contact_wrote_at.max(self.we_wrote_at)
    }
}

/// The conversation after an event, or `None` where the event cannot happen.
///
/// `by` is the member who did it: nobody for what the contact or the machine did. Permission and hours are not
/// looked at here, but by [`may_send`](crate::sending::may_send).
///
/// - A message of ours sets when we last wrote, and since when the conversation waits. A confirmation of an opt-out or
///   an opt-in changes nothing: it is no answer.
/// - What the contact writes needs a reply. It waits since the first of their messages that nobody answered.
/// - Keywords opt out and in, a sentence that asks for it does not.
/// - Resolving and reopening leave alone since when it waits, and resolving ends an escalation.
/// - Escalating makes it Unassigned. Moving leaves an escalation alone: an admin ends it.
pub fn apply(state: ConversationState, event: Event, at: Instant, by: Option<MemberId>) -> Option<ConversationState> {
    let after = |event| state.status.after(event, state.contact());
    match event {
        Event::Sent(Kind::OptOutConfirmation | Kind::OptInConfirmation) => Some(state),
        Event::Sent(Kind::Initial) => Some(sent(state, after(StatusEvent::InitialSent)?, at, by)),
        Event::Sent(Kind::Reply | Kind::FollowUp) => Some(sent(state, after(StatusEvent::WeWrite)?, at, by)),
        Event::Received(asks) => Some(ConversationState {
            status: after(StatusEvent::ContactWrites)?,
            opted_out: match asks {
                Asks::OptOut => true,
                Asks::OptIn => false,
                Asks::Nothing | Asks::Stop | Asks::Reaction => state.opted_out,
            },
            contact_wrote_at: Some(at),
            waiting_since: if state.status == Status::NeedsReply { state.waiting_since } else { at },
            ..state
        }),
        Event::OptOut => Some(ConversationState { opted_out: true, ..state }),
        Event::OptIn => Some(ConversationState { opted_out: false, ..state }),
        Event::Resolve => Some(ConversationState { status: after(StatusEvent::Resolve)?, escalated: false, ..state }),
        Event::Reopen => Some(ConversationState { status: after(StatusEvent::Reopen)?, ..state }),
        Event::Escalate if state.escalated || state.status == Status::Resolved => None,
        Event::Escalate => Some(ConversationState { escalated: true, assignee: None, ..state }),
        Event::EndEscalation => state.escalated.then_some(ConversationState { escalated: false, ..state }),
        Event::Assign(assignee) => Some(ConversationState { assignee, ..state }),
    }
}

/// By what the conversations with one number are ordered when an answer comes: it goes into the largest.
///
/// That is the one in which we wrote last, for it is what they answer. Conversations of archived campaigns step back, but
/// only behind others in which we wrote: a draft that never wrote to them asked nothing. If we never wrote, it is the
/// newest, those of archived campaigns last. Ids of conversations are ordered by time.
pub const fn answer_goes_by(archived: bool, we_wrote_at: Option<Instant>, id: ConversationId) -> impl Ord {
    let wrote = we_wrote_at.is_some();
    (wrote && !archived, wrote, we_wrote_at, !archived, id)
}

/// The conversation after a message of ours.
fn sent(state: ConversationState, status: Status, at: Instant, by: Option<MemberId>) -> ConversationState {
    let by_assignee = by.is_some() && by == state.assignee;
    ConversationState {
        status,
        we_wrote_at: Some(at),
        waiting_since: at,
        assignee_wrote_at: if by_assignee { Some(at) } else { state.assignee_wrote_at },
        ..state
    }
}
