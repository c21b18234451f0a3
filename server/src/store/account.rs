//! Accounts: who can sign in. They belong to the deployment, and members of organizations refer to them.

use handoff_core::account::Email;
use handoff_core::{AccountId, OrganizationId, SessionId};
use sqlx::{Any, Row, Transaction};

use super::{MOST_IDS, Store, no_free_id};
use crate::model::ApiError;
use crate::model::session::SessionError;
use crate::secret;
use crate::store::session::CurrentSession;

/// What an account signs in with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub account: AccountId,
    /// None until the person has chosen a password.
    pub password_hash: Option<String>,
}

const CREDENTIALS_BY_EMAIL: &str = "SELECT account_id, password_hash FROM account WHERE email = $1";
const CREDENTIALS: &str = "SELECT account_id, password_hash FROM account WHERE account_id = $1";
// No target: whether the address or the id was taken is looked up.
const CREATE: &str = "INSERT INTO account (account_id, email, password_hash, created_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT DO NOTHING";
const REPLACE_PASSWORD: &str =
    "UPDATE account SET password_hash = $3 WHERE account_id = $1 AND password_hash IS NOT DISTINCT FROM $2";
const END_OTHERS: &str = "DELETE FROM session WHERE account_id = $1 AND session_id <> $2";
const END_LINKS: &str = "DELETE FROM one_time_link WHERE account_id = $1";
// Holds off others who would change what decides about an account's links, until this transaction ends.
const HOLD: &str = "UPDATE account SET created_at = created_at WHERE account_id = $1";
// Where an account is no more than invited, it opens nothing that could be got into.
const ELSEWHERE: &str = "SELECT count(*) FROM membership \
    JOIN member ON member.organization_id = membership.organization_id AND member.member_id = membership.member_id \
    WHERE membership.account_id = $1 AND membership.organization_id <> $2 AND member.invited = 0";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 8] =
    [CREDENTIALS_BY_EMAIL, CREDENTIALS, CREATE, REPLACE_PASSWORD, END_OTHERS, END_LINKS, HOLD, ELSEWHERE];

fn read(row: &sqlx::any::AnyRow) -> Result<Credentials, sqlx::Error> {
    Ok(Credentials {
        account: AccountId(row.try_get("account_id")?),
        password_hash: row.try_get::<Option<String>, _>("password_hash")?,
    })
}

impl Store {
    /// The account with this address.
    pub(super) async fn credentials_by_email(&self, email: &Email) -> Result<Option<Credentials>, ApiError> {
        let row =
            sqlx::query(CREDENTIALS_BY_EMAIL).bind(email.as_str()).fetch_optional(&mut *self.reading().await?).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    /// The account with this id.
    async fn credentials(&self, account: AccountId) -> Result<Credentials, ApiError> {
        let row = sqlx::query(CREDENTIALS).bind(account.get()).fetch_optional(&mut *self.reading().await?).await?;
        Ok(read(&row.ok_or(ApiError::SignedOut)?)?)
    }

    /// Changes one's own password, and ends one's other sessions and the links that were made with the old one.
    ///
    /// # Errors
    /// If the current password is wrong or the new one weak.
    pub async fn change_password(
        &self,
        session: &CurrentSession,
        current: String,
        new: String,
    ) -> Result<(), ApiError> {
        handoff_core::account::check_password(&new).map_err(|_| SessionError::WeakPassword)?;
        let before = self.credentials(session.account).await?.password_hash;
        if !secret::verify_password(current, before.clone()).await? {
            return Err(SessionError::WrongCurrentPassword.into());
        }
        let after = secret::hash_password(new).await?;
        let mut transaction = self.begin().await?;
        let kept = Some(session.id);
        if !set_password(&mut transaction, session.account, before.as_deref(), &after, kept).await? {
            // Somebody else changed it meanwhile.
            return Err(SessionError::WrongCurrentPassword.into());
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Finds or makes the account with this address.
    pub(super) async fn account_for(
        &self,
        transaction: &mut Transaction<'static, Any>,
        email: &Email,
    ) -> Result<Credentials, ApiError> {
        self.create_account(transaction, email, None).await?;
        let row = sqlx::query(CREDENTIALS_BY_EMAIL).bind(email.as_str()).fetch_one(&mut **transaction).await?;
        Ok(read(&row)?)
    }

    /// Makes an account. `None` if the address has one.
    pub(super) async fn create_account(
        &self,
        transaction: &mut Transaction<'static, Any>,
        email: &Email,
        hash: Option<&str>,
    ) -> Result<Option<AccountId>, ApiError> {
        for _ in 0..MOST_IDS {
            let account = AccountId(self.next_id());
            let created = sqlx::query(CREATE)
                .bind(account.get())
                .bind(email.as_str())
                .bind(hash.map(str::to_owned))
                .bind(self.now().get())
                .execute(&mut **transaction)
                .await?;
            if created.rows_affected() == 1 {
                return Ok(Some(account));
            }
            let found =
                sqlx::query(CREDENTIALS_BY_EMAIL).bind(email.as_str()).fetch_optional(&mut **transaction).await?;
            if found.is_some() {
                return Ok(None);
            }
        }
        Err(no_free_id("an account"))
    }
}

/// Sets the password in place of the one before, and ends all sessions of the account but one. Answers whether the one
/// before still was it.
///
/// A password that is changed ends the account's one-time links. The first one leaves them: whoever was added to several
/// organizations has a link of each, and needs it with this password from now on.
pub(super) async fn set_password(
    transaction: &mut Transaction<'static, Any>,
    account: AccountId,
    before: Option<&str>,
    after: &str,
    kept: Option<SessionId>,
) -> Result<bool, ApiError> {
    let set = sqlx::query(REPLACE_PASSWORD).bind(account.get()).bind(before).bind(after);
    if set.execute(&mut **transaction).await?.rows_affected() != 1 {
        return Ok(false);
    }
    let kept = kept.map_or(0, SessionId::get);
    sqlx::query(END_OTHERS).bind(account.get()).bind(kept).execute(&mut **transaction).await?;
    if before.is_some() {
        sqlx::query(END_LINKS).bind(account.get()).execute(&mut **transaction).await?;
    }
    Ok(true)
}

/// The account of a member, as it stands.
pub(super) async fn credentials_of(
    transaction: &mut Transaction<'static, Any>,
    account: AccountId,
) -> Result<Credentials, ApiError> {
    let row = sqlx::query(CREDENTIALS).bind(account.get()).fetch_one(&mut **transaction).await?;
    Ok(read(&row)?)
}

/// Keeps others from changing password and memberships of an account until this transaction ends. What is read of them
/// afterwards is how they stand.
pub(super) async fn hold(transaction: &mut Transaction<'static, Any>, account: AccountId) -> Result<(), ApiError> {
    sqlx::query(HOLD).bind(account.get()).execute(&mut **transaction).await?;
    Ok(())
}

/// Whether the account has come in to another organization.
pub(super) async fn came_in_elsewhere(
    transaction: &mut Transaction<'static, Any>,
    account: AccountId,
    organization: OrganizationId,
) -> Result<bool, ApiError> {
    let count: i64 = sqlx::query_scalar(ELSEWHERE)
        .bind(account.get())
        .bind(organization.get())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(count > 0)
}
