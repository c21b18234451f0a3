//! The demo organization: made-up people and campaigns in every state, the same for the same seed.

mod campaign;
mod people;
mod plan;
mod prepared;
mod requests;
mod rows;
mod story;
mod talks;

use handoff_core::Instant;
use handoff_core::account::Country;
use handoff_core::contact::Phone;
use handoff_core::permission::Role;
use rand::SeedableRng;
use rand::rngs::StdRng;

use self::rows::Writer;

use crate::model::ApiError;
use crate::secret::hash_password;
use crate::store::Store;
use crate::store::failure::Sound;

/// The password of every demo account.
pub const PASSWORD: &str = "handoff-demo";

/// Who can sign in to the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
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

const NAME: &str = "River County Votes";

/// Fills an empty database with the demo organization.
///
/// # Errors
/// If the database refuses.
pub async fn fill(store: &Store, seed: u64) -> Result<DemoSignIns, ApiError> {
    let hash = hash_password(PASSWORD.to_owned()).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let mut transaction = store.begin().await?;
    let country = Country::parse("US").map_err(|error| ApiError::invalid("country", error))?;
    let organization = store.create_organization(&mut transaction, &people::name(NAME)?, country).await?;
    let roster = people::roster();
    let members = people::add(&mut transaction, store, organization, &roster, &hash, &mut random).await?;
    prepared::replies(&mut transaction, store, organization, None, &plan::REPLIES).await?;
    let mut opted_out = campaign::OptedOut::new();
    let mut writer = Writer { transaction: &mut transaction, organization };
    for plan in &plan::CAMPAIGNS {
        campaign::add(&mut writer, store, plan, &members, &mut opted_out, &mut random).await?;
    }
    writer.opt_outs(&campaign::opt_out_rows(&opted_out)).await?;
    writer.strangers(&strangers(store)?).await?;
    transaction.commit().await?;
    // One of each is enough to be told; all have the same password.
    let first = |role: Role| roster.iter().find(|person| person.role == role);
    let people = Role::ALL.into_iter().filter_map(first).map(|person| (person.email.clone(), person.role));
    Ok(DemoSignIns { people: people.collect() })
}

/// What numbers wrote that nobody knows, as rows: in the last hours.
fn strangers(store: &Store) -> Result<Vec<(i64, Phone, &'static str, Instant)>, ApiError> {
    let row = |(number, (area, body)): (i64, (u32, &'static str))| {
        let phone = format!("+1{area}55501{number:02}").parse().expected("made-up numbers are numbers")?;
        Ok((store.next_id(), phone, body, store.now().plus_seconds(-(4 - number) * 3_600)))
    };
    (0..).zip(plan::STRANGERS).map(row).collect()
}
