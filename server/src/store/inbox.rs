//! The lists of one owner in one campaign, and how much is in each.
//!
//! The order of *Needs reply* is that of the index, so that a page of it is a range. *Recent* is sorted by the database.
//! *A–Z*, and searches, are found in [`super::searching`].

use std::collections::HashMap;

use handoff_core::campaign::window::Phase;
use handoff_core::contact::search::Search;
use handoff_core::inbox::owner::{TabCounts, Whose};
use handoff_core::inbox::{Entry, Sort, Tab, last_words};
use handoff_core::message::Direction;
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, ConversationId, Instant, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::follow_up::{DUE, any_active};
use super::parts::{EVERY_FILTER, Filter, entry, every_part, in_parts, of_owner, parts};
use super::row::{by_standing, count, to_store};
use super::searching::fill;
use super::state::state_columns;
use super::view::Viewed;
use super::whole_list::{List, Page};
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::messenger::ListPage;

/// Read from `conversation_by_assignee` alone.
const COUNTS: &str = "
    SELECT conversation.standing, count(*) AS conversations
    FROM conversation
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner}
    GROUP BY conversation.standing";

/// Resolved ones whose contact has written: 5.
const HEARD: &str = "
    SELECT count(*) AS conversations
    FROM conversation
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner}
        AND conversation.standing = 5 AND conversation.contact_wrote_at IS NOT NULL
    GROUP BY conversation.standing";

/// Where a follow-up is due, and in how many of them the contact has written. What needs a reply, 1, comes first.
const DUE_COUNTS: &str = "
    SELECT count(*) AS conversations, count(conversation.contact_wrote_at) AS heard
    FROM conversation
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner}
        AND conversation.standing IN (3, 4, 5) AND {due}
    GROUP BY conversation.standing";

/// A part of a list, of one standing, in the order of the index. How many are wanted stands in the text, for
/// PostgreSQL to know that they are few.
const PART: &str = concat!(
    "SELECT conversation.conversation_id, contact.first_name, contact.last_name, ",
    state_columns!(),
    " FROM conversation
    CROSS JOIN contact
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner}
        AND conversation.standing = $3 AND (conversation.waiting_since, conversation.conversation_id) > ($4, $5)
        AND contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id {filter}
    ORDER BY {taking}
    LIMIT 101"
);

/// When anybody last wrote, as [`handoff_core::conversation::ConversationState::last_wrote_at`] says: -1 is never.
macro_rules! last_wrote_at {
    () => {
        "CASE WHEN coalesce(conversation.contact_wrote_at, -1) > coalesce(conversation.we_wrote_at, -1)
            THEN conversation.contact_wrote_at ELSE coalesce(conversation.we_wrote_at, -1) END"
    };
}

/// A page of a list, where anybody wrote last first.
const RECENT: &str = concat!(
    "SELECT conversation.conversation_id, contact.first_name, contact.last_name, ",
    state_columns!(),
    " FROM (
        SELECT conversation.*, ",
    last_wrote_at!(),
    " AS last_wrote_at
        FROM conversation
        WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner} AND {parts}
            AND (",
    last_wrote_at!(),
    ", conversation.conversation_id) < ($3, $4)
        ORDER BY last_wrote_at DESC, conversation.conversation_id DESC
        LIMIT 101
    ) AS conversation
    CROSS JOIN contact
    WHERE contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id
    ORDER BY conversation.last_wrote_at DESC, conversation.conversation_id DESC"
);

/// What the contacts of these conversations wrote last: the messages of one lie together, and are few.
const LAST_WORDS: &str = "
    SELECT CAST(wanted.value AS BIGINT) AS conversation_id, (
        SELECT message.body FROM message
        WHERE message.organization_id = $1 AND message.conversation_id = CAST(wanted.value AS BIGINT)
            AND message.direction = $2
        ORDER BY message.sequence DESC, message.written_at DESC, message.message_id DESC LIMIT 1
    ) AS body
    FROM {texts} AS wanted";

/// Conversations on one page.
const PAGE: usize = 100;

fn part_statement(owner: Owner, filter: Filter) -> String {
    let now = if owner.is_some() { "$7" } else { "$6" };
    of_owner(PART, owner, 6).replace("{filter}", &filter.sql(now))
}

fn recent_statement(owner: Owner, parts: &[(Standing, Filter)]) -> String {
    let now = if owner.is_some() { "$6" } else { "$5" };
    of_owner(RECENT, owner, 5).replace("{parts}", &in_parts(parts, now))
}

