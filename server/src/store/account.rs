//! Accounts: who can sign in. They belong to the deployment, and members of organizations refer to them.

use handoff_core::account::Email;
use handoff_core::{AccountId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::Store;
use crate::api::ApiError;
use crate::api::session::SessionError;
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
const CREATE: &str = "INSERT INTO account (account_id, email, password_hash, created_at) VALUES ($1, $2, NULL, $3) \
    ON CONFLICT (email) DO NOTHING";
const SET_PASSWORD: &str = "UPDATE account SET password_hash = $2 WHERE account_id = $1";
const REPLACE_PASSWORD: &str = "UPDATE account SET password_hash = $3 WHERE account_id = $1 AND password_hash = $2";
const END_OTHERS: &str = "DELETE FROM session WHERE account_id = $1 AND session_id <> $2";
const ELSEWHERE: &str = "SELECT count(*) FROM membership WHERE account_id = $1 AND organization_id <> $2";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 7] =
    [CREDENTIALS_BY_EMAIL, CREDENTIALS, CREATE, SET_PASSWORD, REPLACE_PASSWORD, END_OTHERS, ELSEWHERE];

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
    pub(super) async fn credentials(&self, account: AccountId) -> Result<Credentials, ApiError> {
        let row = sqlx::query(CREDENTIALS).bind(account.get()).fetch_optional(&mut *self.reading().await?).await?;
        Ok(read(&row.ok_or(ApiError::SignedOut)?)?)
    }

    /// Changes one's own password, and ends one's other sessions.
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
        let changed = sqlx::query(REPLACE_PASSWORD)
            .bind(session.account.get())
            .bind(before)
            .bind(after)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() != 1 {
            // Somebody else changed it meanwhile.
            return Err(SessionError::WrongCurrentPassword.into());
        }
        sqlx::query(END_OTHERS).bind(session.account.get()).bind(session.id.get()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Finds or makes the account with this address.
    pub(super) async fn account_for(
        &self,
        transaction: &mut Transaction<'static, Any>,
        email: &Email,
    ) -> Result<Credentials, ApiError> {
        sqlx::query(CREATE)
            .bind(self.next_id())
            .bind(email.as_str())
            .bind(self.now().get())
            .execute(&mut **transaction)
            .await?;
        let row = sqlx::query(CREDENTIALS_BY_EMAIL).bind(email.as_str()).fetch_one(&mut **transaction).await?;
        Ok(read(&row)?)
    }
}

/// Sets a new password and ends all sessions of the account.
pub(super) async fn set_password(
    transaction: &mut Transaction<'static, Any>,
    account: AccountId,
    password_hash: &str,
) -> Result<(), ApiError> {
    sqlx::query(SET_PASSWORD).bind(account.get()).bind(password_hash).execute(&mut **transaction).await?;
    sqlx::query(END_OTHERS).bind(account.get()).bind(0_i64).execute(&mut **transaction).await?;
    Ok(())
}

/// Whether the account also belongs to another organization.
pub(super) async fn belongs_elsewhere(
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
