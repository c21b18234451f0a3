//! Who is asking, for every server function.

pub mod attempts;
pub mod cookie;
mod status;

use axum::http::{HeaderValue, header};
use handoff_core::sending::SendError;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::live::Live;
use crate::model::ApiError;
use crate::model::session::Me;
use crate::overviews::{CampaignLists, Overviews};
use crate::store::session::{CurrentSession, SignedIn};
use crate::store::{Actor, Store};
use attempts::{Attempt, Attempts};
use cookie::Cookie;

/// What server functions work with. The HTTP layer provides it as leptos context.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// Who is told of changes.
    pub live: Live,
    /// The overviews that viewers share.
    pub overviews: Overviews,
    /// The lists of campaigns that admins share.
    pub campaign_lists: CampaignLists,
    /// Whether there is a gateway. Without one nothing can be sent, and nothing is queued for ever.
    pub gateway: bool,
}

impl Services {
    /// Refuses to send where there is no gateway.
    ///
    /// # Errors
    /// If there is none.
    pub fn check_gateway(&self) -> Result<(), SendError> {
        if self.gateway { Ok(()) } else { Err(SendError::NoGateway) }
    }
}

/// The request as signing in and out sees it. The HTTP layer provides it as leptos context.
#[derive(Clone)]
pub struct Visit {
    /// The session, if it has not ended.
    pub session: Option<CurrentSession>,
    /// The token that the browser sent.
    pub token: Option<String>,
    /// The browser and system, in words.
    pub browser: String,
    /// Where the request came from.
    pub(crate) address: String,
    /// How the token is kept in the browser.
    pub(crate) cookie: Cookie,
    /// Limits on guessing.
    pub(crate) attempts: Attempts,
}

impl Visit {
    /// Begins an attempt to prove the password of an account, wherever it is asked for: each counts on the same limits.
    ///
    /// Who guesses from elsewhere does not lock the owner out: the account's own limit is far higher than that of one
    /// address.
    ///
    /// # Errors
    /// If there were too many for this account from this address, for this account, or from this address.
    pub fn attempt_password(&self, email: &str) -> Result<Attempt, ApiError> {
        let account = email.trim().to_lowercase();
        let here = format!("{account} {}", self.address);
        self.attempts.begin(&[("account here", &here), ("account", &account), ("address", &self.address)])
    }

    /// Begins to sign somebody up, which counts whatever comes of it.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub fn attempt_sign_up(&self) -> Result<Attempt, ApiError> {
        self.attempts.begin(&[("sign-up", &self.address)])
    }

    /// Begins an attempt to use a one-time link.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub fn attempt_link(&self) -> Result<Attempt, ApiError> {
        self.attempts.begin(&[("address", &self.address)])
    }

    /// Gives the browser its new session to keep.
    pub fn keep(&self, signed_in: SignedIn) -> Me {
        set_cookie(&self.cookie.keep(&signed_in.token));
        signed_in.me
    }

    /// Makes the browser forget its session.
    pub fn forget(&self) {
        set_cookie(&self.cookie.forget());
    }
}

fn set_cookie(text: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(text)) {
        options.append_header(header::SET_COOKIE, value);
    }
}

/// The services of this process.
pub fn services() -> Services {
    expect_context()
}

/// The request as signing in and out sees it.
pub fn visit() -> Visit {
    expect_context()
}

/// The signed-in member who asks. The HTTP layer looks the session up and provides the [`Actor`].
///
/// # Errors
/// If nobody is signed in.
pub fn actor() -> Result<Actor, ApiError> {
    answer(use_context::<Actor>().ok_or(ApiError::SignedOut))
}

/// Passes an answer on, with the HTTP status that goes with an error.
///
/// # Errors
/// The error that it was given.
pub fn answer<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    if let (Err(error), Some(options)) = (&result, use_context::<ResponseOptions>())
        && let Ok(status) = axum::http::StatusCode::from_u16(error.status())
    {
        options.set_status(status);
    }
    result
}
