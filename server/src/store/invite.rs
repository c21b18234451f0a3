//! Invite links of campaigns: making, disabling, and finding what they invite to.
//!
//! A campaign has one at most that works. Its token follows from the link's id and the server's key, so that it can be
//! shown again; what is kept of it is a hash, by which it is found.

pub(super) mod invited;
mod places;

use handoff_core::campaign::CampaignStatus;
use handoff_core::membership::Membership;
use handoff_core::permission::{Act, Role};
use handoff_core::{AccountId, CampaignId, Instant, InviteLinkId, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

pub(super) use self::places::take_place;
use self::places::{joined, people_limit};
use super::failure::{Sound, ids};
use super::session::CurrentSession;
use super::tally::campaign as check_campaign;
use super::{Actor, MOST_IDS, Store, membership, no_free_id};
use crate::model::ApiError;
use crate::model::invite::{Invitation, InviteError, NewInvite, Visitor};
use crate::model::self_assignment::Invite;
use crate::secret;
use invited::Invited;

const MAKE: &str = "
    INSERT INTO invite_link (token_hash, organization_id, campaign_id, made_at, made_by, link_id, most_people)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (token_hash) DO NOTHING";

const DISABLE: &str = "
    UPDATE invite_link SET disabled_at = $3
    WHERE organization_id = $1 AND campaign_id = $2 AND disabled_at IS NULL";

const LATEST: &str = "
    SELECT invite_link.link_id, invite_link.token_hash, invite_link.made_at, invite_link.disabled_at,
        invite_link.most_people, coalesce(member.name, '') AS made_by
    FROM invite_link
    LEFT JOIN member ON member.organization_id = invite_link.organization_id
        AND member.member_id = invite_link.made_by
    WHERE invite_link.organization_id = $1 AND invite_link.campaign_id = $2
    ORDER BY invite_link.made_at DESC LIMIT 1";

const FIND: &str = "
    SELECT invite_link.link_id, invite_link.token_hash, invite_link.organization_id, invite_link.campaign_id,
        invite_link.disabled_at, campaign.name, campaign.status, campaign.self_assignment, organization.name AS organization_name
    FROM invite_link
    JOIN campaign ON campaign.organization_id = invite_link.organization_id
        AND campaign.campaign_id = invite_link.campaign_id
    JOIN organization ON organization.organization_id = invite_link.organization_id
    WHERE invite_link.token_hash = $1";

/// What somebody with an account is to the campaign, where they belong to its organization.
const GUEST: &str = "
    SELECT member.member_id, member.active, member.invited, member.role, invite_join.operation_id,
        CASE WHEN campaign_texter.member_id IS NULL THEN 0 ELSE 1 END AS is_texter
    FROM membership
    JOIN member ON member.organization_id = membership.organization_id AND member.member_id = membership.member_id
    LEFT JOIN invite_join ON invite_join.organization_id = member.organization_id
        AND invite_join.campaign_id = $3 AND invite_join.member_id = member.member_id
    LEFT JOIN campaign_texter ON campaign_texter.organization_id = member.organization_id
        AND campaign_texter.campaign_id = $3 AND campaign_texter.member_id = member.member_id
    WHERE membership.account_id = $1 AND membership.organization_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements() -> Vec<&'static str> {
    [MAKE, DISABLE, LATEST, FIND, GUEST].into_iter().chain(places::STATEMENTS).collect()
}

/// What a link's token is for: the same key has other purposes.
const PURPOSE: &str = "invite link";

/// How long "lately" is, in seconds.
const LATELY: i64 = 60;

/// A member of the campaign's organization who opened a link.
pub(super) struct Guest {
    pub(super) member: MemberId,
    /// Whether they joined the campaign by a link before.
    pub(super) joined: bool,
    /// Whether they are a texter of the campaign.
    pub(super) is_texter: bool,
    role: Role,
}

impl Guest {
    /// Whether they are asked before they join: an admin who only wants to see whether the link works.
    pub(super) fn is_asked(&self) -> bool {
        self.role == Role::Admin && !self.joined && !self.is_texter
    }
}

/// What a link invites to, if it works.
///
/// # Errors
/// If it does not, with the reason.
pub(super) async fn find(transaction: &mut Transaction<'static, Any>, token: &str) -> Result<Invited, ApiError> {
    let row = sqlx::query(FIND)
        .bind(secret::token_hash(token))
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(InviteError::Unknown)?;
    if row.try_get::<Option<i64>, _>("disabled_at")?.is_some() {
        return Err(InviteError::Disabled.into());
    }
    let status =
        CampaignStatus::from_number(row.try_get::<i32, _>("status")?.into()).sound("campaign", "status", ids(&row))?;
    if status == CampaignStatus::Archived {
        return Err(InviteError::Archived.into());
    }
    if row.try_get::<i32, _>("self_assignment")? != 1 {
        return Err(InviteError::Off.into());
    }
    Ok(Invited {
        organization: OrganizationId(row.try_get("organization_id")?),
        campaign: CampaignId(row.try_get("campaign_id")?),
        link: InviteLinkId(row.try_get("link_id")?),
        token_hash: row.try_get("token_hash")?,
        name: row.try_get("name")?,
        organization_name: row.try_get("organization_name")?,
    })
}

