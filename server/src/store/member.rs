//! Members of an organization, and which of them are texters of a campaign.

use std::collections::BTreeSet;

use handoff_core::account::{Email, Name};
use handoff_core::campaign::CampaignStatus;
use handoff_core::fold::fold;
use handoff_core::membership::{LinkPassword, Membership, MembershipEvent, ShutOut};
use handoff_core::permission::{Act, Role};
use handoff_core::{AccountId, CampaignId, Instant, MemberId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::account::{Credentials, credentials_of, hold, set_password};
use super::failure::{Sound, ids};
use super::{Actor, MOST_IDS, Store, membership, no_free_id};
use crate::model::member::{MemberRow, NewMember, TexterError};
use crate::model::{ApiError, Thing};

const LIST: &str = "SELECT member.member_id, member.name, account.email, member.role, member.active, \
    member.invited, member.last_seen_at, CASE WHEN campaign_texter.member_id IS NULL THEN 0 ELSE 1 END AS on_campaign, \
    COALESCE(held.conversations, 0) AS holds \
    FROM member JOIN account ON account.account_id = member.account_id \
    LEFT JOIN campaign_texter ON campaign_texter.organization_id = member.organization_id \
        AND campaign_texter.campaign_id = $2 AND campaign_texter.member_id = member.member_id \
    LEFT JOIN (SELECT assignee_id, count(*) AS conversations FROM conversation \
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NOT NULL GROUP BY assignee_id) AS held \
        ON held.assignee_id = member.member_id \
    WHERE member.organization_id = $1";
const CAMPAIGN: &str = "SELECT status FROM campaign WHERE organization_id = $1 AND campaign_id = $2";
const COUNT_ACTIVE: &str =
    "SELECT count(*) FROM member WHERE organization_id = $1 AND active = 1 AND member_id IN ($2)";
const ADD: &str = "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) \
    SELECT organization_id, $2, member_id, $3 FROM member \
    WHERE organization_id = $1 AND active = 1 AND member_id IN ($4) \
    ON CONFLICT (organization_id, campaign_id, member_id) DO NOTHING";
const CREATE: &str = "INSERT INTO member \
    (organization_id, member_id, account_id, name, role, active, invited, created_at) \
    SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
    WHERE NOT EXISTS (SELECT 1 FROM member WHERE organization_id = $1 AND account_id = $3) \
    ON CONFLICT (organization_id, member_id) DO NOTHING";
const IS_MEMBER: &str = "SELECT member_id FROM member WHERE organization_id = $1 AND account_id = $2";
const CREATE_MEMBERSHIP: &str = "INSERT INTO membership (account_id, organization_id, member_id) VALUES ($1, $2, $3)";
const FIND: &str = "SELECT account_id, role, active, invited FROM member WHERE organization_id = $1 AND member_id = $2";
// Holds off others who would change who is an admin, until this transaction ends.
const LOCK: &str = "UPDATE organization SET country = country WHERE organization_id = $1";
const OTHER_ADMINS: &str = "SELECT count(*) FROM member \
    WHERE organization_id = $1 AND member_id <> $2 AND role = 1 AND active = 1 AND invited = 0";
const SET_ACTIVE: &str = "UPDATE member SET active = $3 WHERE organization_id = $1 AND member_id = $2";
const END_SESSIONS: &str = "DELETE FROM session WHERE account_id = $1 AND organization_id = $2";
const END_LINKS: &str = "DELETE FROM one_time_link WHERE account_id = $1 AND organization_id = $2";
const CAMPAIGNS: &str = "SELECT campaign_id FROM campaign_texter WHERE organization_id = $1 AND member_id = $2";
const ORGANIZATIONS: &str = "SELECT organization_id, name FROM organization ORDER BY organization_id LIMIT 100";

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: [&str; 15] = [
    IS_MEMBER,
    LIST,
    CAMPAIGN,
    COUNT_ACTIVE,
    ADD,
    CREATE,
    CREATE_MEMBERSHIP,
    FIND,
    LOCK,
    OTHER_ADMINS,
    SET_ACTIVE,
    END_SESSIONS,
    END_LINKS,
    CAMPAIGNS,
    ORGANIZATIONS,
];

/// So many members can be added at once.
pub const MOST_AT_ONCE: usize = 1_000;

/// What a change of a member concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Their account, whose sessions may have ended.
    pub account: AccountId,
    /// The campaigns they are a texter of.
    pub campaigns: Vec<CampaignId>,
}

