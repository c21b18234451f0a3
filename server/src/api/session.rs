//! Signing in and out, the first admin, passwords, sessions.

use handoff_core::id::AccountId;
use handoff_core::membership::LinkPassword;
use handoff_core::permission::Role;
use handoff_core::{Instant, MemberId, OrganizationId, SessionId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services, visit};
#[cfg(feature = "ssr")]
use crate::store::link::FirstAdmin;

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

/// An organization that one's account belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    /// Which.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What one is there.
    pub role: Role,
    /// Whether it is the one that this browser is signed in to.
    pub current: bool,
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
        /// The organization that it leads to.
        organization_name: String,
        /// Which password it takes: a new one that the person chooses, or the one that their account has.
        password: LinkPassword,
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
    #[error(
        "This account is active in no organization. If you were given a sign-in link, open that, else ask an admin of your organization."
    )]
    Deactivated,
    /// The current password is wrong.
    #[error("The current password is wrong. Nothing was changed.")]
    WrongCurrentPassword,
    /// The new password is too short or too long.
    #[error("{}", handoff_core::account::WeakPassword)]
    WeakPassword,
    /// The link belongs to one organization, and the account to another one too, whose password stays.
    #[error("You have a password on this server already. Enter that one to sign in through this link.")]
    PasswordElsewhere,
    /// The password given with a link is not that of the account.
    #[error("{}", wrong_link_password(*.left))]
    WrongLinkPassword {
        /// How often it can be tried again. At none the link has ended.
        left: u8,
    },
    /// The one-time link was used, has ended or never existed.
    #[error(
        "This link was used already or has ended: after seven days, with a newer link or password, or after five wrong passwords. Ask an admin for a new one."
    )]
    LinkInvalid,
    /// The set-up link came after the first admin was made.
    #[error("This server is set up already. Sign in instead.")]
    SetUpDone,
}

fn wrong_link_password(left: u8) -> String {
    let help = "If you never chose one, somebody may have used your address: ask whoever runs this server.";
    match left {
        0 => format!(
            "This is not the password of your account, and the link has ended. Ask an admin for a new one. {help}"
        ),
        1 => format!("This is not the password of your account. The link takes one more try. {help}"),
        left => format!("This is not the password of your account. The link takes {left} more tries. {help}"),
    }
}

impl SessionError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongPassword => 401,
            Self::Deactivated => 403,
            Self::WrongCurrentPassword
            | Self::WeakPassword
            | Self::PasswordElsewhere
            | Self::WrongLinkPassword { .. } => 422,
            Self::LinkInvalid => 404,
            Self::SetUpDone => 409,
        }
    }
}

/// Signs in with e-mail address and password.
#[server(prefix = "/api", endpoint = "session/sign-in", input = Json)]
pub async fn sign_in(email: String, password: String) -> Result<Me, ApiError> {
    answer(
        async {
            let visit = visit();
            let attempt = visit.attempt_password(&email)?;
            let signed_in = services().store.sign_in(&email, password, &visit.browser).await?;
            attempt.succeeded();
            Ok(visit.keep(signed_in))
        }
        .await,
    )
}

/// Signs out on this browser.
#[server(prefix = "/api", endpoint = "session/sign-out", input = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    answer(
        async {
            let visit = visit();
            visit.forget();
            let Some(token) = &visit.token else { return Ok(()) };
            services().store.sign_out(token).await?;
            if let Some(session) = visit.session {
                services().live.session_ended(session.account);
            }
            Ok(())
        }
        .await,
    )
}

/// Says who is signed in. It is an error if nobody is.
#[server(prefix = "/api", endpoint = "session/me", input = Json)]
pub async fn read_me() -> Result<Me, ApiError> {
    answer(async { services().store.me(actor()?).await }.await)
}

/// Says who is signed in, or that nobody is: to ask is no mistake, so that browsers write no error down.
#[server(prefix = "/api", endpoint = "session/who", input = Json)]
pub async fn who_am_i() -> Result<Option<Me>, ApiError> {
    answer(
        async {
            let Some(session) = visit().session else { return Ok(None) };
            match services().store.me(session.actor).await {
                Err(ApiError::SignedOut) => Ok(None),
                me => me.map(Some),
            }
        }
        .await,
    )
}