/// The member that an account is in the campaign's organization.
///
/// # Errors
/// If they are deactivated or have not used their own link yet, or were taken off the campaign after they had joined it by a link.
pub(super) async fn guest(
    transaction: &mut Transaction<'static, Any>,
    account: AccountId,
    invited: &Invited,
) -> Result<Option<Guest>, ApiError> {
    let row = sqlx::query(GUEST)
        .bind(account.get())
        .bind(invited.organization.get())
        .bind(invited.campaign.get())
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = row else { return Ok(None) };
    match membership(&row)? {
        Membership::Active => {}
        // An invite link lets in anybody who has it, not the one person whom an admin added.
        Membership::Invited => return Err(InviteError::Invited.into()),
        Membership::Deactivated | Membership::Withdrawn => return Err(InviteError::Deactivated.into()),
    }
    let guest = Guest {
        member: MemberId(row.try_get("member_id")?),
        joined: row.try_get::<Option<i64>, _>("operation_id")?.is_some(),
        is_texter: row.try_get::<i32, _>("is_texter")? == 1,
        role: Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", ids(&row))?,
    };
    if guest.joined && !guest.is_texter { Err(InviteError::Removed.into()) } else { Ok(Some(guest)) }
}

impl Store {
    /// The token of a link, with the hash under which it is found.
    pub(crate) fn invite_token(&self, organization: OrganizationId, link: InviteLinkId) -> (String, String) {
        let token = self.key.secret(PURPOSE, &[organization.get(), link.get()]);
        let hash = secret::token_hash(&token);
        (token, hash)
    }

    /// The link of a campaign that was made last.
    pub(super) async fn latest_invite(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        campaign: CampaignId,
    ) -> Result<Option<Invite>, ApiError> {
        let row = sqlx::query(LATEST)
            .bind(organization.get())
            .bind(campaign.get())
            .fetch_optional(&mut **transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let id = InviteLinkId(row.try_get("link_id")?);
        let disabled_at = row.try_get::<Option<i64>, _>("disabled_at")?.map(Instant);
        // A link that was made under another key, or before there was one, works and cannot be shown.
        let (token, hash) = self.invite_token(organization, id);
        let is_shown = disabled_at.is_none() && hash == row.try_get::<String, _>("token_hash")?;
        let lately = self.now().plus_seconds(-LATELY);
        let (joined, joined_lately) = joined(transaction, organization, campaign, id, lately).await?;
        Ok(Some(Invite {
            id,
            link: is_shown.then(|| path(&token)),
            made_at: Instant(row.try_get("made_at")?),
            made_by: row.try_get("made_by")?,
            disabled_at,
            most: people_limit(&row)?,
            joined,
            joined_lately,
        }))
    }
}

/// The path of a link.
fn path(token: &str) -> String {
    format!("/join/{token}")
}

impl Store {
    /// Makes an invite link of a campaign. An earlier one stops working.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist or is archived.
    pub async fn make_invite(&self, actor: Actor, campaign: CampaignId) -> Result<NewInvite, ApiError> {
        let mut transaction = self.write(actor, Act::ManageInviteLinks).await?;
        // Of two admins at once, the second disables what the first has made.
        if let Some(lock) = self.engine.lock_campaign() {
            sqlx::query(lock).bind(campaign.get()).execute(&mut *transaction).await?;
        }
        check_campaign(&mut transaction, actor.organization, campaign).await?.1.may_move()?;
        let made_at = self.now();
        // Whoever renews a link has not said that more people may come.
        let before = self.latest_invite(&mut transaction, actor.organization, campaign).await?;
        disable(&mut transaction, actor, campaign, made_at).await?;
        let most = before.and_then(|before| before.most).map(|most| i64::from(most.get()));
        for _ in 0..MOST_IDS {
            let link = InviteLinkId(self.next_id());
            let (token, hash) = self.invite_token(actor.organization, link);
            let made = sqlx::query(MAKE)
                .bind(hash)
                .bind(actor.organization.get())
                .bind(campaign.get())
                .bind(made_at.get())
                .bind(actor.member.get())
                .bind(link.get())
                .bind(most)
                .execute(&mut *transaction)
                .await?;
            if made.rows_affected() == 1 {
                transaction.commit().await?;
                return Ok(NewInvite { link: path(&token), made_at });
            }
        }
        Err(no_free_id("an invite link"))
    }

    /// Disables the invite link of a campaign.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn disable_invite(&self, actor: Actor, campaign: CampaignId) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageInviteLinks).await?;
        check_campaign(&mut transaction, actor.organization, campaign).await?;
        disable(&mut transaction, actor, campaign, self.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Says what an invite link invites to, and who asks.
    ///
    /// # Errors
    /// If the link does not work, or not for who asks.
    pub async fn read_invite(&self, token: &str, session: Option<&CurrentSession>) -> Result<Invitation, ApiError> {
        let mut transaction = self.begin_reading().await?;
        let invited = find(&mut transaction, token).await?;
        let visitor = match session {
            None => Visitor::SignedOut,
            Some(session) => match guest(&mut transaction, session.account, &invited).await? {
                Some(guest) if guest.is_asked() => Visitor::Admin,
                Some(_) => Visitor::Member,
                None => {
                    let me = super::session::me(&mut transaction, session.actor).await?;
                    Visitor::Elsewhere { name: me.name, email: me.email, organization_name: me.organization_name }
                }
            },
        };
        let Invited { campaign, name, organization_name, .. } = invited;
        Ok(Invitation { campaign, name, organization_name, visitor })
    }
}

async fn disable(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
    now: Instant,
) -> Result<(), ApiError> {
    sqlx::query(DISABLE)
        .bind(actor.organization.get())
        .bind(campaign.get())
        .bind(now.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
