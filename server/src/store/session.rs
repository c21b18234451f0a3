//! Sessions: who is signed in on which browser.

use std::time::Duration;

use handoff_core::account::Email;
use handoff_core::permission::Role;
use handoff_core::{AccountId, CampaignId, Instant, MemberId, OrganizationId, SessionId};
use sqlx::{Any, Row, Transaction};

use super::failure::Sound;
use super::{Actor, Store, membership};
use crate::model::session::{Me, OrganizationRow, SessionError, SessionRow};
use crate::model::{ApiError, Thing};
use crate::secret;

/// A session ends after this long without use.
pub const LASTS: i64 = 30 * 24 * 60 * 60;

/// The use of a session is noted at most this often, in seconds.
pub const TOUCHED_EVERY: i64 = 60;

/// How long a request waits at most until the use of its session is noted. Who only reads does not depend on it.
const NOTED_WITHIN: Duration = Duration::from_millis(250);

/// The session of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentSession {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// As which member of which organization.
    pub actor: Actor,
    /// What the member is.
    pub role: Role,
}

/// A new session: the token for the browser, and who signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The token. It is nowhere else.
    pub token: String,
    /// Who.
    pub me: Me,
    /// The campaign that they joined in the same act, if they signed up by its invite link.
    pub joined: Option<CampaignId>,
}

const FIND: &str = "SELECT session.session_id, session.account_id, session.organization_id, session.member_id, \
    session.last_used_at, member.role \
    FROM session JOIN member ON member.organization_id = session.organization_id AND member.member_id = session.member_id \
    WHERE session.token_hash = $1 AND session.expires_at > $2 AND member.active = 1 AND member.invited = 0";
const TOUCH: &str =
    "UPDATE session SET last_used_at = $2, expires_at = $3 WHERE token_hash = $1 AND last_used_at <= $4";
const SEEN: &str = "UPDATE member SET last_seen_at = $3 WHERE organization_id = $1 AND member_id = $2 \
    AND (last_seen_at IS NULL OR last_seen_at < $3)";
const CREATE: &str = "INSERT INTO session (token_hash, session_id, account_id, organization_id, member_id, browser, \
    created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
const FORGET_EXPIRED: &str = "DELETE FROM session WHERE expires_at <= $1";
const END_BY_TOKEN: &str = "DELETE FROM session WHERE token_hash = $1";
const END: &str = "DELETE FROM session WHERE account_id = $1 AND session_id = $2";
const LIST: &str = "SELECT session_id, browser, created_at, last_used_at FROM session \
    WHERE account_id = $1 AND expires_at > $2 ORDER BY last_used_at DESC, session_id DESC";
const ORGANIZATIONS: &str = "SELECT organization.organization_id, organization.name, member.member_id, member.role \
    FROM membership \
    JOIN member ON member.organization_id = membership.organization_id AND member.member_id = membership.member_id \
    JOIN organization ON organization.organization_id = membership.organization_id \
    WHERE membership.account_id = $1 AND member.active = 1 AND member.invited = 0 \
    ORDER BY organization.name, organization.organization_id";
const COUNT: &str = "SELECT count(*) FROM session WHERE expires_at > $1";
// The account's password must still be the one that was verified.
const MEMBERSHIP: &str = "SELECT member.organization_id, member.member_id, member.active, member.invited \
    FROM account JOIN membership ON membership.account_id = account.account_id \
    JOIN member ON member.organization_id = membership.organization_id AND member.member_id = membership.member_id \
    WHERE account.account_id = $1 AND account.password_hash = $2 \
    ORDER BY CASE WHEN member.active = 1 AND member.invited = 0 THEN 0 ELSE 1 END, member.organization_id LIMIT 1";
const ME: &str = "SELECT member.account_id, member.name, member.role, account.email, organization.name AS organization, \
    organization.country FROM member JOIN account ON account.account_id = member.account_id \
    JOIN organization ON organization.organization_id = member.organization_id \
    WHERE member.organization_id = $1 AND member.member_id = $2 AND member.active = 1 AND member.invited = 0";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 12] =
    [FIND, TOUCH, SEEN, CREATE, FORGET_EXPIRED, END_BY_TOKEN, END, LIST, ORGANIZATIONS, COUNT, MEMBERSHIP, ME];

