//! Changes told between the processes that share a database.
//!
//! On PostgreSQL by NOTIFY and LISTEN. On SQLite by looking, while anybody listens, whether another program has
//! written to the file: what changed is not known then, so that everything is fetched afresh.

use std::time::Duration;

use handoff_core::{CampaignId, MemberId, OrganizationId};
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::mpsc;

use super::{Changed, ConversationChanged, Live, News};
use crate::clock;
use crate::model::ApiError;
use crate::store::Store;
use crate::store::engine::Engine;

const CHANNEL: &str = "handoff_changed";
const NOTIFY: &str = "SELECT pg_notify($1, $2)";

/// The statements of this file, for the test that prepares each on PostgreSQL.
pub const STATEMENTS: [&str; 1] = [NOTIFY];

/// Changes when a connection other than the one that asks has committed. Asked on the one connection that writes
/// for this process, it tells of other processes alone.
const DATA_VERSION: &str = "PRAGMA data_version";

/// How often SQLite is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long to wait before listening again after PostgreSQL was lost.
const PAUSE: Duration = Duration::from_secs(2);

/// Tells the processes that serve this database of a change made by this one, which serves nobody.
///
/// On SQLite nothing is to be done: they notice the write.
///
/// # Errors
/// If the database fails.
pub async fn announce(store: &Store, organization: OrganizationId, campaign: CampaignId) -> Result<(), ApiError> {
    match store.engine() {
        Engine::Sqlite => Ok(()),
        Engine::Postgres => notify(store, "", News::Changed(Changed { organization, campaign })).await,
    }
}

async fn notify(store: &Store, sender: &str, news: News) -> Result<(), ApiError> {
    let Some(payload) = written(sender, news) else { return Ok(()) };
    sqlx::query(NOTIFY).bind(CHANNEL).bind(payload).execute(&mut *store.reading().await?).await?;
    Ok(())
}

/// Writes who tells what. None for what other processes find out themselves.
fn written(sender: &str, news: News) -> Option<String> {
    match news {
        News::Changed(Changed { organization, campaign }) => Some(format!("{sender} {organization} {campaign}")),
        News::Conversation(ConversationChanged { organization, campaign, conversation, owners }) => {
            let [before, after] = owners.map(|owner| owner.map_or(0, MemberId::get));
            Some(format!("{sender} {organization} {campaign} {conversation} {before} {after}"))
        }
        News::Everything | News::Presence { .. } | News::SessionEnded(_) => None,
    }
}

/// Reads who told what. None if it is not ours.
fn read(payload: &str) -> Option<(&str, News)> {
    let words: Vec<&str> = payload.split(' ').collect();
    match words.as_slice() {
        [sender, organization, campaign] => {
            let (organization, campaign) = (organization.parse().ok()?, campaign.parse().ok()?);
            Some((sender, News::Changed(Changed { organization, campaign })))
        }
        [sender, organization, campaign, conversation, before, after] => {
            let owner = |word: &str| Some(Some(word.parse::<i64>().ok()?).filter(|id| *id != 0).map(MemberId));
            let changed = ConversationChanged {
                organization: organization.parse().ok()?,
                campaign: campaign.parse().ok()?,
                conversation: conversation.parse().ok()?,
                owners: [owner(before)?, owner(after)?],
            };
            Some((sender, News::Conversation(changed)))
        }
        _ => None,
    }
}

impl Live {
    /// Relays changes between this process and the others on the database. Ends only with the program.
    ///
    /// # Errors
    /// If the operating system has no randomness to name this process by.
    pub async fn relay(self, store: Store, address: String) -> Result<(), getrandom::Error> {
        match store.engine() {
            Engine::Sqlite => self.look_at_sqlite(&store).await,
            Engine::Postgres => {
                let me = clock::token()?;
                let (outbox, inbox) = mpsc::unbounded_channel();
                self.set_outbox(outbox);
                tokio::join!(tell_postgres(&store, &me, inbox), self.listen_to_postgres(&me, &address));
            }
        }
        Ok(())
    }

    async fn listen_to_postgres(&self, me: &str, address: &str) {
        let mut lost = false;
        loop {
            if let Err(error) = self.hear_postgres(me, address, lost).await {
                tracing::warn!(%error, "changes made by other processes are not heard for now");
            }
            lost = true;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn hear_postgres(&self, me: &str, address: &str, lost: bool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect(address).await?;
        listener.listen(CHANNEL).await?;
        if lost {
            self.tell(News::Everything);
        }
        loop {
            match listener.try_recv().await? {
                Some(notification) => self.hear(me, &notification),
                // The connection was lost and is there again: something may have been missed.
                None => self.tell(News::Everything),
            }
        }
    }

    fn hear(&self, me: &str, notification: &PgNotification) {
        match read(notification.payload()) {
            Some((sender, news)) if sender != me => self.tell(news),
            _ => {}
        }
    }

    async fn look_at_sqlite(&self, store: &Store) {
        let mut rhythm = tokio::time::interval(LOOK_EVERY);
        rhythm.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut before = None;
        let mut failing = false;
        loop {
            rhythm.tick().await;
            if !self.anybody_listens() {
                before = None;
                continue;
            }
            match data_version(store).await {
                Ok(now) => {
                    if before.is_some_and(|before| before != now) {
                        self.tell(News::Everything);
                    }
                    before = Some(now);
                    failing = false;
                }
                // Said once, and not twice a second.
                Err(_) if failing => {}
                Err(error) => {
                    tracing::warn!(%error, "changes made by other programs are not seen for now");
                    failing = true;
                }
            }
        }
    }
}

async fn tell_postgres(store: &Store, me: &str, mut inbox: mpsc::UnboundedReceiver<News>) {
    while let Some(news) = inbox.recv().await {
        if let Err(error) = notify(store, me, news).await {
            tracing::warn!(%error, "other processes are not told of a change");
        }
    }
}

async fn data_version(store: &Store) -> Result<i64, ApiError> {
    let mut connection = store.writing_connection().await?;
    Ok(sqlx::query_scalar(DATA_VERSION).fetch_one(&mut *connection).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::ConversationId;

    #[test]
    fn what_is_told_is_understood() {
        let (organization, campaign) = (OrganizationId(3), CampaignId(7));
        let changed = News::Changed(Changed { organization, campaign });
        assert_eq!(read("abc 3 7"), Some(("abc", changed)));
        assert_eq!(read(" 3 7"), Some(("", changed)));
        let one = |owners| {
            News::Conversation(ConversationChanged { organization, campaign, conversation: ConversationId(9), owners })
        };
        for news in [changed, one([None, Some(MemberId(4))]), one([Some(MemberId(4)), None])] {
            assert_eq!(read(&written("abc", news).unwrap()), Some(("abc", news)));
        }
        assert_eq!(written("abc", News::Everything), None);
        for other in ["", "abc", "abc 3", "abc 3 x", "abc 3 7 x 1 2"] {
            assert_eq!(read(other), None);
        }
    }
}
