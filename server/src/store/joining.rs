//! Joining a campaign by its invite link: signing up, becoming a texter, and the first request, which is made once.

use handoff_core::account::{Email, Name, check_password};
use handoff_core::membership::Membership;
use handoff_core::permission::Role;
use handoff_core::self_assignment::RequestRefusal;
use handoff_core::{AccountId, CampaignId, Instant, OperationId};
use sqlx::{Any, Row, Transaction};

use super::failure::Sound;
use super::session::{CurrentSession, SignedIn};
use super::{Actor, Store, invite, member};
use crate::model::ApiError;
use crate::model::invite::{FirstBatch, InviteError, Joined};
use crate::model::session::SessionError;
use crate::secret;
use crate::store::invite::invited::Invited;

const JOIN: &str = "
    INSERT INTO invite_join (organization_id, campaign_id, member_id, joined_at, operation_id, link_id)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, campaign_id, member_id) DO NOTHING";

const BECOME_TEXTER: &str = "
    INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (organization_id, campaign_id, member_id) DO NOTHING";

const FIRST: &str = "
    SELECT operation_id, first_requested_at FROM invite_join
    WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3";

const ANSWERED: &str = "
    UPDATE invite_join SET first_requested_at = $4
    WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3 AND first_requested_at IS NULL";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [JOIN, BECOME_TEXTER, FIRST, ANSWERED];

impl Store {
    /// Signs somebody up who has an invite link, and signs them in.
    ///
    /// Whoever has an account with this e-mail address is signed in if the password is theirs: where they belong, or,
    /// if they belong nowhere any more, in the campaign's organization. Without the password they learn no more than
    /// that it did not work.
    ///
    /// # Errors
    /// If the link does not work, or a field does not do.
    pub async fn sign_up(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: String,
        browser: &str,
    ) -> Result<SignedIn, ApiError> {
        // Looked up before the work on the password: a made-up link costs nothing.
        let mut reading = self.begin_reading().await?;
        invite::find(&mut reading, token).await?;
        drop(reading);
        let name = Name::parse(name).map_err(|error| ApiError::invalid("name", error))?;
        let email = Email::parse(email).map_err(|error| ApiError::invalid("email", error))?;
        check_password(&password).map_err(|_| SessionError::WeakPassword)?;
        if let Some(credentials) = self.credentials_by_email(&email).await? {
            return match self.sign_in(email.as_str(), password, browser).await {
                Err(ApiError::Session(SessionError::WrongPassword)) => Err(InviteError::SignIn.into()),
                Err(ApiError::Session(SessionError::Deactivated)) => {
                    self.sign_up_again(token, &name, credentials.account, browser).await
                }
                other => other,
            };
        }
        let hash = secret::hash_password(password).await?;
        let mut transaction = self.begin().await?;
        let invited = invite::find(&mut transaction, token).await?;
        let created = self.create_account(&mut transaction, &email, Some(hash.as_str())).await?;
        // Or somebody has signed up with this address meanwhile.
        let account = created.ok_or(InviteError::SignIn)?;
        self.enter(transaction, &invited, account, &name, browser).await
    }

    /// Signs up whose account is active nowhere.
    async fn sign_up_again(
        &self,
        token: &str,
        name: &Name,
        account: AccountId,
        browser: &str,
    ) -> Result<SignedIn, ApiError> {
        let mut transaction = self.begin().await?;
        let invited = invite::find(&mut transaction, token).await?;
        // Whoever was deactivated in this organization stays so.
        invite::guest(&mut transaction, account, &invited).await?;
        self.enter(transaction, &invited, account, name, browser).await
    }

    /// Makes an account a member of the campaign's organization, and signs in there.
    async fn enter(
        &self,
        mut transaction: Transaction<'static, Any>,
        invited: &Invited,
        account: AccountId,
        name: &Name,
        browser: &str,
    ) -> Result<SignedIn, ApiError> {
        let organization = invited.organization;
        invite::take_place(&mut transaction, invited, self.now()).await?;
        let member =
            member::insert(self, &mut transaction, organization, account, name, Role::Texter, Membership::Active)
                .await?;
        let actor = Actor { organization, member: member.expected("a new account has no member yet")? };
        // They are texters at once: nobody takes a place by a link and is nowhere to be seen.
        self.note_joining(&mut transaction, actor, invited).await?;
        let signed_in = self.begin_session(&mut transaction, account, actor, browser).await?;
        transaction.commit().await?;
        Ok(SignedIn { joined: Some(invited.campaign), ..signed_in })
    }

