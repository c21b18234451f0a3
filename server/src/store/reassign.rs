//! Committing a bulk move: exactly what was previewed, or nothing.

use handoff_core::naming::isolated;
use handoff_core::operation::OperationKind;
use handoff_core::permission::{Act, Held};
use handoff_core::plan::{Fingerprint, Owner, Plan, headline, plan};
use handoff_core::request::{From, Request, RequestError, Target};
use handoff_core::text::number;
use handoff_core::{CampaignId, MemberId, OperationId};
use sqlx::{Any, Transaction};

use super::failure::Sound;
use super::history::{self, Outcome, Record};
use super::layout::Layout;
use super::view::takes_part;
use super::{Actor, Store, moving, tally};
use crate::model::overview::{CommitAnswer, Overview};
use crate::model::{ApiError, Thing};

const REMOVE_TEXTER: &str = "
    DELETE FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [REMOVE_TEXTER];

/// A bulk move to commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The campaign.
    pub campaign: CampaignId,
    /// What is asked for.
    pub request: Request,
    /// The fingerprint of the plan that was previewed.
    pub fingerprint: Fingerprint,
    /// The id of the operation, made by who asks: sent again, it is recognised.
    pub operation: OperationId,
}

impl Store {
    /// Reads the overview of a campaign.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn overview(&self, actor: Actor, campaign: CampaignId) -> Result<Overview, ApiError> {
        let mut transaction = self.read(actor, Act::MoveInBulk).await?;
        tally::read(&mut transaction, actor.organization, campaign).await
    }

    /// Commits a bulk move, if its plan is still the one that was previewed.
    ///
    /// # Errors
    /// If the member may not, the campaign does not exist or is archived, or the request cannot be followed.
    pub async fn commit(&self, actor: Actor, commit: &Commit) -> Result<CommitAnswer, ApiError> {
        self.commit_as(actor, commit, OperationKind::BulkMove).await
    }

    /// Removes a texter from a campaign, and moves what they hold, if that is still what was previewed.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn remove_texter(
        &self,
        actor: Actor,
        campaign: CampaignId,
        member: MemberId,
        to: Target,
        fingerprint: Fingerprint,
        operation: OperationId,
    ) -> Result<CommitAnswer, ApiError> {
        if matches!(&to, Target::Texters(texters) if texters.contains(&member)) {
            return Err(RequestError::NotActive(vec![member]).into());
        }
        let request = Request::removal(member, to);
        self.commit_as(actor, &Commit { campaign, request, fingerprint, operation }, OperationKind::Removal).await
    }

    pub(super) async fn commit_as(
        &self,
        actor: Actor,
        commit: &Commit,
        kind: OperationKind,
    ) -> Result<CommitAnswer, ApiError> {
        let act = match kind {
            OperationKind::Removal => Act::ManageTexters,
            OperationKind::GiveBack => Act::Unassign(Held::Own),
            _ => Act::MoveInBulk,
        };
        let mut transaction = self.write(actor, act).await?;
        self.move_alone(&mut transaction, commit.campaign).await?;
        let request = serde_json::to_string(&commit.request).expected("a request is written as JSON")?;
        let record = Record { actor, kind, campaign: commit.campaign, operation: commit.operation, request };
        if let Some((moved, headline)) =
            history::committed_before(&mut transaction, &record, &commit.fingerprint).await?
        {
            return Ok(CommitAnswer::Committed { operation: commit.operation, moved, headline });
        }
        if kind == OperationKind::GiveBack && !takes_part(&mut transaction, actor, commit.campaign).await? {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        let overview = tally::read(&mut transaction, actor.organization, commit.campaign).await?;
        overview.status.may_move()?;
        let plan = plan(&overview.tally, &commit.request)?;
        if plan.fingerprint() != commit.fingerprint {
            return Ok(CommitAnswer::Conflict { overview: Box::new(overview) });
        }
        if plan.moved == 0 && kind != OperationKind::Removal {
            return Err(RequestError::Nothing.into());
        }
        let headline = self.follow(&mut transaction, &record, &plan, &overview, commit).await?;
        transaction.commit().await?;
        Ok(CommitAnswer::Committed { operation: commit.operation, moved: plan.moved, headline })
    }

    /// Does what the plan says, in this transaction. Answers the headline.
    pub(super) async fn follow(
        &self,
        transaction: &mut Transaction<'static, Any>,
        record: &Record,
        plan: &Plan,
        overview: &Overview,
        commit: &Commit,
    ) -> Result<String, ApiError> {
        let (organization, now) = (record.actor.organization, self.now());
        let name = |owner: Owner| name(overview, owner);
        let mut words = commit.request.words(|member| name(Some(member)));
        let mut headline = headline(plan, name);
        if let (OperationKind::Removal, From::Members(removed)) = (record.kind, &commit.request.from) {
            for member in removed {
                sqlx::query(REMOVE_TEXTER)
                    .bind(organization.get())
                    .bind(commit.campaign.get())
                    .bind(member.get())
                    .execute(&mut **transaction)
                    .await?;
                words = format!("{} removed from the campaign", isolated(&name(Some(*member))));
            }
        }
        if let (OperationKind::Revocation, From::Members(removed)) = (record.kind, &commit.request.from) {
            words = link_ended(removed.len());
        }
        if matches!(record.kind, OperationKind::Removal | OperationKind::Revocation) {
            headline = if plan.moved == 0 { words.clone() } else { format!("{words}; {headline}") };
        }
        let layout = Layout::of_plan(plan);
        let people = plan.people.iter().map(|change| (name(change.owner), *change)).collect();
        let outcome = Outcome {
            at: now,
            fingerprint: commit.fingerprint.clone(),
            moved: plan.moved,
            words,
            headline,
            people,
            undoes: None,
            layout: layout.to_json()?,
            unassigned_change: history::unassigned_change(&plan.people),
        };
        history::record(transaction, self.engine, record, &outcome).await?;
        if plan.moved > 0 {
            moving::prepare(transaction, self.engine).await?;
            moving::mark(transaction, organization, commit.campaign, plan).await?;
            moving::record(transaction, self.engine, organization, commit.operation, &layout).await?;
            moving::apply(transaction, self.engine, organization, commit.campaign, commit.operation, now, &layout)
                .await?;
            moving::forget(transaction).await?;
        }
        Ok(outcome.headline)
    }

    /// Waits until this transaction alone may move conversations of the campaign, and gives it room to.
    pub(super) async fn move_alone(
        &self,
        transaction: &mut Transaction<'static, Any>,
        campaign: CampaignId,
    ) -> Result<(), ApiError> {
        if let Some(lock) = self.engine.lock_campaign() {
            sqlx::query(lock).bind(campaign.get()).execute(&mut **transaction).await?;
        }
        if let Some(room) = self.engine.room_for_many() {
            sqlx::raw_sql(room).execute(&mut **transaction).await?;
        }
        Ok(())
    }
}

/// The name of an owner in an overview.
pub(super) fn name(overview: &Overview, owner: Owner) -> String {
    let Some(member) = owner else { return "Unassigned".to_owned() };
    let found = overview.people.iter().find(|person| person.id == member);
    found.map_or_else(|| "a former member".to_owned(), |person| person.name.clone())
}

/// What the end of a link did, in words.
pub(super) fn link_ended(removed: usize) -> String {
    let removed = u32::try_from(removed).unwrap_or(u32::MAX);
    format!("Invite link ended, {} texter{} removed", number(removed), if removed == 1 { "" } else { "s" })
}