fn due_statement(owner: Owner) -> String {
    let now = if owner.is_some() { "$4" } else { "$3" };
    of_owner(DUE_COUNTS, owner, 3).replace("{due}", &DUE.replace("{now}", now))
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let owners = [None, Some(handoff_core::MemberId(1))];
    owners
        .into_iter()
        .flat_map(|owner| {
            let counts = [of_owner(COUNTS, owner, 3), of_owner(HEARD, owner, 3), due_statement(owner)];
            let recent = recent_statement(owner, &every_part());
            let parts = EVERY_FILTER.map(|filter| part_statement(owner, filter));
            counts.into_iter().chain(parts).chain([recent])
        })
        .chain([last_words_statement(engine)])
        .collect()
}

/// What counts that an owner holds. Knows the organization as 1, the campaign as 2, and the owner, if there is one, as 3.
pub(super) fn owner_counts_statement(owner: Owner) -> String {
    of_owner(COUNTS, owner, 3)
}

/// What one owner holds in a campaign.
pub(super) async fn owner_counts(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    owner: Owner,
) -> Result<Counts, ApiError> {
    let mut query =
        sqlx::query(AssertSqlSafe(owner_counts_statement(owner))).bind(organization.get()).bind(campaign.get());
    if let Some(member) = owner {
        query = query.bind(member.get());
    }
    let rows = query.fetch_all(&mut **transaction).await?;
    by_standing(&rows)
}

/// How much is in each list of an owner, and what they hold.
pub(super) async fn tabs(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    owner: Owner,
    phase: Phase,
    now: Instant,
) -> Result<(TabCounts, Counts), ApiError> {
    let counts = owner_counts(transaction, organization, campaign, owner).await?;
    let mut heard = 0;
    if counts.get(Standing::Resolved) > 0 {
        let mut query =
            sqlx::query(AssertSqlSafe(of_owner(HEARD, owner, 3))).bind(organization.get()).bind(campaign.get());
        if let Some(member) = owner {
            query = query.bind(member.get());
        }
        for row in query.fetch_all(&mut **transaction).await? {
            heard += count(&row, "conversations")?;
        }
    }
    let (mut due, mut due_heard) = (0, 0);
    if any_active(transaction, organization, campaign, now).await? {
        let mut query = sqlx::query(AssertSqlSafe(due_statement(owner))).bind(organization.get()).bind(campaign.get());
        if let Some(member) = owner {
            query = query.bind(member.get());
        }
        for row in query.bind(now.get()).fetch_all(&mut **transaction).await? {
            due += count(&row, "conversations")?;
            due_heard += count(&row, "heard")?;
        }
    }
    let needs_reply = counts.get(Standing::NeedsReply);
    let initial = if matches!(phase, Phase::After(_)) { 0 } else { counts.get(Standing::NotStarted) };
    let responses = (needs_reply + counts.get(Standing::Replied) + heard).saturating_sub(due_heard);
    let opt_outs = counts.get(Standing::OptedOut);
    let silent = counts.total().saturating_sub(initial + responses + due + opt_outs);
    Ok((TabCounts { initial, responses, needs_reply, follow_ups: due, opt_outs, silent }, counts))
}

/// Adds what the contacts of a page wrote last.
async fn add_last_words(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    rows: &mut [Entry],
) -> Result<(), ApiError> {
    let wrote = |entry: &&Entry| entry.state.contact_wrote_at.is_some();
    let wanted: Vec<ConversationId> = rows.iter().filter(wrote).map(|entry| entry.id).collect();
    let mut said = last_words_of(transaction, engine, organization, &wanted).await?;
    for entry in rows {
        entry.last_words = said.remove(&entry.id).unwrap_or_default();
    }
    Ok(())
}

/// What the contacts of some conversations wrote last, cut as lists show it.
pub(super) async fn last_words_of(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    organization: OrganizationId,
    wanted: &[ConversationId],
) -> Result<HashMap<ConversationId, String>, ApiError> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let written = sqlx::query(AssertSqlSafe(last_words_statement(engine)))
        .bind(organization.get())
        .bind(Direction::Inbound as i32)
        .bind(to_store(&wanted)?)
        .fetch_all(&mut **transaction)
        .await?;
    let mut said = HashMap::with_capacity(written.len());
    for row in written {
        if let Some(body) = row.try_get::<Option<String>, _>("body")? {
            said.insert(ConversationId(row.try_get("conversation_id")?), last_words(&body));
        }
    }
    Ok(said)
}

fn last_words_statement(engine: Engine) -> String {
    LAST_WORDS.replace("{texts}", engine.texts_of_json())
}

/// What is read of a list.
struct Reading {
    organization: OrganizationId,
    campaign: CampaignId,
    owner: Owner,
    now: Instant,
}