    /// Joins the campaign of an invite link, and requests the first batch if that never happened. Answers the session
    /// that the browser has from now on, if that is another one.
    ///
    /// # Errors
    /// If the link does not work, or not for who asks, or they have not confirmed what they are asked first.
    pub async fn join(
        &self,
        token: &str,
        session: &CurrentSession,
        confirmed: bool,
        browser: &str,
    ) -> Result<(Joined, Option<SignedIn>), ApiError> {
        let mut transaction = self.begin().await?;
        let invited = invite::find(&mut transaction, token).await?;
        let (organization, campaign) = (invited.organization, invited.campaign);
        let guest = invite::guest(&mut transaction, session.account, &invited).await?;
        let confirms = guest.as_ref().is_none_or(invite::Guest::is_asked);
        if confirms && !confirmed {
            return Err(InviteError::NotConfirmed.into());
        }
        // Whoever is a texter of the campaign already takes nobody's place.
        if guest.as_ref().is_none_or(|guest| !guest.is_texter) {
            invite::take_place(&mut transaction, &invited, self.now()).await?;
        }
        let member = if let Some(guest) = &guest {
            guest.member
        } else {
            let me = super::session::me(&mut transaction, session.actor).await?;
            let name = Name::parse(&me.name).sound("member", "name", me.member)?;
            let (account, role, state) = (session.account, Role::Texter, Membership::Active);
            if let Some(member) =
                member::insert(self, &mut transaction, organization, account, &name, role, state).await?
            {
                member
            } else {
                // In another tab, meanwhile.
                let there = invite::guest(&mut transaction, session.account, &invited).await?;
                there.expected("whoever is no new member is one already")?.member
            }
        };
        let actor = Actor { organization, member };
        let signed_in = if session.actor == actor {
            None
        } else {
            super::session::end(&mut transaction, session, session.id).await?;
            Some(self.begin_session(&mut transaction, session.account, actor, browser).await?)
        };
        if guest.is_none_or(|guest| !guest.joined) {
            self.note_joining(&mut transaction, actor, &invited).await?;
        }
        let first = sqlx::query(FIRST)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(member.get())
            .fetch_one(&mut *transaction)
            .await?;
        let me = super::session::me(&mut transaction, actor).await?;
        transaction.commit().await?;
        let first = match first.try_get::<Option<i64>, _>("first_requested_at")? {
            Some(_) => FirstBatch::Earlier,
            None => self.first_batch(actor, campaign, OperationId(first.try_get("operation_id")?)).await?,
        };
        Ok((Joined { me, campaign, first }, signed_in))
    }

    async fn note_joining(
        &self,
        transaction: &mut Transaction<'static, Any>,
        actor: Actor,
        invited: &Invited,
    ) -> Result<(), ApiError> {
        let (organization, campaign) = (actor.organization.get(), invited.campaign.get());
        let (member, now) = (actor.member.get(), self.now().get());
        let texter = sqlx::query(BECOME_TEXTER).bind(organization).bind(campaign).bind(member).bind(now);
        let became = texter.execute(&mut **transaction).await?.rows_affected() > 0;
        // Whoever was a texter already is none by the link.
        let link = became.then_some(invited.link.get());
        let joining = sqlx::query(JOIN).bind(organization).bind(campaign).bind(member).bind(now);
        joining.bind(self.next_id()).bind(link).execute(&mut **transaction).await?;
        Ok(())
    }

    /// Makes the first request, whose id was chosen when the texter joined: however often it is tried, it gives once.
    async fn first_batch(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
    ) -> Result<FirstBatch, ApiError> {
        let first = match self.request_conversations(actor, campaign, operation, None).await {
            Ok(requested) => FirstBatch::Assigned(requested.taken),
            Err(ApiError::NoBatch(refusal)) => FirstBatch::Refused(refusal),
            Err(error) => return Err(error),
        };
        // Before the campaign runs nothing was requested: the link does it once it does.
        if !matches!(first, FirstBatch::Refused(RequestRefusal::Draft | RequestRefusal::Paused)) {
            let mut transaction = self.begin().await?;
            mark_answered(&mut transaction, actor, campaign, self.now()).await?;
            transaction.commit().await?;
        }
        Ok(first)
    }
}

async fn mark_answered(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
    now: Instant,
) -> Result<(), ApiError> {
    sqlx::query(ANSWERED)
        .bind(actor.organization.get())
        .bind(campaign.get())
        .bind(actor.member.get())
        .bind(now.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
