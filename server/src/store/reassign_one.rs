//! Giving one conversation to somebody: an operation of the history like any other.

use handoff_core::conversation::{Event, apply};
use handoff_core::naming::isolated;
use handoff_core::operation::OperationKind;
use handoff_core::permission::{Act, Held};
use handoff_core::plan::{Change, Fingerprint, Owner, Take};
use handoff_core::request::RequestError;
use handoff_core::tally::Counts;
use handoff_core::{ConversationId, MemberId, OperationId};
use sqlx::{Any, Row, Transaction};

use super::conversation::{Done, Found, store};
use super::history::{self, Outcome, Record};
use super::inbox::owner_counts;
use super::layout::{Layout, Turn};
use super::tally::told_apart_name;
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::conversation::{ConversationError, Reassigned};

const TARGET: &str = concat!(
    "SELECT ",
    told_apart_name!(),
    " AS name
    FROM campaign_texter
    JOIN member ON member.organization_id = campaign_texter.organization_id
        AND member.member_id = campaign_texter.member_id AND member.active = 1
    WHERE campaign_texter.organization_id = $1 AND campaign_texter.campaign_id = $2 AND campaign_texter.member_id = $3"
);

/// A list of one.
const RECORD: &str = "
    INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
    VALUES ($1, $2, 0, $3, 1, $4, '0')";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [TARGET, RECORD];

impl Store {
    /// Gives one conversation to a texter of its campaign, or to nobody.
    ///
    /// # Errors
    /// If the member may not, the campaign is archived, the target is not an active texter of it, or it is there
    /// already.
    pub async fn reassign_one(
        &self,
        actor: Actor,
        conversation: ConversationId,
        to: Owner,
        operation: OperationId,
    ) -> Result<(Reassigned, Done), ApiError> {
        let (mut transaction, found) = self.hold(actor, conversation).await?;
        let campaign = found.campaign;
        let request = match to {
            Some(member) => format!("{{\"conversation\":{conversation},\"to\":{member}}}"),
            None => format!("{{\"conversation\":{conversation},\"to\":null}}"),
        };
        let record = Record { actor, kind: OperationKind::OneMove, campaign, operation, request };
        // What is asked for says all of what happens.
        let fingerprint = Fingerprint("one".to_owned());
        if let Some((_, headline)) = history::committed_before(&mut transaction, &record, &fingerprint).await? {
            return Ok((Reassigned { operation, headline, campaign }, found.done(found.state)));
        }
        let now = self.now();
        let act = |held: Held| match to {
            None => Act::Unassign(held),
            Some(member) if member == actor.member => Act::AssignToSelf(held),
            Some(_) => Act::AssignToOther(held),
        };
        found.check(act, now)?;
        found.schedule.status.may_move()?;
        if to == found.state.assignee {
            return Err(RequestError::Nothing.into());
        }
        let name = target(&mut transaction, actor, &found, to).await?;
        let (unassigns, assigns) = (to.is_none(), found.state.assignee.is_none());
        let outcome = Outcome {
            at: now,
            fingerprint,
            moved: 1,
            words: format!("The conversation with {}, to {}", isolated(&contact(&found)), isolated(&name)),
            headline: format!("1 moved to {}", isolated(&name)),
            people: people(&mut transaction, actor, &found, to, &name).await?,
            undoes: None,
            layout: layout(&found, to).to_json()?,
            unassigned_change: i64::from(unassigns) - i64::from(assigns),
        };
        history::record(&mut transaction, self.engine, &record, &outcome).await?;
        sqlx::query(RECORD)
            .bind(actor.organization.get())
            .bind(operation.get())
            .bind(found.state.assignee.map(MemberId::get))
            .bind(conversation.get())
            .execute(&mut *transaction)
            .await?;
        let event = Event::Assign(to);
        let after = apply(found.state, event, now, Some(actor.member)).ok_or(ConversationError::Changed)?;
        let done = store(&mut transaction, actor.organization, &found, after, now).await?;
        transaction.commit().await?;
        Ok((Reassigned { operation, headline: outcome.headline, campaign }, done))
    }
}

fn contact(found: &Found) -> String {
    let name = format!("{} {}", found.first_name, found.last_name);
    match name.trim() {
        "" => "a contact without a name".to_owned(),
        name => name.to_owned(),
    }
}

fn layout(found: &Found, to: Owner) -> Layout {
    Layout {
        takes: vec![Take { from: found.state.assignee, standing: found.state.standing(), count: 1 }],
        turns: vec![Turn { start: 0, finish: 1, rank: 0, open: 1 }],
        targets: vec![to],
        shares: None,
    }
}

/// The name of whoever gets it.
async fn target(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    found: &Found,
    to: Owner,
) -> Result<String, ApiError> {
    let Some(member) = to else { return Ok("Unassigned".to_owned()) };
    let row = sqlx::query(TARGET)
        .bind(actor.organization.get())
        .bind(found.campaign.get())
        .bind(member.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(RequestError::NotActive(vec![member]))?;
    Ok(row.try_get("name")?)
}

/// The table of who gives and who gets: Unassigned first, then by lowest id.
async fn people(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    found: &Found,
    to: Owner,
    name: &str,
) -> Result<Vec<(String, Change)>, ApiError> {
    let one: Counts = [(found.state.standing(), 1)].into_iter().collect();
    let none = Counts::default();
    let mut people = Vec::new();
    for (owner, name, goes, comes) in
        [(found.state.assignee, found.owner_name(), one, none), (to, name.to_owned(), none, one)]
    {
        let before = owner_counts(transaction, actor.organization, found.campaign, owner).await?;
        people.push((name, Change { owner, before, goes, comes, kept: 0 }));
    }
    people.sort_by_key(|(_, change)| change.owner);
    Ok(people)
}
