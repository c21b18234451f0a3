//! For how many contacts a placeholder says nothing.

use handoff_core::CampaignId;
use handoff_core::contact::Template;
use handoff_core::contact::field::{FIRST_NAME, LAST_NAME};
use handoff_core::permission::Act;
use sqlx::AssertSqlSafe;

use super::engine::Engine;
use super::row::count;
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::campaign::EmptyPlaceholder;

/// One pass over the campaign's part of the index and its contacts, however many placeholders are counted.
fn statement(engine: Engine, names: &[&str]) -> String {
    let mut bound = 2;
    let counts: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let value = match *name {
                FIRST_NAME => "contact.first_name".to_owned(),
                LAST_NAME => "contact.last_name".to_owned(),
                _ => {
                    bound += 1;
                    field(engine, bound)
                }
            };
            format!(
                "CAST(coalesce(sum(CASE WHEN coalesce(trim({value}), '') = '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS empty_{place}"
            )
        })
        .collect();
    format!(
        "SELECT {} FROM conversation
        JOIN contact ON contact.organization_id = conversation.organization_id
            AND contact.conversation_id = conversation.conversation_id
        WHERE conversation.organization_id = $1 AND conversation.campaign_id = $2",
        counts.join(", ")
    )
}

/// A custom field of a contact, by its name.
fn field(engine: Engine, bound: usize) -> String {
    match engine {
        Engine::Sqlite => format!("(contact.fields ->> ${bound})"),
        Engine::Postgres => format!("(CAST(contact.fields AS JSON) ->> CAST(${bound} AS TEXT))"),
    }
}

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> [String; 1] {
    [statement(engine, &[FIRST_NAME, LAST_NAME, "city"])]
}

impl Store {
    /// Counts for how many contacts of a campaign each placeholder of a message says nothing. Those with words in place of
    /// what is not there are not counted, nor those that are empty for nobody.
    pub(super) async fn empty_placeholders(
        &self,
        actor: Actor,
        campaign: CampaignId,
        template: &Template,
    ) -> Result<Vec<EmptyPlaceholder>, ApiError> {
        let names = template.without_fallback();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let mut query = sqlx::query(AssertSqlSafe(statement(self.engine, &names)))
            .bind(actor.organization.get())
            .bind(campaign.get());
        for name in names.iter().filter(|name| ![FIRST_NAME, LAST_NAME].contains(*name)) {
            query = query.bind((*name).to_owned());
        }
        let row = query.fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        let mut empty = Vec::new();
        for (place, name) in names.into_iter().enumerate() {
            let contacts = count(&row, &format!("empty_{place}"))?;
            if contacts > 0 {
                empty.push(EmptyPlaceholder { name: name.to_owned(), contacts });
            }
        }
        Ok(empty)
    }
}
