//! Correcting what is known of a contact.

use handoff_core::ConversationId;
use handoff_core::contact::correction::Correction;
use handoff_core::permission::{Act, Forbidden};

use super::conversation::Done;
use super::row::{stored, to_store};
use super::{Actor, Store};
use crate::model::ApiError;

const CORRECT: &str = "
    UPDATE contact SET first_name = $3, last_name = $4, fields = $5
    WHERE organization_id = $1 AND conversation_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [CORRECT];

impl Store {
    /// Corrects the names of a contact, and the values of their custom fields.
    ///
    /// # Errors
    /// If the member may not, something is too long, or the campaign has no such field.
    pub async fn correct_contact(
        &self,
        actor: Actor,
        conversation: ConversationId,
        correction: &Correction,
    ) -> Result<Done, ApiError> {
        let (mut transaction, found) = self.hold(actor, conversation).await?;
        found.check(Act::CorrectName, self.now())?;
        if correction.fields.is_some() && !found.role.may(Act::CorrectFields) {
            return Err(Forbidden.into());
        }
        let known: Vec<String> = stored(&found.custom_fields)?;
        let checked = correction.checked(&known).map_err(|error| ApiError::invalid(error.field(), &error))?;
        let fields = match &checked.fields {
            Some(fields) => to_store(fields)?,
            None => found.fields.clone(),
        };
        let corrected = sqlx::query(CORRECT)
            .bind(actor.organization.get())
            .bind(conversation.get())
            .bind(checked.first_name.clone())
            .bind(checked.last_name.clone())
            .bind(fields)
            .execute(&mut *transaction)
            .await?;
        super::moving::exactly(corrected.rows_affected(), 1)?;
        let which = (actor.organization, found.campaign, conversation);
        let (before, after) = ((&*found.first_name, &*found.last_name), (&*checked.first_name, &*checked.last_name));
        self.renamed(&mut transaction, which, before, after).await?;
        transaction.commit().await?;
        Ok(found.done(found.state))
    }
}
