//! A browser for tests: the site in this process, and what it answers.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use handoff_core::account::{Country, Email, Name};
use handoff_core::permission::Role;
use handoff_core::{AccountId, MemberId};
use handoff_server::clock::FixedClock;
use handoff_server::http::files::Files;
use handoff_server::http::{Settings, Site, router};
use handoff_server::live::Live;
use handoff_server::model::ApiError;
use handoff_server::secret;
use handoff_server::store::{Actor, Store};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::database::Database;

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse";

/// The site under test.
#[derive(Clone)]
pub struct Served {
    /// Its state.
    pub site: Site,
    /// Its database.
    pub store: Store,
    /// The clock that the test sets.
    pub clock: Arc<FixedClock>,
    router: Router,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as an error.
    pub fn error(&self) -> ApiError {
        let error: ApiError = serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(self.status.is_client_error() || self.status.is_server_error(), "{self:?}");
        error
    }

    /// The header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that the browser was given: its name and token.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

/// Settings whose patience and heartbeat are the test's own.
pub fn settings() -> Settings {
    Settings { heartbeat: Duration::from_millis(50), ..Settings::default() }
}

/// Some files as the build leaves them.
pub fn app() -> Files {
    let files = [
        ("index.html", "<!doctype html><title>Handoff</title>"),
        ("version.json", "{\"version\": \"abc123\"}"),
        ("handoff-app-1a2b3c4d5e6f7a8b.js", "plain script"),
        ("handoff-app-1a2b3c4d5e6f7a8b.js.br", "brotli script"),
        ("handoff-app-1a2b3c4d5e6f7a8b.js.gz", "gzip script"),
        ("handoff-app-1a2b3c4d5e6f7a8b_bg.wasm", "plain wasm"),
        ("icon.svg", "<svg/>"),
    ];
    Files::of(files.map(|(name, text)| (name.to_owned(), Bytes::from_static(text.as_bytes()))))
}

impl Served {
    /// Serves a database.
    pub fn new(database: &Database) -> Self {
        Self::with(database, settings())
    }

    /// Serves a database in another way.
    pub fn with(database: &Database, settings: Settings) -> Self {
        let site = Site::new(database.store.clone(), Live::default(), settings, app());
        Self { router: router(site.clone()), site, store: database.store.clone(), clock: database.clock.clone() }
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.send(request).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Calls a server function, with the cookie of a session or none.
    pub async fn call(&self, path: &str, cookie: &str, arguments: Value) -> Answer {
        self.ask(call(path, cookie, arguments)).await
    }

    /// Opens an address.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(get(path, headers)).await
    }

    /// Signs in. Answers the cookie.
    pub async fn sign_in(&self, email: &str) -> String {
        let answer = self.call("/api/session/sign-in", "", json!({"email": email, "password": PASSWORD})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.cookie()
    }

    /// Makes an organization with an admin who can sign in.
    pub async fn organization(&self, admin: &str) -> Actor {
        let mut transaction = self.store.begin().await.unwrap();
        let (name, country) = (Name::parse("Canvassers").unwrap(), Country::parse("US").unwrap());
        let organization = self.store.create_organization(&mut transaction, &name, country).await.unwrap();
        transaction.commit().await.unwrap();
        let nobody = Actor { organization, member: MemberId(0) };
        let (_, member) = self.member(nobody, admin, Role::Admin).await;
        Actor { organization, member }
    }

    /// Makes a member of the same organization who can sign in.
    pub async fn member(&self, of: Actor, email: &str, role: Role) -> (AccountId, MemberId) {
        let hash = secret::hash_password(PASSWORD.to_owned()).await.unwrap();
        let (name, email) = (Name::parse(email).unwrap(), Email::parse(email).unwrap());
        let mut transaction = self.store.begin().await.unwrap();
        let member =
            self.store.add_member(&mut transaction, of.organization, &name, &email, role, Some(&hash)).await.unwrap();
        transaction.commit().await.unwrap();
        member
    }
}

/// A call of a server function, as our own pages send it.
pub fn call(path: &str, cookie: &str, arguments: Value) -> Request<Body> {
    Request::post(path)
        .header(header::HOST, "handoff.example.org")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, cookie)
        .body(Body::from(arguments.to_string()))
        .unwrap()
}

/// A request to read an address.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(Method::GET).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}
