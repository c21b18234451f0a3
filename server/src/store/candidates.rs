//! Who may be found by a search: those in whose names all of its parts are, as `name_part` lists them.

use handoff_core::contact::parts::{common, decode, parts_of_search};
use handoff_core::contact::search::Search;
use handoff_core::{CampaignId, ConversationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::row::to_store;
use crate::model::ApiError;

/// So few need no narrowing: looking at them costs less than reading another list.
const ENOUGH: usize = 500;

/// Of letters that so many have, and of nothing else, no list is read: a page of them is full soon.
const VERY_MANY: i64 = 100_000;

/// How many have each of these parts. Each is looked up for itself: PostgreSQL would read all parts for a few of them.
const HELD: &str = "
    SELECT wanted.value AS part, (
        SELECT CAST(coalesce(sum(name_part.held), 0) AS BIGINT) FROM name_part
        WHERE name_part.organization_id = $1 AND name_part.campaign_id = $2 AND name_part.part = wanted.value
    ) AS held
    FROM {texts} AS wanted";

/// All lists of a part in one text.
const LISTS: &str = "
    SELECT {lists} AS lists FROM (
        SELECT conversations FROM name_part
        WHERE organization_id = $1 AND campaign_id = $2 AND part = $3 ORDER BY batch
    ) AS every";

/// Stands between lists.
const SEPARATOR: char = ' ';

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> [String; 2] {
    [held_statement(engine), lists_statement(engine)]
}

fn held_statement(engine: Engine) -> String {
    HELD.replace("{texts}", engine.texts_of_json())
}

fn lists_statement(engine: Engine) -> String {
    LISTS.replace("{lists}", &engine.in_one_text("conversations", SEPARATOR))
}

/// What is done where very many may be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Many {
    /// They are not read: nothing is said.
    AreLeftOut,
    /// They are read all the same.
    AreRead,
}

/// Those of a campaign who may be found, by id, each once. `None` says nothing: the search is for letters that very many
/// have.
pub(super) async fn candidates(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    whose: (OrganizationId, CampaignId),
    search: &Search,
    many: Many,
) -> Result<Option<Vec<ConversationId>>, ApiError> {
    // The rarest first. What is in no list is in no name.
    let parts = by_rarity(transaction, engine, whose, search).await?;
    if let [(held, _)] = parts[..]
        && held > VERY_MANY
        && many == Many::AreLeftOut
    {
        return Ok(None);
    }
    let mut left: Option<Vec<ConversationId>> = None;
    for (held, part) in parts {
        left = Some(match left {
            None if held == 0 => Vec::new(),
            None => narrowed(None, &lists(transaction, engine, whose, part).await?),
            Some(few) if few.len() <= ENOUGH => return Ok(Some(few)),
            Some(many) => narrowed(Some(&many), &lists(transaction, engine, whose, part).await?),
        });
    }
    Ok(left)
}

/// The parts of a search with how many have each, the rarest first.
async fn by_rarity<'s>(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    (organization, campaign): (OrganizationId, CampaignId),
    search: &'s Search,
) -> Result<Vec<(i64, &'s str)>, ApiError> {
    let parts: Vec<&str> = search.words().iter().flat_map(|word| parts_of_search(word)).collect();
    let mut parts: Vec<(i64, &str)> = parts.into_iter().map(|part| (0, part)).collect();
    let rows = sqlx::query(AssertSqlSafe(held_statement(engine)))
        .bind(organization.get())
        .bind(campaign.get())
        .bind(to_store(&parts.iter().map(|(_, part)| *part).collect::<Vec<_>>())?)
        .fetch_all(&mut **transaction)
        .await?;
    for row in rows {
        let (found, held): (String, i64) = (row.try_get("part")?, row.try_get("held")?);
        for (count, _) in parts.iter_mut().filter(|(_, part)| *part == found) {
            *count = held;
        }
    }
    parts.sort_unstable();
    parts.dedup();
    Ok(parts)
}

async fn lists(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    (organization, campaign): (OrganizationId, CampaignId),
    part: &str,
) -> Result<String, ApiError> {
    let lists: Option<String> = sqlx::query_scalar(AssertSqlSafe(lists_statement(engine)))
        .bind(organization.get())
        .bind(campaign.get())
        .bind(part)
        .fetch_one(&mut **transaction)
        .await?;
    Ok(lists.unwrap_or_default())
}

/// Those of some, or of all, who are in these lists.
fn narrowed(some: Option<&[ConversationId]>, lists: &str) -> Vec<ConversationId> {
    let mut all = Vec::new();
    for list in lists.split(SEPARATOR) {
        match some {
            Some(some) => common(some, list, &mut all),
            None => decode(list, &mut all),
        }
    }
    // Not the unstable sort: each list is in order, and most often all of them together.
    all.sort();
    all.dedup();
    all
}
