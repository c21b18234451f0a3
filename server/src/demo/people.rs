//! The made-up people of the demo. Their phone numbers are from the range kept for fiction.

use handoff_core::account::{Email, Name};
use handoff_core::permission::Role;
use handoff_core::{MemberId, OrganizationId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{Any, Transaction};

use crate::model::ApiError;
use crate::store::Store;
use crate::store::failure::Sound;

const TEXTERS: [&str; 26] = [
    "Abby Okafor",
    "Lindsey Tran",
    "Omar Haddad",
    "Ruth Kim",
    "José Álvarez",
    "Wei Zhang",
    "Fatima Rahman",
    "Tom Nowak",
    "Zoë Laurent",
    "Kofi Mensah",
    "Aisha Patel",
    "Ola Lindqvist",
    "Jean Müller",
    "Priya Nair",
    "Łukasz Dyk",
    "Renée Cohen",
    "Malik Johnson",
    "Sofia Rossi",
    "Anaïs Petit",
    "Dmitri Volkov",
    "Grace Lee",
    "Hana Sato",
    "Ibrahim Yusuf",
    "Nora O'Brien",
    "Ángel Cruz",
    "Tessa van Dijk",
];
const ADMINS: [&str; 2] = ["Maya Brooks", "Sam Ortega"];
const FIRST: [&str; 40] = [
    "James",
    "Mary",
    "Robert",
    "Linda",
    "David",
    "Elena",
    "Carlos",
    "Susan",
    "Ahmed",
    "Karen",
    "Luis",
    "Nancy",
    "Daniel",
    "Mei",
    "Paul",
    "Sandra",
    "Kevin",
    "Ashley",
    "Brian",
    "Dolores",
    "George",
    "Yuki",
    "Edward",
    "Carol",
    "Jason",
    "Amanda",
    "Ryan",
    "Melissa",
    "Jacob",
    "Rosa",
    "Gary",
    "Stephanie",
    "Eric",
    "Chloé",
    "Stephen",
    "Laura",
    "Jamal",
    "Cynthia",
    "Frank",
    "Ingrid",
];
const LAST: [&str; 36] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "García",
    "Miller",
    "Davis",
    "Rodríguez",
    "Martinez",
    "Hernández",
    "Lopez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Martin",
    "Lee",
    "Perez",
    "Thompson",
    "White",
    "Harris",
    "Sanchez",
    "Clark",
    "Ramirez",
    "Lewis",
    "Robinson",
    "Walker",
    "Young",
    "Allen",
    "King",
    "Wright",
    "Scott",
    "Nguyen",
];
const CITIES: [&str; 6] = ["Ashford", "Brookhaven", "Cedar Falls", "Millbrook", "Oakdale", "Riverton"];

/// Area codes in use: each has a hundred numbers kept for fiction, 555-0100 to 555-0199.
const AREAS: [u32; 48] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234,
    239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309,
    310, 312,
];

/// Somebody who works in the demo organization.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: String,
    pub(super) role: Role,
}

/// Everybody who can sign in: the admins first.
pub(super) fn roster() -> Vec<Person> {
    let person = |role: Role| {
        move |name: &&'static str| Person { name, email: format!("{}@demo.example", first_name(name)), role }
    };
    ADMINS.iter().map(person(Role::Admin)).chain(TEXTERS.iter().map(person(Role::Texter))).collect()
}

/// The first name, in plain letters: the part of the e-mail address before the @.
fn first_name(name: &str) -> String {
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    first
        .chars()
        .map(|letter| match letter {
            'é' | 'ë' => 'e',
            'á' => 'a',
            'ï' => 'i',
            'ł' => 'l',
            other => other,
        })
        .collect()
}

/// The members that were added.
pub(super) struct Members {
    pub(super) admin: MemberId,
    pub(super) texters: Vec<MemberId>,
}

/// Adds everybody as accounts and members.
pub(super) async fn add(
    transaction: &mut Transaction<'static, Any>,
    store: &Store,
    organization: OrganizationId,
    people: &[Person],
    password_hash: &str,
    random: &mut StdRng,
) -> Result<Members, ApiError> {
    let (mut admins, mut texters) = (Vec::new(), Vec::new());
    for person in people {
        let email = Email::parse(&person.email).map_err(|error| ApiError::invalid("email", error))?;
        let (_, member) = store
            .add_member(transaction, organization, &name(person.name)?, &email, person.role, Some(password_hash))
            .await?;
        let seen = store.now().plus_seconds(-random.random_range(60..6 * 24 * 3_600));
        sqlx::query("UPDATE member SET last_seen_at = $3 WHERE organization_id = $1 AND member_id = $2")
            .bind(organization.get())
            .bind(member.get())
            .bind(seen.get())
            .execute(&mut **transaction)
            .await?;
        match person.role {
            Role::Admin => admins.push(member),
            Role::Texter => texters.push(member),
        }
    }
    let admin = admins.first().copied().expected("the demo has an admin")?;
    Ok(Members { admin, texters })
}

/// A name as the rules have it.
pub(super) fn name(text: &str) -> Result<Name, ApiError> {
    Name::parse(text).map_err(|error| ApiError::invalid("name", error))
}

/// Somebody who is texted.
pub(super) struct Contact {
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) city: &'static str,
    pub(super) phone: String,
}

/// The contact at this place of the list of all people: the same person in every campaign.
pub(super) fn contact(index: u32) -> Contact {
    fn pick(list: &[&'static str], random: &mut StdRng) -> &'static str {
        list.get(random.random_range(0..list.len())).copied().unwrap_or_default()
    }
    let random = &mut StdRng::seed_from_u64(index.into());
    let area = AREAS.get(index as usize / 100 % AREAS.len()).copied().unwrap_or(212);
    let phone = format!("+1{area}55501{:02}", index % 100);
    Contact { first_name: pick(&FIRST, random), last_name: pick(&LAST, random), city: pick(&CITIES, random), phone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_an_address_of_their_own_in_plain_letters() {
        let mut emails: Vec<String> = roster().into_iter().map(|person| person.email).collect();
        assert!(emails.iter().all(|email| email.is_ascii()), "{emails:?}");
        let number = emails.len();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), number);
    }
}
