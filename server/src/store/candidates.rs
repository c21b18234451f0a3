//! Who may be found by a search: those in whose names all of its parts are, as `name_part` lists them.

use futures::TryStreamExt;
use handoff_core::contact::parts::{LETTERS, decode, parts_of_search};
use handoff_core::contact::search::Search;
use handoff_core::{CampaignId, ConversationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::row::to_store;
use crate::model::ApiError;

/// So few need no narrowing: they are looked up one by one.
pub(super) const FEW: usize = 2_000;

/// A list that is this much longer than what is left narrows it too little for what reading it costs.
const LONGER: usize = 4;

/// A list of so many costs next to nothing to read.
const SHORT: usize = 50_000;

/// How many have each of these parts.
const HELD: &str = "
    SELECT name_part.part, CAST(sum(name_part.held) AS BIGINT) AS held
    FROM {texts} AS wanted CROSS JOIN name_part
    WHERE name_part.organization_id = $1 AND name_part.campaign_id = $2 AND name_part.part = wanted.value
    GROUP BY name_part.part";

const LISTS: &str = "
    SELECT conversations FROM name_part
    WHERE organization_id = $1 AND campaign_id = $2 AND part = $3 ORDER BY batch";

/// Of the parts that begin with one or two letters. Of a letter that begins very many, nothing is read.
const LISTS_FROM: &str = "
    SELECT conversations FROM name_part
    WHERE organization_id = $1 AND campaign_id = $2 AND part >= $3 AND part < $4 LIMIT 5001";

/// The same number.
const MOST_LISTS: usize = 5_000;

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> [String; 3] {
    [held_statement(engine), LISTS.to_owned(), LISTS_FROM.to_owned()]
}

fn held_statement(engine: Engine) -> String {
    HELD.replace("{texts}", engine.texts_of_json())
}

/// Those of a campaign who may be found, by id, each once. `None` says nothing: the search is for letters that very many
/// have.
pub(super) async fn candidates(
    transaction: &mut Transaction<'static, Any>,
    engine: Engine,
    (organization, campaign): (OrganizationId, CampaignId),
    search: &Search,
) -> Result<Option<Vec<ConversationId>>, ApiError> {
    let all: Vec<&str> = search.words().iter().flat_map(|word| parts_of_search(word)).collect();
    let (parts, beginnings): (Vec<&str>, Vec<&str>) = all.into_iter().partition(|part| part.chars().count() == LETTERS);
    if parts.is_empty() {
        return of_beginnings(transaction, (organization, campaign), &beginnings).await;
    }
    let mut parts: Vec<(usize, &str)> = parts.into_iter().map(|part| (0, part)).collect();
    let rows = sqlx::query(AssertSqlSafe(held_statement(engine)))
        .bind(organization.get())
        .bind(campaign.get())
        .bind(to_store(&parts.iter().map(|(_, part)| *part).collect::<Vec<_>>())?)
        .fetch_all(&mut **transaction)
        .await?;
    for row in rows {
        let (found, held): (String, i64) = (row.try_get("part")?, row.try_get("held")?);
        for (count, _) in parts.iter_mut().filter(|(_, part)| *part == found) {
            *count = usize::try_from(held).unwrap_or(usize::MAX);
        }
    }
    // The rarest first. What is in no list is in no name.
    parts.sort_unstable();
    parts.dedup();
    let mut left: Option<Vec<ConversationId>> = None;
    for (held, part) in parts {
        let narrowed = match left.take() {
            None if held == 0 => Vec::new(),
            None => list(transaction, (organization, campaign), part).await?,
            Some(few) if few.len() <= FEW || held > few.len() * LONGER + SHORT => few,
            Some(many) => {
                let with_part = list(transaction, (organization, campaign), part).await?;
                many.into_iter().filter(|id| with_part.binary_search(id).is_ok()).collect()
            }
        };
        left = Some(narrowed);
    }
    Ok(left)
}

async fn list(
    transaction: &mut Transaction<'static, Any>,
    (organization, campaign): (OrganizationId, CampaignId),
    part: &str,
) -> Result<Vec<ConversationId>, ApiError> {
    let mut rows =
        sqlx::query(LISTS).bind(organization.get()).bind(campaign.get()).bind(part).fetch(&mut **transaction);
    let mut all = Vec::new();
    while let Some(row) = rows.try_next().await? {
        all.extend(decode(&row.try_get::<String, _>("conversations")?));
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Of one or two letters only the first word is looked at.
async fn of_beginnings(
    transaction: &mut Transaction<'static, Any>,
    (organization, campaign): (OrganizationId, CampaignId),
    beginnings: &[&str],
) -> Result<Option<Vec<ConversationId>>, ApiError> {
    let longest = beginnings.iter().max_by_key(|word| word.chars().count());
    let Some(beginning) = longest else { return Ok(None) };
    let mut rows = sqlx::query(LISTS_FROM)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(*beginning)
        .bind(format!("{beginning}\u{10ffff}"))
        .fetch(&mut **transaction);
    let (mut all, mut lists) = (Vec::new(), 0);
    while let Some(row) = rows.try_next().await? {
        lists += 1;
        if lists > MOST_LISTS {
            return Ok(None);
        }
        all.extend(decode(&row.try_get::<String, _>("conversations")?));
    }
    all.sort_unstable();
    all.dedup();
    Ok(Some(all))
}