/// Says what a one-time link is for, without using it up.
#[server(prefix = "/api", endpoint = "session/link", input = Json)]
pub async fn read_link(token: String) -> Result<LinkPurpose, ApiError> {
    answer(
        async {
            let attempt = visit().attempt_link()?;
            let purpose = services().store.read_link(&token).await?;
            attempt.succeeded();
            Ok(purpose)
        }
        .await,
    )
}

/// Uses a one-time link: comes in to its organization, with a new password or with the one that the account has.
#[server(prefix = "/api", endpoint = "session/use-link", input = Json)]
pub async fn use_link(token: String, password: String) -> Result<Me, ApiError> {
    answer(
        async {
            let (visit, services) = (visit(), services());
            let looking = visit.attempt_link()?;
            let purpose = services.store.read_link(&token).await?;
            looking.succeeded();
            // Whoever knows the link guesses the account's password like anybody else.
            let attempt = match purpose {
                LinkPurpose::SignIn { email, password: LinkPassword::Own, .. } => visit.attempt_password(&email)?,
                _ => visit.attempt_link()?,
            };
            let signed_in = services.store.use_link(&token, password, &visit.browser).await?;
            attempt.succeeded();
            services.live.session_ended(signed_in.me.account);
            Ok(visit.keep(signed_in))
        }
        .await,
    )
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
    answer(
        async {
            let visit = visit();
            let attempt = visit.attempt_link()?;
            let first = FirstAdmin { organization, country, name, email, password };
            let signed_in = services().store.set_up(&token, first, &visit.browser).await?;
            attempt.succeeded();
            Ok(visit.keep(signed_in))
        }
        .await,
    )
}

/// Changes one's own password. Ends one's other sessions, and one-time links.
#[server(prefix = "/api", endpoint = "session/change-password", input = Json)]
pub async fn change_password(current: String, new: String) -> Result<(), ApiError> {
    answer(
        async {
            let (visit, services) = (visit(), services());
            let session = visit.session.ok_or(ApiError::SignedOut)?;
            handoff_core::account::check_password(&new).map_err(|_| SessionError::WeakPassword)?;
            let me = services.store.me(session.actor).await?;
            let attempt = visit.attempt_password(&me.email)?;
            services.store.change_password(&session, current, new).await?;
            attempt.succeeded();
            services.live.session_ended(session.account);
            Ok(())
        }
        .await,
    )
}

/// Lists one's own sessions, the last used first.
#[server(prefix = "/api", endpoint = "session/list", input = Json)]
pub async fn list_sessions() -> Result<Vec<SessionRow>, ApiError> {
    answer(
        async {
            let session = visit().session.ok_or(ApiError::SignedOut)?;
            services().store.sessions(&session).await
        }
        .await,
    )
}

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "session/end", input = Json)]
pub async fn end_session(session: SessionId) -> Result<(), ApiError> {
    answer(
        async {
            let current = visit().session.ok_or(ApiError::SignedOut)?;
            services().store.end_session(&current, session).await?;
            services().live.session_ended(current.account);
            Ok(())
        }
        .await,
    )
}

/// Lists the organizations that one's account is active in, by name.
#[server(prefix = "/api", endpoint = "session/organizations", input = Json)]
pub async fn list_organizations() -> Result<Vec<OrganizationRow>, ApiError> {
    answer(
        async {
            let session = visit().session.ok_or(ApiError::SignedOut)?;
            services().store.own_organizations(&session).await
        }
        .await,
    )
}

/// Goes over to another of one's own organizations, on this browser.
#[server(prefix = "/api", endpoint = "session/switch", input = Json)]
pub async fn switch_organization(organization: OrganizationId) -> Result<Me, ApiError> {
    answer(
        async {
            let visit = visit();
            let session = visit.session.ok_or(ApiError::SignedOut)?;
            let signed_in = services().store.switch(&session, organization, &visit.browser).await?;
            services().live.session_ended(session.account);
            Ok(visit.keep(signed_in))
        }
        .await,
    )
}
