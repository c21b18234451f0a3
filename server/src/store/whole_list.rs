//! A page of a list that no index has in its order, or of those of a list who may be found.
//!
//! A short list is read as a whole, row after row; no more of it is kept than a page. It is sorted here, by the rule
//! itself: letters beyond ASCII are what the engines do not agree on.

use futures::TryStreamExt;
use handoff_core::contact::search::{Search, name_key};
use handoff_core::inbox::{Entry, Rank, Sort};
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::{CampaignId, ConversationId, Instant, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::engine::Engine;
use super::failure::Sound;
use super::parts::{Filter, entries, entry, entry_columns, in_parts, of_owner};
use super::row::{stored, to_store};
use crate::model::ApiError;

/// A list of one owner.
const LIST: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM conversation CROSS JOIN contact
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner} AND {parts}
        AND contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id"
);

/// Those of a list who are named.
const OF_THESE: &str = "
    SELECT {rows} AS entries FROM conversation CROSS JOIN contact
    WHERE conversation.organization_id = $1 AND {conversation_is_wanted}
        AND conversation.campaign_id = $2 AND {owner} AND {parts}
        AND contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id";

/// The order in which those of them who are in the list are taken.
const TAKING_OF_THESE: &str = "
    SELECT {rows} AS ranks FROM conversation
    WHERE conversation.organization_id = $1 AND {conversation_is_wanted}
        AND conversation.campaign_id = $2 AND {owner} AND {parts}";

/// The names of contacts, whoever has them.
const NAMES_OF_THESE: &str = "
    SELECT {rows} AS ranks FROM contact
    WHERE contact.organization_id = $1 AND {contact_is_wanted}
        AND contact.campaign_id = $2";

/// How many a list has, counted up to a number.
const SIZE: &str = "
    SELECT count(*) AS conversations FROM (
        SELECT 1 FROM conversation
        WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2 AND {owner}
            AND conversation.standing IN ({standings}) LIMIT 5001
    ) AS counted";

/// What has more is not read as a whole, if there is another way.
pub(super) const SHORT: i64 = 5_000;

/// A list of one owner in one campaign.
pub(super) struct List {
    pub(super) engine: Engine,
    pub(super) organization: OrganizationId,
    pub(super) campaign: CampaignId,
    pub(super) owner: Owner,
    pub(super) parts: Vec<(Standing, Filter)>,
    pub(super) now: Instant,
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    [None, Some(handoff_core::MemberId(1))]
        .into_iter()
        .flat_map(|owner| {
            let parts = super::parts::every_part();
            let (organization, campaign, now) = (OrganizationId(1), CampaignId(1), Instant(0));
            let list = List { engine, organization, campaign, owner, parts, now };
            [
                list.size_statement(),
                list.list_statement(),
                list.these_statement(),
                list.taking_statement(),
                list.names_statement(),
            ]
        })
        .collect()
}

impl List {
    fn size_statement(&self) -> String {
        let standings: Vec<String> = self.parts.iter().map(|(standing, _)| (*standing as i32).to_string()).collect();
        of_owner(SIZE, self.owner, 3).replace("{standings}", &standings.join(", "))
    }

    fn list_statement(&self) -> String {
        let now = if self.owner.is_some() { "$4" } else { "$3" };
        of_owner(LIST, self.owner, 3).replace("{parts}", &in_parts(&self.parts, now))
    }

    fn these_statement(&self) -> String {
        self.of_these(OF_THESE, entry_columns!())
    }

    fn taking_statement(&self) -> String {
        self.of_these(
            TAKING_OF_THESE,
            "conversation.standing, conversation.waiting_since, conversation.conversation_id",
        )
    }

    fn names_statement(&self) -> String {
        self.of_these(NAMES_OF_THESE, "contact.conversation_id, contact.first_name, contact.last_name")
    }

    fn of_these(&self, statement: &str, columns: &str) -> String {
        let now = if self.owner.is_some() { "$5" } else { "$4" };
        let rows = self.engine.rows_in_one_text(columns);
        let statement = statement
            .replace("{rows}", &rows)
            .replace("{conversation_is_wanted}", &self.engine.is_among("conversation.conversation_id", 3))
            .replace("{contact_is_wanted}", &self.engine.is_among("contact.conversation_id", 3));
        of_owner(&statement, self.owner, 4).replace("{parts}", &in_parts(&self.parts, now))
    }

    fn needs_now(&self) -> bool {
        self.parts.iter().any(|(_, filter)| filter.needs_now())
    }

