//! A made-up organization, to look around in.

use handoff_core::account::{Country, Email, Name};
use handoff_core::permission::Role;

use crate::api::ApiError;
use crate::store::Store;

/// The password of every account of the demo.
pub const PASSWORD: &str = "handoff-demo";

/// Who can sign in to the demo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoSignIns {
    /// Their e-mail addresses, with what they are.
    pub people: Vec<(String, Role)>,
}

impl DemoSignIns {
    /// What to tell the person at the terminal.
    pub fn lines(&self) -> Vec<String> {
        let people = self.people.iter().map(|(email, role)| format!("  {email}  {PASSWORD}  ({})", role.label()));
        std::iter::once("Sign in as one of these:".to_owned()).chain(people).collect()
    }
}

/// Fills an empty database.
///
/// # Errors
/// If the database fails.
pub async fn fill(store: &Store, _seed: u64) -> Result<DemoSignIns, ApiError> {
    let people = [("Ada Admin", "admin@demo.example", Role::Admin), ("Abby Lee", "abby@demo.example", Role::Texter)];
    let hash = crate::secret::hash_password(PASSWORD.to_owned()).await?;
    let mut transaction = store.begin().await?;
    let country = Country::parse("US").map_err(|error| ApiError::invalid("country", error))?;
    let name = |text: &str| Name::parse(text).map_err(|error| ApiError::invalid("name", error));
    let organization = store.create_organization(&mut transaction, &name("Demo")?, country).await?;
    for (person, email, role) in people {
        let email = Email::parse(email).map_err(|error| ApiError::invalid("email", error))?;
        store.add_member(&mut transaction, organization, &name(person)?, &email, role, Some(&hash)).await?;
    }
    transaction.commit().await?;
    Ok(DemoSignIns { people: people.map(|(_, email, role)| (email.to_owned(), role)).into() })
}
