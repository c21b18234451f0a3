//! One-time links: to set up the first admin, to come in to an organization, to choose a password.
//!
//! The token is in the address of the link. It works once, and the log says of addresses only which route they are.

use handoff_core::account::{Country, Email, Name, check_password};
use handoff_core::membership::{LinkMaker, LinkPassword, Membership, MembershipEvent};
use handoff_core::permission::Role;
use handoff_core::{AccountId, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::failure::Sound;
use super::session::SignedIn;
use super::{Actor, Store, account, member, membership};
use crate::model::ApiError;
use crate::model::session::{LinkPurpose, SessionError};
use crate::secret;

/// A sign-in link can be used for seven days.
const SIGN_IN_LASTS: i64 = 7 * 24 * 60 * 60;

/// The set-up link can be used for a day.
const SET_UP_LASTS: i64 = 24 * 60 * 60;

const CREATE: &str =
    "INSERT INTO one_time_link (token_hash, account_id, organization_id, expires_at) VALUES ($1, $2, $3, $4)";
const FORGET_EXPIRED: &str = "DELETE FROM one_time_link WHERE expires_at <= $1";
const END_SET_UP: &str = "DELETE FROM one_time_link WHERE account_id IS NULL";
// A link of one organization leaves the links of others.
const END_EARLIER: &str = "DELETE FROM one_time_link WHERE account_id = $1 \
    AND (organization_id = $2 OR organization_id IS NULL AND CAST($2 AS BIGINT) IS NULL)";
// Five passwords can be tried, each counted before it is compared: a link that was guessed at has ended.
const READ: &str = "SELECT account_id, organization_id FROM one_time_link \
    WHERE token_hash = $1 AND expires_at > $2 AND guesses < 5";
const GUESS: &str = "UPDATE one_time_link SET guesses = guesses + 1 \
    WHERE token_hash = $1 AND expires_at > $2 AND guesses < 5 RETURNING guesses";
const END_GUESSED: &str = "DELETE FROM one_time_link WHERE token_hash = $1 AND guesses >= 5";
const USE: &str = "DELETE FROM one_time_link WHERE token_hash = $1 AND expires_at > $2 \
    RETURNING account_id, organization_id";
// Whoever runs the server leads where the account is in, or else where it is invited.
const PERSON: &str = "SELECT member.organization_id, member.member_id, member.name, member.active, member.invited, \
    account.email, account.password_hash, organization.name AS organization_name \
    FROM account JOIN membership ON membership.account_id = account.account_id \
    JOIN member ON member.organization_id = membership.organization_id AND member.member_id = membership.member_id \
    JOIN organization ON organization.organization_id = member.organization_id \
    WHERE account.account_id = $1 AND member.active = 1 \
    AND (CAST($2 AS BIGINT) IS NULL OR member.organization_id = $2) \
    ORDER BY member.invited, member.organization_id LIMIT 1";
const COME_IN: &str = "UPDATE member SET invited = $3 WHERE organization_id = $1 AND member_id = $2";
const ANY_ORGANIZATION: &str = "SELECT count(*) FROM (SELECT 1 FROM organization LIMIT 1) AS found";
const CREATE_ORGANIZATION: &str =
    "INSERT INTO organization (organization_id, name, country, created_at) VALUES ($1, $2, $3, $4)";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 12] = [
    CREATE,
    FORGET_EXPIRED,
    END_SET_UP,
    END_EARLIER,
    READ,
    GUESS,
    END_GUESSED,
    USE,
    PERSON,
    COME_IN,
    ANY_ORGANIZATION,
    CREATE_ORGANIZATION,
];

/// So many wrong passwords end a link.
const MOST_GUESSES: u8 = 5;

/// A new organization and its first admin, as they were typed.
#[derive(Clone)]
pub struct FirstAdmin {
    /// The organization's name.
    pub organization: String,
    /// Its country: two letters.
    pub country: String,
    /// The admin's name.
    pub name: String,
    /// The admin's e-mail address.
    pub email: String,
    /// The admin's password.
    pub password: String,
}

/// Whom a link is for.
struct LinkedPerson {
    account: AccountId,
    actor: Actor,
    name: String,
    email: String,
    organization_name: String,
    membership: Membership,
    password_hash: Option<String>,
    /// Which password the link takes.
    password: LinkPassword,
}

/// A link of an organization to pass on.
pub(super) struct OrganizationLink {
    /// Its path.
    pub(super) path: String,
    /// Which password it takes, as things stand.
    pub(super) password: LinkPassword,
}

