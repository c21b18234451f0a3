//! Telling everyone who looks at a campaign that it changed, and who is here now.

pub mod relay;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use handoff_core::{AccountId, CampaignId, ConversationId, MemberId, OrganizationId};
use tokio::sync::{Notify, broadcast, mpsc};

use crate::store::conversation::Done;

/// A campaign changed: fetch afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// In which organization.
    pub organization: OrganizationId,
    /// Which campaign.
    pub campaign: CampaignId,
}

/// Something happened in one conversation: fetch it, its list and its counts afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConversationChanged {
    /// In which organization.
    pub organization: OrganizationId,
    /// In which campaign.
    pub campaign: CampaignId,
    /// Which.
    pub conversation: ConversationId,
    /// Who held it before and who holds it now: the texters whom it concerns.
    pub owners: [Option<MemberId>; 2],
}

/// What listeners are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A campaign changed.
    Changed(Changed),
    /// A conversation changed.
    Conversation(ConversationChanged),
    /// Anything may have changed, because another program wrote to the database.
    Everything,
    /// A member came, or went.
    Presence {
        /// Of which organization.
        organization: OrganizationId,
        /// Who.
        member: MemberId,
        /// Whether they are here now.
        online: bool,
    },
    /// A session of this account may have ended: look whether it is yours.
    SessionEnded(AccountId),
}

/// Changes of every campaign, as they are committed, and who is here now.
#[derive(Clone, Debug)]
pub struct Live {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    sender: broadcast::Sender<News>,
    /// What other processes are to be told, once somebody relays it to them.
    outbox: Mutex<Option<mpsc::UnboundedSender<News>>>,
    /// Open connections of each member.
    online: Mutex<HashMap<OrganizationId, HashMap<MemberId, u32>>>,
    version: AtomicU64,
    whole: AtomicU64,
    /// For the one who hands messages over: something was sent, perhaps.
    stirred: Notify,
}

/// News that a slow listener may lag behind, before it is told to fetch everything afresh.
const BACKLOG: usize = 256;

impl Default for Live {
    fn default() -> Self {
        Self {
            shared: Arc::new(Shared {
                sender: broadcast::Sender::new(BACKLOG),
                outbox: Mutex::default(),
                online: Mutex::default(),
                version: AtomicU64::new(0),
                whole: AtomicU64::new(0),
                stirred: Notify::new(),
            }),
        }
    }
}

impl Live {
    /// Says that a campaign changed. Call it after the commit.
    pub fn changed(&self, organization: OrganizationId, campaign: CampaignId) {
        self.tell_everywhere(News::Changed(Changed { organization, campaign }));
    }

    /// Says what was done to a conversation. Call it after the commit.
    pub fn conversation(&self, organization: OrganizationId, done: &Done) {
        let Done { campaign, conversation, before, after } = *done;
        let owners = [before, after.assignee];
        self.tell_everywhere(News::Conversation(ConversationChanged { organization, campaign, conversation, owners }));
    }

    /// Tells listeners of this process and of the others on the database.
    fn tell_everywhere(&self, news: News) {
        self.tell(news);
        if let Some(outbox) = &*self.shared.outbox.lock().unwrap_or_else(PoisonError::into_inner) {
            // The relay is gone only when the program ends.
            let _ = outbox.send(news);
        }
    }

    /// Says that a session of this account may have ended.
    pub fn session_ended(&self, account: AccountId) {
        self.tell(News::SessionEnded(account));
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.shared.sender.subscribe()
    }

    /// The number of changes told so far in this process: higher is later.
    pub fn version(&self) -> u64 {
        self.shared.version.load(Ordering::SeqCst)
    }

    /// How many of these changes were not of single conversations, nor of people who came and went.
    pub fn whole_version(&self) -> u64 {
        self.shared.whole.load(Ordering::SeqCst)
    }

    /// Notes that a member is here, until what this returns is dropped.
    #[must_use]
    pub fn arrive(&self, organization: OrganizationId, member: MemberId) -> Presence {
        let mut online = self.shared.online.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = online.entry(organization).or_default().entry(member).or_default();
        *connections += 1;
        if *connections == 1 {
            self.tell(News::Presence { organization, member, online: true });
        }
        Presence { live: self.clone(), organization, member }
    }

    /// Who of the organization is here now: has a live connection to this process.
    pub fn online(&self, organization: OrganizationId) -> HashSet<MemberId> {
        let online = self.shared.online.lock().unwrap_or_else(PoisonError::into_inner);
        online.get(&organization).map(|members| members.keys().copied().collect()).unwrap_or_default()
    }

    fn leave(&self, organization: OrganizationId, member: MemberId) {
        let mut online = self.shared.online.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(members) = online.get_mut(&organization) else { return };
        let Some(connections) = members.get_mut(&member) else { return };
        *connections -= 1;
        if *connections == 0 {
            members.remove(&member);
            if members.is_empty() {
                online.remove(&organization);
            }
            self.tell(News::Presence { organization, member, online: false });
        }
    }

    /// Waits until a campaign or conversation changes, unless one has since the last time. For one listener.
    pub async fn stirred(&self) {
        self.shared.stirred.notified().await;
    }

    fn tell(&self, news: News) {
        if matches!(news, News::Changed(_) | News::Conversation(_) | News::Everything) {
            self.shared.stirred.notify_one();
        }
        if matches!(news, News::Changed(_) | News::Everything) {
            self.shared.whole.fetch_add(1, Ordering::SeqCst);
        }
        self.shared.version.fetch_add(1, Ordering::SeqCst);
        // Nobody listening is fine.
        let _ = self.shared.sender.send(news);
    }

    fn anybody_listens(&self) -> bool {
        self.shared.sender.receiver_count() > 0
    }

    fn set_outbox(&self, outbox: mpsc::UnboundedSender<News>) {
        *self.shared.outbox.lock().unwrap_or_else(PoisonError::into_inner) = Some(outbox);
    }
}

/// A member is here as long as this is kept.
#[derive(Debug)]
pub struct Presence {
    live: Live,
    organization: OrganizationId,
    member: MemberId,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.live.leave(self.organization, self.member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: OrganizationId = OrganizationId(1);
    const THERE: OrganizationId = OrganizationId(2);

    #[test]
    fn a_member_is_online_from_the_first_connection_to_the_last() {
        let live = Live::default();
        let mut news = live.listen();
        let (one, other) = (live.arrive(HERE, MemberId(5)), live.arrive(HERE, MemberId(5)));
        let elsewhere = live.arrive(THERE, MemberId(9));
        assert_eq!(live.online(HERE), HashSet::from([MemberId(5)]));
        drop(one);
        assert_eq!(live.online(HERE), HashSet::from([MemberId(5)]));
        drop(other);
        assert_eq!(live.online(HERE), HashSet::new());
        assert_eq!(live.online(THERE), HashSet::from([MemberId(9)]));
        drop(elsewhere);
        let told: Vec<News> = std::iter::from_fn(|| news.try_recv().ok()).collect();
        let presence = |organization, member, online| News::Presence { organization, member, online };
        assert_eq!(
            told,
            [
                presence(HERE, MemberId(5), true),
                presence(THERE, MemberId(9), true),
                presence(HERE, MemberId(5), false),
                presence(THERE, MemberId(9), false),
            ]
        );
    }

    #[test]
    fn versions_ascend_with_changes() {
        let live = Live::default();
        live.changed(HERE, CampaignId(7));
        let first = live.version();
        live.changed(HERE, CampaignId(7));
        assert!(live.version() > first);
    }
}
