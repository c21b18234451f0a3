//! Signing in and out, the first admin, passwords, sessions.

#[cfg(feature = "ssr")]
use handoff_core::membership::LinkPassword;
use handoff_core::{OrganizationId, SessionId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services, visit};
use crate::model::ApiError;
#[cfg(feature = "ssr")]
use crate::model::session::SessionError;
use crate::model::session::{LinkPurpose, Me, OrganizationRow, SessionRow};
#[cfg(feature = "ssr")]
use crate::store::link::FirstAdmin;

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
