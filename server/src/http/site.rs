//! The site: all that a request can need, and how it is served.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::files::Files;
use super::{connections, flow, last_answer};
use crate::caller::Services;
use crate::caller::attempts::Attempts;
use crate::caller::cookie::Cookie;
use crate::live::Live;
use crate::overviews::{CampaignLists, Overviews};
use crate::store::Store;

/// Whatever a request can need. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// Database and live events.
    pub services: Services,
    pub(super) settings: Arc<Settings>,
    pub(super) files: Arc<Files>,
    pub(super) attempts: Attempts,
    pub(super) ready: last_answer::LastAnswer,
    pub(super) closing: watch::Receiver<bool>,
    close: Arc<watch::Sender<bool>>,
}

/// How the site is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that people use, like `https://handoff.example.org`, if it was told.
    pub public_url: Option<String>,
    /// Whether a proxy stands before this server and says in `X-Forwarded-For` where requests come from.
    pub behind_proxy: bool,
    /// Whether there is a gateway. Without one nothing can be sent.
    pub gateway: bool,
    /// How often a live connection without news is kept awake, and its session looked at.
    pub heartbeat: Duration,
    /// How long a request may take.
    pub patience: Duration,
    /// How long a connection may take to say what it wants, and stay open without wanting anything.
    pub silence: Duration,
    /// How long a connection may take nothing of an answer before it is given up.
    pub standstill: Duration,
    /// How fast bodies have to come.
    pub flow: flow::Flow,
    /// How many connections may be open.
    pub connections: connections::Limits,
    /// For how long an answer about readiness holds, which is written to the database to find it.
    pub readiness: Duration,
    /// How long requests under way may take when the server is stopped.
    pub farewell: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            behind_proxy: false,
            gateway: true,
            heartbeat: Duration::from_secs(15),
            patience: Duration::from_secs(30),
            silence: Duration::from_mins(1),
            standstill: Duration::from_mins(5),
            flow: flow::Flow::default(),
            connections: connections::Limits::default(),
            readiness: Duration::from_secs(1),
            farewell: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// Whether people reach the site over https.
    pub fn secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl Site {
    /// The site of a database.
    pub fn new(store: Store, live: Live, settings: Settings, files: Files) -> Self {
        let (close, closing) = watch::channel(false);
        let attempts = Attempts::new(store.clock.clone());
        Self {
            services: Services {
                store,
                live,
                overviews: Overviews::default(),
                campaign_lists: CampaignLists::default(),
                gateway: settings.gateway,
            },
            settings: Arc::new(settings),
            files: Arc::new(files),
            attempts,
            ready: last_answer::LastAnswer::default(),
            closing,
            close: Arc::new(close),
        }
    }

    pub(super) fn cookie(&self) -> Cookie {
        Cookie { secure: self.settings.secure() }
    }

    /// Ends live connections, which would otherwise never end.
    pub fn close(&self) {
        self.close.send_replace(true);
    }
}
