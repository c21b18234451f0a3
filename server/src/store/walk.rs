//! Walking through a list in its order, without reading what is passed by.

use handoff_core::inbox::{Entry, Rank};
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::{CampaignId, ConversationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::engine::Engine;
use super::parts::of_owner;
use crate::model::ApiError;

/// The next so many of one standing, in the order in which they are taken: all their ids in one text, how many, and when
/// the last of them waits since.
const TAKING: &str = "
    SELECT {ids} AS ids, CAST(count(*) AS BIGINT) AS met, max(waiting_since) AS waiting_since FROM (
        SELECT waiting_since, conversation_id FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND {owner} AND standing = $3
            AND (waiting_since, conversation_id) > ($4, $5)
        ORDER BY {taking} LIMIT $6
    ) AS next";

/// The next so many contacts of a campaign, by name, in the same way.
const NAMES: &str = "
    SELECT {ids} AS ids, CAST(count(*) AS BIGINT) AS met, max(name) AS name FROM (
        SELECT name, conversation_id FROM contact_name
        WHERE organization_id = $1 AND campaign_id = $2 AND (name, conversation_id) > ($3, $4)
        ORDER BY name, conversation_id LIMIT $5
    ) AS next";

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let owners = [None, Some(handoff_core::MemberId(1))];
    let taking = owners.into_iter().map(|owner| of_owner(&with_ids(TAKING, engine), owner, 7));
    taking.chain([with_ids(NAMES, engine)]).collect()
}

fn with_ids(statement: &str, engine: Engine) -> String {
    statement.replace("{ids}", engine.ids_in_one_text())
}

/// A way through a campaign, and how far it was gone.
pub(super) enum Way {
    /// What an owner has of these standings, in the order in which they are taken.
    Taking { owner: Owner, standings: Vec<Standing>, at: (i64, i64) },
    /// All contacts, by name.
    ByName { from: (String, i64), at: (String, i64), at_the_end: bool },
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
        Self::ByName { from: at.clone(), at, at_the_end: false }
    }

    /// The next so many at most, in their order. `None` at the end.
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
                let mut query = sqlx::query(AssertSqlSafe(of_owner(&with_ids(TAKING, engine), *owner, 7)))
                    .bind(organization.get())
                    .bind(campaign.get())
                    .bind(standing as i32)
                    .bind(at.0)
                    .bind(at.1)
                    .bind(count);
                if let Some(member) = owner {
                    query = query.bind(member.get());
                }
                let row = query.fetch_one(&mut **transaction).await?;
                let met = ids(row.try_get("ids")?);
                match met.last() {
                    Some(last) if row.try_get::<i64, _>("met")? == count => {
                        *at = (row.try_get("waiting_since")?, last.get());
                    }
                    _ => {
                        standings.remove(0);
                        *at = START;
                    }
                }
                Ok(Some(met))
            }
            Self::ByName { at, at_the_end, .. } => {
                if *at_the_end {
                    return Ok(None);
                }
                let row = sqlx::query(AssertSqlSafe(with_ids(NAMES, engine)))
                    .bind(organization.get())
                    .bind(campaign.get())
                    .bind(at.0.clone())
                    .bind(at.1)
                    .bind(count)
                    .fetch_one(&mut **transaction)
                    .await?;
                let met = ids(row.try_get("ids")?);
                match met.last() {
                    Some(last) if row.try_get::<i64, _>("met")? == count => *at = (row.try_get("name")?, last.get()),
                    _ => *at_the_end = true,
                }
                Ok(Some(met))
            }
        }
    }

    /// Says that whoever was met until now was looked at.
    pub(super) fn goes_on_from_here(&mut self) {
        if let Self::ByName { from, at, .. } = self {
            from.clone_from(at);
        }
    }

    /// Whether somebody who was met stands there: they may have been met by a name that was corrected since.
    pub(super) fn has(&self, rank: &Rank) -> bool {
        match (self, rank) {
            (Self::ByName { from, at, at_the_end }, Rank::Name(name, id)) => {
                let place = (name, id.get());
                (&from.0, from.1) < place && (*at_the_end || place <= (&at.0, at.1))
            }
            _ => true,
        }
    }
}

const START: (i64, i64) = (i64::MIN, i64::MIN);

/// In their order: each engine puts together what a subquery gives as it comes.
fn ids(text: Option<String>) -> Vec<ConversationId> {
    text.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect()
}
