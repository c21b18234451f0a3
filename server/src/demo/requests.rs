//! Texters of the demo who came by the invite link, and what they requested.

use handoff_core::permission::Role;
use handoff_core::self_assignment::{BatchSize, PoolKind, Terms};
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, InviteLinkId, MemberId, OperationId};

use super::people;
use super::plan::Requests;
use super::rows::{Row, Writer};
use crate::model::ApiError;
use crate::store::failure::Sound;
use crate::store::request::PastRequest;
use crate::store::{Actor, Store};

/// How long before the first initial message of a batch it was requested, in seconds.
const BEFORE: i64 = 60;

/// A batch that was requested.
struct Batch {
    operation: OperationId,
    texter: MemberId,
    at: Instant,
    /// How many the texter held before.
    held: u32,
    conversations: Vec<i64>,
}

/// Switches self assignment of a campaign on, and makes requests of what some of its texters hold.
pub(super) async fn add(
    writer: &mut Writer<'_>,
    store: &Store,
    campaign: CampaignId,
    requests: &Requests,
    texters: &[MemberId],
    admin: MemberId,
    rows: &mut [Row],
) -> Result<(), ApiError> {
    let terms = Terms {
        batch: BatchSize::new(requests.batch).expected("a batch of the demo is one")?,
        kind: PoolKind::Both,
        ceiling: None,
    };
    let (from, to) = requests.joined;
    let names: Vec<&str> =
        people::roster().into_iter().filter(|person| person.role == Role::Texter).map(|person| person.name).collect();
    let (mut joined, mut given) = (Vec::new(), Vec::new());
    for (texter, name) in texters.iter().zip(names).take(to).skip(from) {
        let batches = batches(store, rows, *texter, requests.batch);
        if let Some(first) = batches.first() {
            joined.push((*texter, first.at.plus_seconds(-1), first.operation));
        }
        for batch in batches {
            let past = PastRequest {
                name,
                terms,
                held: [(Standing::Waiting, batch.held)].into_iter().collect(),
                given: [(Standing::NotStarted, requests.batch)].into_iter().collect::<Counts>(),
                at: batch.at,
            };
            let actor = Actor { organization: writer.organization, member: batch.texter };
            Store::record_past_request(writer.transaction, store.engine(), actor, campaign, batch.operation, past)
                .await?;
            given.push((batch.operation, batch.conversations));
        }
    }
    let begun = joined.iter().map(|(_, at, _)| *at).min().unwrap_or(store.now());
    writer.given(&given).await?;
    writer.joined(campaign, &joined).await?;
    switch_on(writer, store, campaign, requests.batch, admin, begun.plus_seconds(-10 * BEFORE)).await
}

/// Whole batches of what a texter holds, in the order in which it was begun, the last one ending with what is not begun
/// yet. What is left over an admin has assigned.
fn batches(store: &Store, rows: &mut [Row], texter: MemberId, size: u32) -> Vec<Batch> {
    let mut own: Vec<&mut Row> = rows
        .iter_mut()
        .filter(|row| row.state.assignee == Some(texter) && (row.begun_at.is_some() || !row.state.opted_out))
        .collect();
    own.sort_by_key(|row| (row.begun_at.is_none(), row.begun_at, row.id));
    let width = usize::try_from(size).unwrap_or(usize::MAX);
    let others = own.len() % width;
    let mut held = u32::try_from(others).unwrap_or(u32::MAX);
    let mut batches: Vec<Batch> = Vec::new();
    for part in own.get_mut(others..).unwrap_or_default().chunks_mut(width) {
        let before = batches.last().map(|batch| batch.at);
        let begun = part.first().and_then(|row| row.begun_at);
        let at = begun.or(before).unwrap_or(store.now()).plus_seconds(if begun.is_some() { -BEFORE } else { BEFORE });
        let at = before.map_or(at, |before| at.max(before.plus_seconds(1)));
        let operation = OperationId(store.next_id());
        for row in part.iter_mut() {
            row.assigned_at = Some(at);
            row.moved_by = Some(operation);
        }
        let conversations = part.iter().map(|row| row.id).collect();
        batches.push(Batch { operation, texter, at, held, conversations });
        held = held.saturating_add(size);
    }
    batches
}

/// Switches self assignment on, with an invite link that works.
async fn switch_on(
    writer: &mut Writer<'_>,
    store: &Store,
    campaign: CampaignId,
    batch: u32,
    admin: MemberId,
    at: Instant,
) -> Result<(), ApiError> {
    let link = InviteLinkId(store.next_id());
    let (_, hash) = store.invite_token(writer.organization, link);
    sqlx::query(
        "INSERT INTO invite_link (token_hash, organization_id, campaign_id, made_at, made_by, link_id)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash)
    .bind(writer.organization.get())
    .bind(campaign.get())
    .bind(at.get())
    .bind(admin.get())
    .bind(link.get())
    .execute(&mut **writer.transaction)
    .await?;
    sqlx::query(
        "UPDATE campaign SET self_assignment = 1, batch_size = $3 WHERE organization_id = $1 AND campaign_id = $2",
    )
    .bind(writer.organization.get())
    .bind(campaign.get())
    .bind(i64::from(batch))
    .execute(&mut **writer.transaction)
    .await?;
    Ok(())
}
