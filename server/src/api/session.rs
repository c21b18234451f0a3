//! Signing in and out, the first admin, passwords, sessions.

use handoff_core::id::AccountId;
use handoff_core::permission::Role;
use handoff_core::{Instant, MemberId, OrganizationId, SessionId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ApiError;

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account.
    pub account: AccountId,
    /// The member of the organization.
    pub member: MemberId,
    /// The organization.
    pub organization: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The country whose national phone numbers are understood: two letters.
    pub country: String,
    /// The member's name.
    pub name: String,
    /// The account's e-mail address.
    pub email: String,
    /// What the member is in the organization.
    pub role: Role,
}

/// A sign-in on one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The browser and system, in words.
    pub browser: String,
    /// When it began.
    pub since: Instant,
    /// When it was last used.
    pub last_used: Instant,
}

/// What a one-time link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkPurpose {
    /// To set up the first admin of an empty database.
    SetUp,
    /// To sign in as this person and choose a password.
    SignIn {
        /// The person's name.
        name: String,
        /// The e-mail address to sign in with from then on.
        email: String,
    },
}

/// Why signing in, a link or a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum SessionError {
    /// The e-mail address or the password is wrong: which one is not said.
    #[error(
        "The e-mail address or the password is wrong. Check both and try again, or ask an admin for a sign-in link."
    )]
    WrongPassword,
    /// The account is not active in any organization.
    #[error("This account is deactivated. Ask an admin of your organization.")]
    Deactivated,
    /// The current password is wrong.
    #[error("The current password is wrong. Nothing was changed.")]
    WrongCurrentPassword,
    /// The new password is too short or too long.
    #[error("Choose a password of 10 to 200 characters.")]
    WeakPassword,
    /// The one-time link was used, has expired or never existed.
    #[error("This link was used already or has expired. Ask an admin for a new one.")]
    LinkInvalid,
    /// The set-up link came after the first admin was made.
    #[error("This server is set up already. Sign in instead.")]
    SetUpDone,
}

impl SessionError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongPassword => 401,
            Self::Deactivated => 403,
            Self::WrongCurrentPassword | Self::WeakPassword => 422,
            Self::LinkInvalid => 404,
            Self::SetUpDone => 409,
        }
    }
}

/// Signs in with e-mail address and password.
#[server(prefix = "/api", endpoint = "session/sign-in", input = Json)]
pub async fn sign_in(email: String, password: String) -> Result<Me, ApiError> {
    let _ = (email, password);
    Err(ApiError::Broken)
}

/// Signs out on this browser.
#[server(prefix = "/api", endpoint = "session/sign-out", input = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    Err(ApiError::Broken)
}

/// Says who is signed in.
#[server(prefix = "/api", endpoint = "session/me", input = Json)]
pub async fn who_am_i() -> Result<Me, ApiError> {
    Err(ApiError::Broken)
}

/// Says what a one-time link is for, without using it up.
#[server(prefix = "/api", endpoint = "session/link", input = Json)]
pub async fn read_link(token: String) -> Result<LinkPurpose, ApiError> {
    let _ = token;
    Err(ApiError::Broken)
}

/// Uses a one-time link: sets the password and signs in.
#[server(prefix = "/api", endpoint = "session/use-link", input = Json)]
pub async fn use_link(token: String, password: String) -> Result<Me, ApiError> {
    let _ = (token, password);
    Err(ApiError::Broken)
}

/// Sets up the organization and its first admin, through the one-time link that the server printed.
#[server(prefix = "/api", endpoint = "session/set-up", input = Json)]
pub async fn set_up(
    token: String,
    organization: String,
    country: String,
    name: String,
    email: String,
    password: String,
) -> Result<Me, ApiError> {
    let _ = (token, organization, country, name, email, password);
    Err(ApiError::Broken)
}

/// Changes one's own password. Ends one's other sessions.
#[server(prefix = "/api", endpoint = "session/change-password", input = Json)]
pub async fn change_password(current: String, new: String) -> Result<(), ApiError> {
    let _ = (current, new);
    Err(ApiError::Broken)
}

/// Lists one's own sessions, the last used first.
#[server(prefix = "/api", endpoint = "session/list", input = Json)]
pub async fn list_sessions() -> Result<Vec<SessionRow>, ApiError> {
    Err(ApiError::Broken)
}

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "session/end", input = Json)]
pub async fn end_session(session: SessionId) -> Result<(), ApiError> {
    let _ = session;
    Err(ApiError::Broken)
}