    /// Whether the list can be read as a whole while somebody waits. Conversations that its filters leave out count.
    pub(super) async fn is_short(&self, transaction: &mut Transaction<'static, Any>) -> Result<bool, ApiError> {
        let mut query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(self.size_statement()))
            .bind(self.organization.get())
            .bind(self.campaign.get());
        if let Some(member) = self.owner {
            query = query.bind(member.get());
        }
        Ok(query.fetch_one(&mut **transaction).await? <= SHORT)
    }

    /// Reads the whole list into a page.
    pub(super) async fn read_into(
        &self,
        transaction: &mut Transaction<'static, Any>,
        search: &Search,
        page: &mut Page,
    ) -> Result<(), ApiError> {
        let mut query =
            sqlx::query(AssertSqlSafe(self.list_statement())).bind(self.organization.get()).bind(self.campaign.get());
        if let Some(member) = self.owner {
            query = query.bind(member.get());
        }
        if self.needs_now() {
            query = query.bind(self.now.get());
        }
        let mut rows = query.fetch(&mut **transaction);
        while let Some(row) = rows.try_next().await? {
            page.offer(entry(&row)?, search);
        }
        Ok(())
    }

    /// Reads those of them that are in the list, in any order.
    pub(super) async fn these(
        &self,
        transaction: &mut Transaction<'static, Any>,
        conversations: &[ConversationId],
    ) -> Result<Vec<Entry>, ApiError> {
        if conversations.is_empty() {
            return Ok(Vec::new());
        }
        let text = self.ask_of_these(transaction, self.these_statement(), conversations).await?;
        entries(&text)
    }

    /// The places of those of them that are in the list, in the order in which they are taken.
    pub(super) async fn taking_of_these(
        &self,
        transaction: &mut Transaction<'static, Any>,
        conversations: &[ConversationId],
    ) -> Result<Vec<Rank>, ApiError> {
        let text = self.ask_of_these(transaction, self.taking_statement(), conversations).await?;
        let places: Vec<(i64, i64, i64)> = stored(&text)?;
        let rank = |(standing, waiting_since, id)| {
            let standing = Standing::from_number(standing).sound("conversation", "standing", id)?;
            Ok(Rank::Taking(standing, Instant(waiting_since), ConversationId(id)))
        };
        places.into_iter().map(rank).collect()
    }

    /// The places by name of those of them whom a search finds, in the list or not.
    pub(super) async fn names_of_these(
        &self,
        transaction: &mut Transaction<'static, Any>,
        conversations: &[ConversationId],
        search: &Search,
    ) -> Result<Vec<Rank>, ApiError> {
        let query = sqlx::query_scalar::<_, String>(AssertSqlSafe(self.names_statement()))
            .bind(self.organization.get())
            .bind(self.campaign.get())
            .bind(numbers(conversations)?);
        let names: Vec<(i64, String, String)> = stored(&query.fetch_one(&mut **transaction).await?)?;
        let keys = names.into_iter().map(|(id, first, last)| (name_key(&first, &last), ConversationId(id)));
        Ok(keys.filter(|(key, _)| search.finds(key)).map(|(key, id)| Rank::Name(key, id)).collect())
    }

    async fn ask_of_these(
        &self,
        transaction: &mut Transaction<'static, Any>,
        statement: String,
        conversations: &[ConversationId],
    ) -> Result<String, ApiError> {
        let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(statement))
            .bind(self.organization.get())
            .bind(self.campaign.get())
            .bind(numbers(conversations)?);
        if let Some(member) = self.owner {
            query = query.bind(member.get());
        }
        if self.needs_now() {
            query = query.bind(self.now.get());
        }
        Ok(query.fetch_one(&mut **transaction).await?)
    }
}

fn numbers(conversations: &[ConversationId]) -> Result<String, ApiError> {
    to_store(&conversations.iter().map(|id| id.get()).collect::<Vec<_>>())
}

/// A page that is being put together from what comes in any order.
pub(super) struct Page {
    sort: Sort,
    size: usize,
    after: Option<Rank>,
    rows: Vec<(Rank, Entry)>,
    /// How many were found, those before the page among them.
    pub(super) found: u32,
}

impl Page {
    /// The page behind one of the conversations.
    pub(super) fn new(sort: Sort, size: usize, after: Option<&Entry>) -> Self {
        Self { sort, size, after: after.map(|after| sort.rank(after)), rows: Vec::new(), found: 0 }
    }

    /// Takes a conversation in, if the search finds it and it is not before the page.
    pub(super) fn offer(&mut self, entry: Entry, search: &Search) {
        if !search.is_empty() && !search.finds(&name_key(&entry.first_name, &entry.last_name)) {
            return;
        }
        self.found = self.found.saturating_add(1);
        let rank = self.sort.rank(&entry);
        if self.after.as_ref().is_none_or(|after| rank > *after) {
            self.rows.push((rank, entry));
        }
        // What comes after the page is forgotten now and then.
        if self.rows.len() > self.size * 10 {
            self.rows.select_nth_unstable_by(self.size, |(one, _), (other, _)| one.cmp(other));
            self.rows.truncate(self.size + 1);
        }
    }

    /// Forgets what was taken in.
    pub(super) fn begin_again(&mut self) {
        self.rows.clear();
        self.found = 0;
    }

    /// Whether a place is behind the last page.
    pub(super) fn wants(&self, rank: &Rank) -> bool {
        self.after.as_ref().is_none_or(|after| rank > after)
    }

    /// Whether nothing that comes later can be on the page, if all that comes is behind what came.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() > self.size
    }

    /// The conversations in their order, and whether more stand behind them.
    pub(super) fn finish(mut self) -> (Vec<Entry>, bool) {
        self.rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let more = self.rows.len() > self.size;
        self.rows.truncate(self.size);
        (self.rows.into_iter().map(|(_, entry)| entry).collect(), more)
    }
}