impl Store {
    /// Lists all members of the organization, by name, with what they are in this campaign.
    ///
    /// # Errors
    /// If the campaign does not exist or the actor may not see it.
    pub async fn list_members(&self, actor: Actor, campaign: CampaignId) -> Result<Vec<MemberRow>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageTexters).await?;
        campaign_status(&mut transaction, actor.organization, campaign).await?;
        let rows =
            sqlx::query(LIST).bind(actor.organization.get()).bind(campaign.get()).fetch_all(&mut *transaction).await?;
        let mut members = rows
            .iter()
            .map(|row| {
                let last_active = row.try_get::<Option<i64>, _>("last_seen_at")?.map(Instant);
                Ok(MemberRow {
                    id: MemberId(row.try_get("member_id")?),
                    name: row.try_get("name")?,
                    email: row.try_get("email")?,
                    role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", ids(row))?,
                    membership: membership(row)?,
                    on_campaign: row.try_get::<i32, _>("on_campaign")? == 1,
                    holds: u32::try_from(row.try_get::<i64, _>("holds")?).sound("member", "holds", ids(row))?,
                    last_active,
                })
            })
            .collect::<Result<Vec<_>, ApiError>>()?;
        // Here and not in SQL, because the engines do not agree on letters beyond ASCII.
        members.sort_by_cached_key(|member| (fold(&member.name), member.id));
        Ok(members)
    }

    /// Makes members texters of the campaign. Answers how many were not before.
    ///
    /// # Errors
    /// If the campaign or one of the members does not exist, or the campaign is archived.
    pub async fn add_texters(
        &self,
        actor: Actor,
        campaign: CampaignId,
        members: Vec<MemberId>,
    ) -> Result<u32, ApiError> {
        let members: Vec<MemberId> = members.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        if members.len() > MOST_AT_ONCE {
            return Err(ApiError::invalid("members", format!("Add at most {MOST_AT_ONCE} texters at once.")));
        }
        let mut transaction = self.write(actor, Act::ManageTexters).await?;
        campaign_status(&mut transaction, actor.organization, campaign).await?.may_move()?;
        if members.is_empty() {
            return Ok(0);
        }
        let mut count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(with_members(COUNT_ACTIVE, members.len(), 2)))
            .bind(actor.organization.get());
        for member in &members {
            count = count.bind(member.get());
        }
        if usize::try_from(count.fetch_one(&mut *transaction).await?) != Ok(members.len()) {
            return Err(ApiError::NotFound(Thing::Member));
        }
        let mut add = sqlx::query(AssertSqlSafe(with_members(ADD, members.len(), 4)))
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(self.now().get());
        for member in &members {
            add = add.bind(member.get());
        }
        let added = add.execute(&mut *transaction).await?.rows_affected();
        transaction.commit().await?;
        u32::try_from(added).expected("members are no more than four billion")
    }

    /// Creates a member, with a one-time link to pass on, and makes them a texter of the campaign if one is given.
    ///
    /// # Errors
    /// If a field does not do, or the address belongs to a member already.
    pub async fn create_member(
        &self,
        actor: Actor,
        name: &str,
        email: &str,
        role: Role,
        campaign: Option<CampaignId>,
    ) -> Result<NewMember, ApiError> {
        let mut transaction = self.write(actor, Act::ManageTexters).await?;
        let name = Name::parse(name).map_err(|error| ApiError::invalid("name", error))?;
        let email = Email::parse(email).map_err(|error| ApiError::invalid("email", error))?;
        if let Some(campaign) = campaign {
            campaign_status(&mut transaction, actor.organization, campaign).await?.may_move()?;
        }
        let credentials = self.account_for(&mut transaction, &email).await?;
        let invited = Membership::Invited;
        let member = insert(self, &mut transaction, actor.organization, credentials.account, &name, role, invited)
            .await?
            .ok_or(TexterError::EmailTaken)?;
        if let Some(campaign) = campaign {
            sqlx::query(AssertSqlSafe(with_members(ADD, 1, 4)))
                .bind(actor.organization.get())
                .bind(campaign.get())
                .bind(self.now().get())
                .bind(member.get())
                .execute(&mut *transaction)
                .await?;
        }
        let link = self.organization_link(&mut transaction, &credentials, actor.organization, invited).await?;
        transaction.commit().await?;
        Ok(NewMember { id: member, link: link.path, password: link.password })
    }

    /// Makes a new one-time sign-in link for a member. Earlier ones end.
    ///
    /// # Errors
    /// If the member does not exist or is deactivated.
    pub async fn new_sign_in_link(&self, actor: Actor, member: MemberId) -> Result<NewMember, ApiError> {
        let mut transaction = self.write(actor, Act::ManageTexters).await?;
        let found = find(&mut transaction, actor.organization, member).await?;
        if !found.membership.is_let_in() {
            return Err(ApiError::invalid("member", ShutOut));
        }
        let credentials = credentials_of(&mut transaction, found.account).await?;
        let link = self.organization_link(&mut transaction, &credentials, actor.organization, found.membership).await?;
        transaction.commit().await?;
        Ok(NewMember { id: member, link: link.path, password: link.password })
    }

    /// Deactivates a member, which ends their sessions and links, or activates them again.
    ///
    /// What they hold stays theirs until somebody moves it.
    ///
    /// # Errors
    /// If the member does not exist, is oneself, or is the last admin.
    pub async fn set_active(&self, actor: Actor, member: MemberId, active: bool) -> Result<Affected, ApiError> {
        let mut transaction = self.write(actor, Act::ManageTexters).await?;
        if member == actor.member && !active {
            return Err(TexterError::Yourself.into());
        }
        sqlx::query(LOCK).bind(actor.organization.get()).execute(&mut *transaction).await?;
        let found = find(&mut transaction, actor.organization, member).await?;
        if !active && found.role == Role::Admin {
            let others: i64 = sqlx::query_scalar(OTHER_ADMINS)
                .bind(actor.organization.get())
                .bind(member.get())
                .fetch_one(&mut *transaction)
                .await?;
            if others == 0 {
                return Err(TexterError::LastAdmin.into());
            }
        }
        let event = if active { MembershipEvent::Activate } else { MembershipEvent::Deactivate };
        let after = found.membership.after(event).map_err(|error| ApiError::invalid("member", error))?;
        sqlx::query(SET_ACTIVE)
            .bind(actor.organization.get())
            .bind(member.get())
            .bind(i32::from(after.is_let_in()))
            .execute(&mut *transaction)
            .await?;
        if !active {
            for statement in [END_SESSIONS, END_LINKS] {
                sqlx::query(statement)
                    .bind(found.account.get())
                    .bind(actor.organization.get())
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        let campaigns: Vec<i64> = sqlx::query_scalar(CAMPAIGNS)
            .bind(actor.organization.get())
            .bind(member.get())
            .fetch_all(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Affected { account: found.account, campaigns: campaigns.into_iter().map(CampaignId).collect() })
    }

    /// The organizations of this deployment, for the command line: at most a hundred.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn organizations(&self) -> Result<Vec<(OrganizationId, String)>, ApiError> {
        let rows = sqlx::query(ORGANIZATIONS).fetch_all(&mut *self.reading().await?).await?;
        rows.iter().map(|row| Ok((OrganizationId(row.try_get("organization_id")?), row.try_get("name")?))).collect()
    }

    /// Adds a person for who runs the server. Answers the organization's one-time link, and which password it takes.
    ///
    /// # Errors
    /// If the address belongs to a member already.
    pub async fn add_user(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        name: &Name,
        email: &Email,
        role: Role,
    ) -> Result<(String, LinkPassword), ApiError> {
        let (account, _) = self.add_member(transaction, organization, name, email, role, None).await?;
        let credentials = credentials_of(transaction, account).await?;
        let link = self.organization_link(transaction, &credentials, organization, Membership::Invited).await?;
        Ok((link.path, link.password))
    }

    /// Creates a member: who is in, with a password of which the hash is given, or who is invited.
    ///
    /// # Errors
    /// If the address belongs to a member already.
    pub async fn add_member(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        name: &Name,
        email: &Email,
        role: Role,
        password_hash: Option<&str>,
    ) -> Result<(AccountId, MemberId), ApiError> {
        let Credentials { account, password_hash: before } = self.account_for(transaction, email).await?;
        let membership = if password_hash.is_some() { Membership::Active } else { Membership::Invited };
        let member = insert(self, transaction, organization, account, name, role, membership)
            .await?
            .ok_or(TexterError::EmailTaken)?;
        if let Some(hash) = password_hash
            && !set_password(transaction, account, before.as_deref(), hash, None).await?
        {
            tracing::error!(%account, "the password of an account that is held changed meanwhile");
            return Err(ApiError::Broken);
        }
        Ok((account, member))
    }

    /// A one-time link for the account with this address, that may set the password. None if there is none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn link_for(
        &self,
        transaction: &mut Transaction<'static, Any>,
        email: &Email,
    ) -> Result<Option<String>, ApiError> {
        match self.credentials_by_email(email).await? {
            Some(credentials) => Ok(Some(self.sign_in_link(transaction, credentials.account, None).await?)),
            None => Ok(None),
        }
    }
}