impl Store {
    /// Whether there is no organization yet.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn is_empty(&self) -> Result<bool, ApiError> {
        let found: i64 = sqlx::query_scalar(ANY_ORGANIZATION).fetch_one(&mut *self.reading().await?).await?;
        Ok(found == 0)
    }

    /// Makes the link that sets up the first admin, unless there is an organization. Earlier ones end.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn set_up_link(&self) -> Result<Option<String>, ApiError> {
        let mut transaction = self.begin().await?;
        let found: i64 = sqlx::query_scalar(ANY_ORGANIZATION).fetch_one(&mut *transaction).await?;
        if found > 0 {
            return Ok(None);
        }
        sqlx::query(END_SET_UP).execute(&mut *transaction).await?;
        let token = self.create_link(&mut transaction, None, None, SET_UP_LASTS).await?;
        transaction.commit().await?;
        Ok(Some(format!("/set-up/{token}")))
    }

    /// Makes a link to sign in with and choose a password. Earlier ones end.
    ///
    /// A link of an organization signs in there. One of none is made by who runs the server, and is trusted more.
    pub(super) async fn sign_in_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account: AccountId,
        organization: Option<OrganizationId>,
    ) -> Result<String, ApiError> {
        sqlx::query(END_EARLIER)
            .bind(account.get())
            .bind(organization.map(OrganizationId::get))
            .execute(&mut **transaction)
            .await?;
        let token = self.create_link(transaction, Some(account), organization, SIGN_IN_LASTS).await?;
        Ok(format!("/link/{token}"))
    }

    /// Makes a link of an organization for one of its members. Earlier ones end.
    pub(super) async fn organization_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        credentials: &account::Credentials,
        organization: OrganizationId,
        membership: Membership,
    ) -> Result<OrganizationLink, ApiError> {
        let path = self.sign_in_link(transaction, credentials.account, Some(organization)).await?;
        let elsewhere = account::came_in_elsewhere(transaction, credentials.account, organization).await?;
        let maker = LinkMaker::Organization(membership);
        let password = LinkPassword::of(maker, credentials.password_hash.is_some(), elsewhere);
        Ok(OrganizationLink { path, password })
    }

    async fn create_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account: Option<AccountId>,
        organization: Option<OrganizationId>,
        lasts: i64,
    ) -> Result<String, ApiError> {
        let (token, hash) = secret::new_token()?;
        sqlx::query(FORGET_EXPIRED).bind(self.now().get()).execute(&mut **transaction).await?;
        sqlx::query(CREATE)
            .bind(hash)
            .bind(account.map(AccountId::get))
            .bind(organization.map(OrganizationId::get))
            .bind(self.now().plus_seconds(lasts).get())
            .execute(&mut **transaction)
            .await?;
        Ok(token)
    }

    /// Says what a link is for, without using it up.
    ///
    /// # Errors
    /// If it was used, has expired or never existed.
    pub async fn read_link(&self, token: &str) -> Result<LinkPurpose, ApiError> {
        let mut transaction = self.begin_reading().await?;
        Ok(match self.look_up(&mut transaction, READ, token).await? {
            None => LinkPurpose::SetUp,
            Some(person) => LinkPurpose::SignIn {
                name: person.name,
                email: person.email,
                organization_name: person.organization_name,
                password: person.password,
            },
        })
    }

    /// Uses a link: the membership is active from then on, with the password that the link takes.
    ///
    /// # Errors
    /// If the link is not valid or the password does not do. Five wrong ones end the link.
    pub async fn use_link(&self, token: &str, password: String, browser: &str) -> Result<SignedIn, ApiError> {
        // Looked up before the work on the password: a made-up link costs nothing.
        let mut reading = self.begin_reading().await?;
        let before = self.look_up(&mut reading, READ, token).await?.ok_or(SessionError::LinkInvalid)?;
        drop(reading);
        let chosen = match before.password {
            LinkPassword::New => {
                check_password(&password).map_err(|_| SessionError::WeakPassword)?;
                Some(secret::hash_password(password).await?)
            }
            LinkPassword::Own => {
                self.check_own_password(token, password, before.password_hash.clone()).await?;
                None
            }
        };
        let mut transaction = self.begin().await?;
        account::hold(&mut transaction, before.account).await?;
        let person = self.look_up(&mut transaction, USE, token).await?.ok_or(SessionError::LinkInvalid)?;
        if (person.password, &person.password_hash) != (before.password, &before.password_hash) {
            // The account came in to another organization or changed its password while we worked on it.
            return Err(SessionError::PasswordElsewhere.into());
        }
        let after = person.membership.after(MembershipEvent::LinkUsed).map_err(|_| SessionError::LinkInvalid)?;
        sqlx::query(COME_IN)
            .bind(person.actor.organization.get())
            .bind(person.actor.member.get())
            .bind(i32::from(after.is_invited()))
            .execute(&mut *transaction)
            .await?;
        if let Some(chosen) = chosen {
            let before = person.password_hash.as_deref();
            if !account::set_password(&mut transaction, person.account, before, &chosen, None).await? {
                return Err(SessionError::PasswordElsewhere.into());
            }
        }
        let signed_in = self.begin_session(&mut transaction, person.account, person.actor, browser).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Compares the password that somebody gives with a link. Each try is counted before it is made, so that many at once
    /// are no more than one after the other.
    async fn check_own_password(&self, token: &str, given: String, hash: Option<String>) -> Result<(), ApiError> {
        let token = secret::token_hash(token);
        let mut transaction = self.begin().await?;
        let row = sqlx::query(GUESS).bind(&token).bind(self.now().get()).fetch_optional(&mut *transaction).await?;
        let guesses: i32 = row.ok_or(SessionError::LinkInvalid)?.try_get("guesses")?;
        transaction.commit().await?;
        if secret::verify_password(given, hash).await? {
            return Ok(());
        }
        let left = MOST_GUESSES.saturating_sub(u8::try_from(guesses).expected("guesses are few")?);
        if left == 0 {
            let mut transaction = self.begin().await?;
            sqlx::query(END_GUESSED).bind(&token).execute(&mut *transaction).await?;
            transaction.commit().await?;
        }
        Err(SessionError::WrongLinkPassword { left }.into())
    }

    /// Sets up the organization and its first admin, through the one-time link.
    ///
    /// # Errors
    /// If the link is not valid, an organization is there already, or a field does not do.
    pub async fn set_up(&self, token: &str, set_up: FirstAdmin, browser: &str) -> Result<SignedIn, ApiError> {
        if !self.is_empty().await? {
            return Err(SessionError::SetUpDone.into());
        }
        if self.read_link(token).await? != LinkPurpose::SetUp {
            return Err(SessionError::LinkInvalid.into());
        }
        let organization =
            Name::parse(&set_up.organization).map_err(|error| ApiError::invalid("organization", error))?;
        let country = Country::parse(&set_up.country).map_err(|error| ApiError::invalid("country", error))?;
        let name = Name::parse(&set_up.name).map_err(|error| ApiError::invalid("name", error))?;
        let email = Email::parse(&set_up.email).map_err(|error| ApiError::invalid("email", error))?;
        check_password(&set_up.password).map_err(|_| SessionError::WeakPassword)?;
        let hash = secret::hash_password(set_up.password).await?;
        let mut transaction = self.begin().await?;
        // Somebody was added from the command line meanwhile: an address that is known there is not ours to give away.
        let found: i64 = sqlx::query_scalar(ANY_ORGANIZATION).fetch_one(&mut *transaction).await?;
        if found > 0 {
            return Err(SessionError::SetUpDone.into());
        }
        // Two at once: the second finds the link used up, because this row is gone.
        if self.look_up(&mut transaction, USE, token).await?.is_some() {
            return Err(SessionError::LinkInvalid.into());
        }
        let organization = self.create_organization(&mut transaction, &organization, country).await?;
        let account::Credentials { account, password_hash } = self.account_for(&mut transaction, &email).await?;
        let member =
            member::insert(self, &mut transaction, organization, account, &name, Role::Admin, Membership::Active)
                .await?
                .expected("a new organization has no members")?;
        if !account::set_password(&mut transaction, account, password_hash.as_deref(), &hash, None).await? {
            tracing::error!(%account, "the password of a new account changed meanwhile");
            return Err(ApiError::Broken);
        }
        let signed_in = self.begin_session(&mut transaction, account, Actor { organization, member }, browser).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Creates an organization without members.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn create_organization(
        &self,
        transaction: &mut Transaction<'static, Any>,
        name: &Name,
        country: Country,
    ) -> Result<OrganizationId, ApiError> {
        let organization = OrganizationId(self.next_id());
        sqlx::query(CREATE_ORGANIZATION)
            .bind(organization.get())
            .bind(name.as_str())
            .bind(country.to_string())
            .bind(self.now().get())
            .execute(&mut **transaction)
            .await?;
        Ok(organization)
    }

    /// Whom the link is for: nobody, if it sets up the first admin.
    async fn look_up(
        &self,
        transaction: &mut Transaction<'static, Any>,
        statement: &'static str,
        token: &str,
    ) -> Result<Option<LinkedPerson>, ApiError> {
        let link = sqlx::query(statement)
            .bind(secret::token_hash(token))
            .bind(self.now().get())
            .fetch_optional(&mut **transaction)
            .await?
            .ok_or(SessionError::LinkInvalid)?;
        let Some(account) = link.try_get::<Option<i64>, _>("account_id")?.map(AccountId) else { return Ok(None) };
        let organization = link.try_get::<Option<i64>, _>("organization_id")?.map(OrganizationId);
        let person = sqlx::query(PERSON)
            .bind(account.get())
            .bind(organization.map(OrganizationId::get))
            .fetch_optional(&mut **transaction)
            .await?
            .ok_or(SessionError::LinkInvalid)?;
        let membership = membership(&person)?;
        let password_hash: Option<String> = person.try_get("password_hash")?;
        let (maker, elsewhere) = match organization {
            Some(organization) => (
                LinkMaker::Organization(membership),
                account::came_in_elsewhere(transaction, account, organization).await?,
            ),
            None => (LinkMaker::Server, false),
        };
        Ok(Some(LinkedPerson {
            account,
            actor: Actor {
                organization: OrganizationId(person.try_get("organization_id")?),
                member: MemberId(person.try_get("member_id")?),
            },
            name: person.try_get("name")?,
            email: person.try_get("email")?,
            organization_name: person.try_get("organization_name")?,
            membership,
            password: LinkPassword::of(maker, password_hash.is_some(), elsewhere),
            password_hash,
        }))
    }
}
