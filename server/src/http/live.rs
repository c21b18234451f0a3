//! Live events for a page that is open: server-sent, so that the browser connects again by itself.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use futures::stream::unfold;
use handoff_core::permission::Act;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, MissedTickBehavior};

use super::metrics::LiveConnection;
use super::visitor::Token;
use super::{SignedInMember, Site};
use crate::live::{Changed, ConversationChanged, News, Presence};
use crate::store::session::CurrentSession;

/// Proxies must not collect events before they pass them on.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// How long a page waits at most until it is noted that the member is here.
const NOTED_WITHIN: Duration = Duration::from_millis(250);

/// Answers with events until the session ends or the server stops.
///
/// `hello` comes first, with the version of the app that the server serves. `changed` says which campaign changed, or
/// which conversation of it, `presence` who came or went, `lagged` that anything may have changed: fetch afresh. `alive`
/// comes every fifteen seconds without news: a page that hears nothing for much longer has lost its connection.
/// Texters are told of campaigns as a whole, but only of conversations that are theirs.
pub async fn stream(State(site): State<Site>, member: SignedInMember, token: Token) -> Response {
    let mut heartbeat = tokio::time::interval(site.settings.heartbeat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let news = site.services.live.listen();
    let presence = site.services.live.arrive(member.actor().organization, member.actor().member);
    let connection = Connection {
        closing: site.closing.clone(),
        session: member.0,
        token: token.0.unwrap_or_default(),
        news,
        heartbeat,
        greeted: false,
        _presence: Here { presence: Some(presence), session: member.0, site: site.clone() },
        _counted: LiveConnection::open(),
        site,
    };
    connection.touch().await;
    ([UNBUFFERED], Sse::new(events(connection))).into_response()
}

fn events(connection: Connection) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(connection, |mut connection| async move { connection.next().await.map(|event| (Ok(event), connection)) })
}

struct Connection {
    site: Site,
    session: CurrentSession,
    token: String,
    news: broadcast::Receiver<News>,
    closing: watch::Receiver<bool>,
    heartbeat: Interval,
    greeted: bool,
    _presence: Here,
    _counted: LiveConnection,
}

impl Connection {
    /// The next event. None when the connection ends.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            // The first tick of an interval comes at once.
            self.heartbeat.tick().await;
            let version = self.site.files.version().and_then(|version| version.to_str().ok().map(str::to_owned));
            return Some(Event::default().event("hello").data(json!({ "version": version }).to_string()));
        }
        loop {
            let heard = tokio::select! {
                biased;
                _ = self.closing.wait_for(|closing| *closing) => return None,
                news = self.news.recv() => Some(news),
                _ = self.heartbeat.tick() => None,
            };
            match heard {
                None => {
                    self.still_there().await?;
                    // Said as an event, for browsers keep comments to themselves, and a page listens for life.
                    return Some(Event::default().event("alive").data("{}"));
                }
                Some(Ok(News::SessionEnded(account))) if account == self.session.account => self.still_there().await?,
                Some(Ok(news)) => {
                    if let Some(event) = self.event(news) {
                        return Some(event);
                    }
                }
                Some(Err(RecvError::Lagged(_))) => return Some(lagged()),
                Some(Err(RecvError::Closed)) => return None,
            }
        }
    }

    /// What this member is told of the news.
    fn event(&self, news: News) -> Option<Event> {
        let mine = self.session.actor.organization;
        match news {
            News::Changed(Changed { organization, campaign }) if organization == mine => {
                let data = json!({ "campaign": campaign, "version": self.site.services.live.version() });
                Some(Event::default().event("changed").data(data.to_string()))
            }
            News::Conversation(changed) if changed.organization == mine && self.concerns(&changed) => {
                let ConversationChanged { campaign, conversation, .. } = changed;
                let version = self.site.services.live.version();
                let data = json!({ "campaign": campaign, "conversation": conversation, "version": version });
                Some(Event::default().event("changed").data(data.to_string()))
            }
            News::Presence { organization, member, online }
                if organization == mine && self.session.role.may(Act::ManageTexters) =>
            {
                let data = json!({ "member": member, "online": online });
                Some(Event::default().event("presence").data(data.to_string()))
            }
            News::Everything => Some(lagged()),
            News::Changed(_) | News::Conversation(_) | News::Presence { .. } | News::SessionEnded(_) => None,
        }
    }

    /// Admins see every conversation; texters those that they hold, or held until now.
    fn concerns(&self, changed: &ConversationChanged) -> bool {
        let session = &self.session;
        session.role.may(Act::ManageCampaigns) || changed.owners.contains(&Some(session.actor.member))
    }

    /// None if the session has ended. Looking it up also notes that it is in use.
    async fn still_there(&mut self) -> Option<()> {
        match self.site.services.store.session(&self.token).await {
            Ok(Some(session)) => {
                self.session = session;
                Some(())
            }
            Ok(None) => None,
            // The database is away for now: that ends no session.
            Err(_) => Some(()),
        }
    }

    /// Notes that the member is here, unless that takes long: others may be writing something large.
    async fn touch(&self) {
        if tokio::time::timeout(NOTED_WITHIN, touch(&self.site, &self.session)).await.is_err() {
            tracing::warn!("when a member was last seen is not noted in time");
        }
    }
}

fn lagged() -> Event {
    Event::default().event("lagged").data("{}")
}

async fn touch(site: &Site, session: &CurrentSession) {
    if let Err(error) = site.services.store.touch_member(session.actor).await {
        tracing::warn!(%error, "when a member was last seen is not noted");
    }
}

/// The member is here, and when they go, that is noted.
struct Here {
    presence: Option<Presence>,
    session: CurrentSession,
    site: Site,
}

impl Drop for Here {
    fn drop(&mut self) {
        drop(self.presence.take());
        let (site, session) = (self.site.clone(), self.session);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { touch(&site, &session).await });
        }
    }
}
