//! Walking through a list in its order, without reading what is passed by.

use handoff_core::inbox::{Entry, Rank};
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::{CampaignId, ConversationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::parts::of_owner;
use crate::model::ApiError;

/// Up to where so many conversations of one standing reach, in the order in which they are taken.
const TAKING_UNTIL: &str = "
    SELECT waiting_since, conversation_id FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2 AND {owner} AND standing = $3
        AND (waiting_since, conversation_id) > ($4, $5)
    ORDER BY waiting_since, conversation_id LIMIT 1 OFFSET $6";

/// All their ids in one text.
const TAKING: &str = "
    SELECT {ids} AS ids FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2 AND {owner} AND standing = $3
        AND (waiting_since, conversation_id) > ($4, $5) AND (waiting_since, conversation_id) <= ($6, $7)";

/// Up to where so many contacts of a campaign reach, by name.
const NAMES_UNTIL: &str = "
    SELECT name, conversation_id FROM contact_name
    WHERE organization_id = $1 AND campaign_id = $2 AND (name, conversation_id) > ($3, $4)
    ORDER BY name, conversation_id LIMIT 1 OFFSET $5";

/// All their ids in one text.
const NAMES: &str = "
    SELECT {ids} AS ids FROM contact_name
    WHERE organization_id = $1 AND campaign_id = $2 AND (name, conversation_id) > ($3, $4)
        AND (name, conversation_id) <= ($5, $6)";

/// Comes behind every name.
const LAST_NAME: &str = "\u{10ffff}";

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let owners = [None, Some(handoff_core::MemberId(1))];
    let taking = owners
        .into_iter()
        .flat_map(|owner| [of_owner(TAKING_UNTIL, owner, 7), of_owner(&with_ids(TAKING, engine), owner, 8)]);
    taking.chain([NAMES_UNTIL.to_owned(), with_ids(NAMES, engine)]).collect()
}

fn with_ids(statement: &str, engine: Engine) -> String {
    statement.replace("{ids}", engine.ids_in_one_text())
}

/// A way through a campaign, and how far it was gone.
pub(super) enum Way {
    /// What an owner has of these standings, in the order in which they are taken.
    Taking { owner: Owner, standings: Vec<Standing>, at: (i64, i64) },
    /// All contacts, by name.
    ByName { from: (String, i64), at: (String, i64) },
}

impl Way {
    /// The way in the order of taking, behind a conversation.
    pub(super) fn taking(owner: Owner, standings: impl IntoIterator<Item = Standing>, after: Option<&Entry>) -> Self {
        let reached = after.map(|entry| (entry.state.standing(), entry));
        let standings: Vec<Standing> =
            standings.into_iter().filter(|standing| reached.is_none_or(|(reached, _)| reached <= *standing)).collect();
        let at = match reached {
            Some((reached, entry)) if standings.first() == Some(&reached) => {
                (entry.state.waiting_since.get(), entry.id.get())
            }
            _ => START,
        };
        Self::Taking { owner, standings, at }
    }

    /// The way by name, behind a place in that order.
    pub(super) fn by_name(after: Option<&Rank>) -> Self {
        let at = match after {
            Some(Rank::Name(name, id)) => (name.clone(), id.get()),
            _ => (String::new(), i64::MIN),
        };
        Self::ByName { from: at.clone(), at }
    }

    /// The next so many at most, in any order among themselves, all of them before those that come after. `None` at the
    /// end.
    pub(super) async fn next(
        &mut self,
        transaction: &mut Transaction<'static, Any>,
        engine: Engine,
        (organization, campaign): (OrganizationId, CampaignId),
        count: i64,
    ) -> Result<Option<Vec<ConversationId>>, ApiError> {
        match self {
            Self::Taking { owner, standings, at } => {
                let Some(standing) = standings.first().copied() else { return Ok(None) };
                let bound = |statement: String| -> Bound {
                    sqlx::query(AssertSqlSafe(statement))
                        .bind(organization.get())
                        .bind(campaign.get())
                        .bind(standing as i32)
                        .bind(at.0)
                        .bind(at.1)
                };
                let until = bound(of_owner(TAKING_UNTIL, *owner, 7)).bind(count - 1);
                let until = to(until, *owner).fetch_optional(&mut **transaction).await?;
                let until = match until {
                    Some(row) => Some((row.try_get("waiting_since")?, row.try_get("conversation_id")?)),
                    None => None,
                };
                let (waiting_since, id) = until.unwrap_or((i64::MAX, i64::MAX));
                let query = bound(of_owner(&with_ids(TAKING, engine), *owner, 8)).bind(waiting_since).bind(id);
                let row = to(query, *owner).fetch_one(&mut **transaction).await?;
                if until.is_none() {
                    standings.remove(0);
                }
                *at = until.unwrap_or(START);
                Ok(Some(ids(row.try_get("ids")?)))
            }
            Self::ByName { from, at } => {
                if at.0 == LAST_NAME {
                    return Ok(None);
                }
                let bound = |statement: String| -> Bound {
                    sqlx::query(AssertSqlSafe(statement))
                        .bind(organization.get())
                        .bind(campaign.get())
                        .bind(at.0.clone())
                        .bind(at.1)
                };
                let until = bound(NAMES_UNTIL.to_owned()).bind(count - 1).fetch_optional(&mut **transaction).await?;
                let until = match until {
                    Some(row) => (row.try_get("name")?, row.try_get("conversation_id")?),
                    None => (LAST_NAME.to_owned(), i64::MAX),
                };
                let query = bound(with_ids(NAMES, engine)).bind(until.0.clone()).bind(until.1);
                let row = query.fetch_one(&mut **transaction).await?;
                *from = std::mem::replace(at, until);
                Ok(Some(ids(row.try_get("ids")?)))
            }
        }
    }

    /// Whether somebody who was met stands there: they may have been met by a name that was corrected since.
    pub(super) fn has(&self, rank: &Rank) -> bool {
        match (self, rank) {
            (Self::ByName { from, at }, Rank::Name(name, id)) => {
                let place = (name, id.get());
                (&from.0, from.1) < place && place <= (&at.0, at.1)
            }
            _ => true,
        }
    }
}

const START: (i64, i64) = (i64::MIN, i64::MIN);

type Bound = sqlx::query::Query<'static, Any, sqlx::any::AnyArguments>;

/// Binds the owner, if there is one.
fn to(query: Bound, owner: Owner) -> Bound {
    match owner {
        Some(member) => query.bind(member.get()),
        None => query,
    }
}

fn ids(text: Option<String>) -> Vec<ConversationId> {
    text.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect()
}