impl Store {
    /// The session with this token, unless it has ended. Notes its use at most once a minute, where the database takes
    /// that soon: nobody who reads waits until others have written, or depends on there being room to write.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn session(&self, token: &str) -> Result<Option<CurrentSession>, ApiError> {
        let now = self.now();
        let hash = secret::token_hash(token);
        let Some(row) =
            sqlx::query(FIND).bind(&hash).bind(now.get()).fetch_optional(&mut *self.reading().await?).await?
        else {
            return Ok(None);
        };
        let actor = Actor {
            organization: OrganizationId(row.try_get("organization_id")?),
            member: MemberId(row.try_get("member_id")?),
        };
        let session = CurrentSession {
            id: SessionId(row.try_get("session_id")?),
            account: AccountId(row.try_get("account_id")?),
            actor,
            role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", actor.member)?,
        };
        let due = now.plus_seconds(-TOUCHED_EVERY).get();
        if row.try_get::<i64, _>("last_used_at")? <= due && self.noted.may(now) {
            let noted = tokio::time::timeout(NOTED_WITHIN, self.note_use(hash, actor, now, due)).await;
            if !matches!(noted, Ok(Ok(()))) {
                tracing::warn!("the use of a session is not noted, for the database does not take it now");
                self.noted.pause(now);
            }
        }
        Ok(Some(session))
    }

    async fn note_use(&self, hash: String, actor: Actor, now: Instant, due: i64) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        let touched = sqlx::query(TOUCH)
            .bind(hash)
            .bind(now.get())
            .bind(now.plus_seconds(LASTS).get())
            .bind(due)
            .execute(&mut *transaction)
            .await?;
        if touched.rows_affected() > 0 {
            seen(&mut transaction, actor, now).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Notes that the member is here now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn touch_member(&self, actor: Actor) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        seen(&mut transaction, actor, self.now()).await?;
        Ok(transaction.commit().await?)
    }

    /// Signs in with e-mail address and password.
    ///
    /// # Errors
    /// If they do not fit together, or the account is active nowhere.
    pub async fn sign_in(&self, email: &str, password: String, browser: &str) -> Result<SignedIn, ApiError> {
        let credentials = match Email::parse(email) {
            Ok(email) => self.credentials_by_email(&email).await?,
            Err(_) => None,
        };
        let expected = credentials.as_ref().and_then(|credentials| credentials.password_hash.clone());
        // Always the same work, whether there is an account or not.
        let fits = secret::verify_password(password, expected.clone()).await?;
        let (Some(credentials), true) = (credentials, fits) else { return Err(SessionError::WrongPassword.into()) };
        let mut transaction = self.begin().await?;
        let row = sqlx::query(MEMBERSHIP)
            .bind(credentials.account.get())
            .bind(expected)
            .fetch_optional(&mut *transaction)
            .await?;
        let row = row.ok_or(SessionError::WrongPassword)?;
        if !membership(&row)?.opens() {
            return Err(SessionError::Deactivated.into());
        }
        let actor = Actor {
            organization: OrganizationId(row.try_get("organization_id")?),
            member: MemberId(row.try_get("member_id")?),
        };
        let signed_in = self.begin_session(&mut transaction, credentials.account, actor, browser).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Begins a session of a member, in the transaction that let them in.
    pub(super) async fn begin_session(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account: AccountId,
        actor: Actor,
        browser: &str,
    ) -> Result<SignedIn, ApiError> {
        let now = self.now();
        let (token, hash) = secret::new_token()?;
        sqlx::query(FORGET_EXPIRED).bind(now.get()).execute(&mut **transaction).await?;
        sqlx::query(CREATE)
            .bind(hash)
            .bind(self.next_id())
            .bind(account.get())
            .bind(actor.organization.get())
            .bind(actor.member.get())
            .bind(browser)
            .bind(now.get())
            .bind(now.plus_seconds(LASTS).get())
            .execute(&mut **transaction)
            .await?;
        seen(transaction, actor, now).await?;
        Ok(SignedIn { token, me: me(transaction, actor).await?, joined: None })
    }

    /// Says who a member is.
    ///
    /// # Errors
    /// If the member is gone, deactivated or has not come in yet.
    pub async fn me(&self, actor: Actor) -> Result<Me, ApiError> {
        let mut transaction = self.begin_reading().await?;
        me(&mut transaction, actor).await
    }

    /// Ends the session with this token.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sign_out(&self, token: &str) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        sqlx::query(END_BY_TOKEN).bind(secret::token_hash(token)).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Lists the sessions of one's own account, the last used first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sessions(&self, current: &CurrentSession) -> Result<Vec<SessionRow>, ApiError> {
        let rows = sqlx::query(LIST)
            .bind(current.account.get())
            .bind(self.now().get())
            .fetch_all(&mut *self.reading().await?)
            .await?;
        rows.iter()
            .map(|row| {
                let id = SessionId(row.try_get("session_id")?);
                Ok(SessionRow {
                    id,
                    current: id == current.id,
                    browser: row.try_get("browser")?,
                    since: Instant(row.try_get("created_at")?),
                    last_used: Instant(row.try_get("last_used_at")?),
                })
            })
            .collect()
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// If it is not one of the account's.
    pub async fn end_session(&self, current: &CurrentSession, session: SessionId) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        end(&mut transaction, current, session).await?;
        Ok(transaction.commit().await?)
    }

    /// Lists the organizations that one's account is active in, by name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn own_organizations(&self, current: &CurrentSession) -> Result<Vec<OrganizationRow>, ApiError> {
        let rows =
            sqlx::query(ORGANIZATIONS).bind(current.account.get()).fetch_all(&mut *self.reading().await?).await?;
        rows.iter()
            .map(|row| {
                let id = OrganizationId(row.try_get("organization_id")?);
                Ok(OrganizationRow {
                    id,
                    name: row.try_get("name")?,
                    role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound(
                        "member",
                        "role",
                        row.try_get::<i64, _>("member_id")?,
                    )?,
                    current: id == current.actor.organization,
                })
            })
            .collect()
    }

    /// Goes over to another organization of one's account: the session of this browser ends, and another begins.
    ///
    /// # Errors
    /// If the account is not active there.
    pub async fn switch(
        &self,
        current: &CurrentSession,
        organization: OrganizationId,
        browser: &str,
    ) -> Result<SignedIn, ApiError> {
        let mut transaction = self.begin().await?;
        let rows = sqlx::query(ORGANIZATIONS).bind(current.account.get()).fetch_all(&mut *transaction).await?;
        let mut member = None;
        for row in rows {
            if row.try_get::<i64, _>("organization_id")? == organization.get() {
                member = Some(MemberId(row.try_get("member_id")?));
            }
        }
        let member = member.ok_or(ApiError::NotFound(Thing::Organization))?;
        end(&mut transaction, current, current.id).await?;
        let actor = Actor { organization, member };
        let signed_in = self.begin_session(&mut transaction, current.account, actor, browser).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// How many sessions have not ended.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_sessions(&self) -> Result<i64, ApiError> {
        Ok(sqlx::query_scalar(COUNT).bind(self.now().get()).fetch_one(&mut *self.reading().await?).await?)
    }
}

/// Ends one of an account's own sessions.
///
/// # Errors
/// If it is not one of them.
pub(super) async fn end(
    transaction: &mut Transaction<'static, Any>,
    current: &CurrentSession,
    session: SessionId,
) -> Result<(), ApiError> {
    let ended = sqlx::query(END).bind(current.account.get()).bind(session.get()).execute(&mut **transaction).await?;
    if ended.rows_affected() == 0 { Err(ApiError::NotFound(Thing::Session)) } else { Ok(()) }
}

async fn seen(transaction: &mut Transaction<'static, Any>, actor: Actor, now: Instant) -> Result<(), ApiError> {
    sqlx::query(SEEN)
        .bind(actor.organization.get())
        .bind(actor.member.get())
        .bind(now.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Says who a member is.
pub(super) async fn me(transaction: &mut Transaction<'static, Any>, actor: Actor) -> Result<Me, ApiError> {
    let row = sqlx::query(ME)
        .bind(actor.organization.get())
        .bind(actor.member.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::SignedOut)?;
    Ok(Me {
        account: AccountId(row.try_get("account_id")?),
        member: actor.member,
        organization: actor.organization,
        organization_name: row.try_get("organization")?,
        country: row.try_get("country")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", actor.member)?,
    })
}
