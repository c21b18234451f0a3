//! The HTTP server: what may come in, who is asking, and what every answer carries.

mod api;
pub mod body;
mod browser;
pub mod connections;
mod cross_site;
mod exports;
pub mod files;
mod headers;
mod health;
mod imports;
mod live;
pub mod metrics;
mod observe;
mod refusal;
mod serving;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use crate::caller::Services;
use crate::caller::attempts::Attempts;
use crate::caller::cookie::Cookie;
use crate::live::Live;
use crate::overviews::{CampaignLists, Overviews};
use crate::store::Store;
use files::Files;

pub use refusal::Refusal;
pub use serving::serve;
pub use visitor::SignedInMember;

/// Whatever a request can need. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// Database and live events.
    pub services: Services,
    settings: Arc<Settings>,
    files: Arc<Files>,
    attempts: Attempts,
    ready: health::LastAnswer,
    closing: watch::Receiver<bool>,
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
    pub flow: body::Flow,
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
            flow: body::Flow::default(),
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
            ready: health::LastAnswer::default(),
            closing,
            close: Arc::new(close),
        }
    }

    fn cookie(&self) -> Cookie {
        Cookie { secure: self.settings.secure() }
    }

    /// Ends live connections, which would otherwise never end.
    pub fn close(&self) {
        self.close.send_replace(true);
    }
}

/// Every address of the site.
pub fn router(site: Site) -> Router {
    let api = Router::new()
        .route("/api/live", get(live::stream))
        .merge(imports::routes())
        .merge(exports::routes())
        .route("/api/{*function}", any(api::answer))
        .route("/api", any(api::nothing))
        .route("/api/", any(api::nothing))
        .method_not_allowed_fallback(api::wrong_method)
        .layer(from_fn_with_state(site.clone(), visitor::look_up))
        .layer(from_fn_with_state(site.clone(), observe::hurry))
        .layer(from_fn_with_state(site.clone(), cross_site::check));
    Router::new()
        .merge(api)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(files::serve)
        .layer(CatchPanicLayer::custom(refusal::Panicked))
        .layer(from_fn_with_state(site.clone(), body::watch))
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(from_fn(observe::observe))
        .with_state(site)
}