struct Found {
    account: AccountId,
    role: Role,
    membership: Membership,
}

/// Creates a member, unless the account is one already.
pub(super) async fn insert(
    store: &Store,
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    account: AccountId,
    name: &Name,
    role: Role,
    membership: Membership,
) -> Result<Option<MemberId>, ApiError> {
    // Links of other organizations, which are used meanwhile, wait and then see this one.
    hold(transaction, account).await?;
    for _ in 0..MOST_IDS {
        let member = MemberId(store.next_id());
        let created = sqlx::query(CREATE)
            .bind(organization.get())
            .bind(member.get())
            .bind(account.get())
            .bind(name.as_str())
            .bind(role as i32)
            .bind(i32::from(membership.is_let_in()))
            .bind(i32::from(membership.is_invited()))
            .bind(store.now().get())
            .execute(&mut **transaction)
            .await?;
        if created.rows_affected() == 1 {
            sqlx::query(CREATE_MEMBERSHIP)
                .bind(account.get())
                .bind(organization.get())
                .bind(member.get())
                .execute(&mut **transaction)
                .await?;
            return Ok(Some(member));
        }
        // The account is held: if it is no member now, the id was somebody else's.
        let found = sqlx::query(IS_MEMBER).bind(organization.get()).bind(account.get());
        if found.fetch_optional(&mut **transaction).await?.is_some() {
            return Ok(None);
        }
    }
    Err(no_free_id("a member"))
}

async fn find(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    member: MemberId,
) -> Result<Found, ApiError> {
    let row = sqlx::query(FIND)
        .bind(organization.get())
        .bind(member.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Member))?;
    Ok(Found {
        account: AccountId(row.try_get("account_id")?),
        role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", member)?,
        membership: membership(&row)?,
    })
}

async fn campaign_status(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<CampaignStatus, ApiError> {
    let number: i32 = sqlx::query_scalar(CAMPAIGN)
        .bind(organization.get())
        .bind(campaign.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Campaign))?;
    CampaignStatus::from_number(number.into()).sound("campaign", "status", campaign)
}

/// Makes room for so many members where the statement has room for one, its last placeholder.
fn with_members(statement: &str, count: usize, first: usize) -> String {
    let placeholders: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    statement.replace(&format!("IN (${first})"), &format!("IN ({})", placeholders.join(", ")))
}