impl Reading {
    /// Reads a page of a list in the order of the index, after one of them.
    async fn read(
        &self,
        transaction: &mut Transaction<'static, Any>,
        parts: &[(Standing, Filter)],
        after: Option<&Entry>,
    ) -> Result<Vec<Entry>, ApiError> {
        let mut entries = Vec::new();
        for (standing, filter) in parts {
            // Where this part begins.
            let from = match after.map(|entry| (entry.state.standing(), entry)) {
                Some((reached, _)) if reached > *standing => continue,
                Some((reached, entry)) if reached == *standing => (entry.state.waiting_since.get(), entry.id.get()),
                _ => (i64::MIN, i64::MIN),
            };
            let mut query = sqlx::query(AssertSqlSafe(part_statement(self.owner, *filter)))
                .bind(self.organization.get())
                .bind(self.campaign.get())
                .bind(*standing as i32)
                .bind(from.0)
                .bind(from.1);
            if let Some(member) = self.owner {
                query = query.bind(member.get());
            }
            if filter.needs_now() {
                query = query.bind(self.now.get());
            }
            for row in query.fetch_all(&mut **transaction).await? {
                entries.push(entry(&row)?);
            }
            if entries.len() > PAGE {
                break;
            }
        }
        Ok(entries)
    }

    /// Reads a page of a list, where anybody wrote last first.
    async fn recent(
        &self,
        transaction: &mut Transaction<'static, Any>,
        parts: &[(Standing, Filter)],
        after: Option<&Entry>,
    ) -> Result<Vec<Entry>, ApiError> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let last_wrote_at = |entry: &Entry| entry.state.last_wrote_at().map_or(-1, Instant::get);
        let mut query = sqlx::query(AssertSqlSafe(recent_statement(self.owner, parts)))
            .bind(self.organization.get())
            .bind(self.campaign.get())
            .bind(after.map_or(i64::MAX, last_wrote_at))
            .bind(after.map_or(i64::MAX, |entry| entry.id.get()));
        if let Some(member) = self.owner {
            query = query.bind(member.get());
        }
        if parts.iter().any(|(_, filter)| filter.needs_now()) {
            query = query.bind(self.now.get());
        }
        query.fetch_all(&mut **transaction).await?.iter().map(entry).collect()
    }
}

impl Store {
    /// Reads a page of a list.
    ///
    /// # Errors
    /// If the member may not see whose it is, or the campaign does not exist.
    #[expect(clippy::too_many_arguments, reason = "each is one choice that the page offers")]
    pub async fn list(
        &self,
        actor: Actor,
        campaign: CampaignId,
        whose: Whose,
        tab: Tab,
        sort: Sort,
        search: &str,
        after: Option<Entry>,
    ) -> Result<ListPage, ApiError> {
        let search = Search::parse(search)?;
        // Few at a time, so that pages that only open a list find a connection.
        let _turn = if search.is_empty() && sort != Sort::AToZ {
            None
        } else {
            Some(self.searches.acquire().await.map_err(|_| ApiError::Broken)?)
        };
        let (mut transaction, Viewed { owner, schedule, .. }) = self.view(actor, campaign, whose).await?;
        let (organization, now) = (actor.organization, self.now());
        let follow_ups = match tab {
            Tab::Responses | Tab::FollowUps => any_active(&mut transaction, organization, campaign, now).await?,
            Tab::Initial | Tab::OptOuts => false,
        };
        let parts = parts(tab, schedule.phase(now), follow_ups);
        let sort = if tab.sorts().contains(&sort) { sort } else { Sort::NeedsReply };
        let (mut rows, more, found) = if search.is_empty() && sort != Sort::AToZ {
            let reading = Reading { organization, campaign, owner, now };
            let mut rows = match sort {
                Sort::Recent => reading.recent(&mut transaction, &parts, after.as_ref()).await?,
                _ => reading.read(&mut transaction, &parts, after.as_ref()).await?,
            };
            let more = rows.len() > PAGE;
            rows.truncate(PAGE);
            (rows, more, None)
        } else {
            let list = List { engine: self.engine, organization, campaign, owner, parts, now };
            let mut page = Page::new(sort, PAGE, after.as_ref());
            let found = fill(self, &mut transaction, &list, &search, sort, after.as_ref(), &mut page).await?;
            let (rows, more) = page.finish();
            (rows, more, (!search.is_empty()).then_some(found))
        };
        add_last_words(&mut transaction, self.engine, organization, &mut rows).await?;
        transaction.commit().await?;
        Ok(ListPage { rows, more, found })
    }
}
