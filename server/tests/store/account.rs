//! Accounts, one-time links and passwords.

use handoff_core::MemberId;
use handoff_core::account::{Country, Email, Name};
use handoff_core::membership::LinkPassword;
use handoff_core::permission::Role;
use handoff_server::model::ApiError;
use handoff_server::model::session::{LinkPurpose, SessionError};
use handoff_server::store::link::FirstAdmin;
use handoff_server::store::{Actor, Store};

use crate::database::on_both_engines;

const DAY: i64 = 24 * 60 * 60;

fn first_admin(organization: &str) -> FirstAdmin {
    FirstAdmin {
        organization: organization.to_owned(),
        country: "us".to_owned(),
        name: "Ada Admin".to_owned(),
        email: " Ada@Example.org ".to_owned(),
        password: "correct horse".to_owned(),
    }
}

/// The token in the path of a link.
pub fn token(path: &str) -> String {
    path.rsplit_once('/').map(|(_, token)| token.to_owned()).unwrap()
}

/// Makes an organization with an admin who has a password.
pub async fn organization(store: &Store, email: &str) -> Actor {
    let mut transaction = store.begin().await.unwrap();
    let name = Name::parse("Canvassers").unwrap();
    let organization = store.create_organization(&mut transaction, &name, Country::parse("US").unwrap()).await.unwrap();
    let hash = handoff_server::secret::hash_password("correct horse".to_owned()).await.unwrap();
    let email = Email::parse(email).unwrap();
    let (_, member) =
        store.add_member(&mut transaction, organization, &name, &email, Role::Admin, Some(&hash)).await.unwrap();
    transaction.commit().await.unwrap();
    Actor { organization, member }
}

/// Adds a member, who comes in by their link.
pub async fn come_in(store: &Store, admin: Actor, name: &str, email: &str, role: Role) -> MemberId {
    let made = store.create_member(admin, name, email, role, None).await.unwrap();
    store.use_link(&token(&made.link), "battery staple".to_owned(), "curl").await.unwrap();
    made.id
}

fn refused<T>(error: SessionError) -> Result<T, ApiError> {
    Err(ApiError::Session(error))
}

on_both_engines! {
    async fn the_first_admin_is_set_up_once(database: Database) {
        let store = &database.store;
        let old = token(&store.set_up_link().await.unwrap().unwrap());
        let link = token(&store.set_up_link().await.unwrap().unwrap());
        assert_eq!(store.read_link(&old).await, refused(SessionError::LinkInvalid));
        assert_eq!(store.read_link(&link).await, Ok(LinkPurpose::SetUp));
        let weak = FirstAdmin { password: "short".to_owned(), ..first_admin("Canvassers") };
        assert_eq!(store.set_up(&link, weak, "curl").await.map(|_| ()), refused(SessionError::WeakPassword));
        let (one, other) = tokio::join!(
            store.set_up(&link, first_admin("One"), "curl"),
            store.set_up(&link, first_admin("Other"), "curl"),
        );
        assert_eq!([&one, &other].into_iter().filter(|done| done.is_ok()).count(), 1);
        let (Ok(done), Err(error)) = (if one.is_ok() { (one, other) } else { (other, one) }) else { unreachable!() };
        assert!(
            [ApiError::Session(SessionError::SetUpDone), ApiError::Session(SessionError::LinkInvalid)].contains(&error)
        );
        assert_eq!((done.me.email.as_str(), done.me.country.as_str()), ("ada@example.org", "US"));
        assert_eq!(store.set_up_link().await, Ok(None));
        assert_eq!(store.organizations().await.unwrap().len(), 1);
    }
}

on_both_engines! {
    async fn a_set_up_link_ends_after_a_day(database: Database) {
        let store = &database.store;
        let link = token(&store.set_up_link().await.unwrap().unwrap());
        database.clock.advance_seconds(DAY - 1);
        assert_eq!(store.read_link(&link).await, Ok(LinkPurpose::SetUp));
        database.clock.advance_seconds(1);
        assert_eq!(store.read_link(&link).await, refused(SessionError::LinkInvalid));
        let late = store.set_up(&link, first_admin("Canvassers"), "curl").await;
        assert_eq!(late.map(|_| ()), refused(SessionError::LinkInvalid));
    }
}

on_both_engines! {
    async fn a_sign_in_link_works_once_within_seven_days(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let made = store.create_member(admin, "Abby", "Abby@Example.org", Role::Texter, None).await.unwrap();
        let link = token(&made.link);
        let purpose = LinkPurpose::SignIn {
            name: "Abby".to_owned(),
            email: "abby@example.org".to_owned(),
            organization_name: "Canvassers".to_owned(),
            password: LinkPassword::New,
        };
        assert_eq!(store.read_link(&link).await, Ok(purpose.clone()));
        let weak = store.use_link(&link, "short".to_owned(), "curl").await;
        assert_eq!(weak.map(|_| ()), refused(SessionError::WeakPassword));
        assert_eq!(store.read_link(&link).await, Ok(purpose));
        let (one, other) = tokio::join!(
            store.use_link(&link, "battery staple".to_owned(), "curl"),
            store.use_link(&link, "battery staple".to_owned(), "curl"),
        );
        assert_eq!([one.is_ok(), other.is_ok()].into_iter().filter(|done| *done).count(), 1);
        assert_eq!(store.read_link(&link).await, refused(SessionError::LinkInvalid));
        assert!(store.sign_in("abby@example.org", "battery staple".to_owned(), "curl").await.is_ok());

        let first = token(&store.new_sign_in_link(admin, made.id).await.unwrap().link);
        let second = token(&store.new_sign_in_link(admin, made.id).await.unwrap().link);
        assert_eq!(store.read_link(&first).await, refused(SessionError::LinkInvalid));
        database.clock.advance_seconds(7 * DAY);
        assert_eq!(store.read_link(&second).await, refused(SessionError::LinkInvalid));
    }
}

on_both_engines! {
    async fn an_admin_of_one_organization_does_not_get_into_another(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let there = organization(store, "eve@example.org").await;
        // Eve makes Ada a member of her own organization, and uses the link herself.
        let made = store.create_member(there, "Ada", "ada@example.org", Role::Texter, None).await.unwrap();
        let link = token(&made.link);
        let taken = store.use_link(&link, "chosen by eve".to_owned(), "curl").await;
        assert_eq!(taken.map(|_| ()), refused(SessionError::WrongLinkPassword { left: 4 }));
        let ada = store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap();
        assert_eq!(ada.me.organization, here.organization);
        // Ada herself can, with the password that she has.
        let joined = store.use_link(&link, "correct horse".to_owned(), "curl").await.unwrap();
        assert_eq!(joined.me.organization, there.organization);
    }
}

on_both_engines! {
    async fn who_runs_the_server_can_always_make_a_link(database: Database) {
        let store = &database.store;
        organization(store, "ada@example.org").await;
        let other = organization(store, "eve@example.org").await;
        store.create_member(other, "Ada", "ada@example.org", Role::Texter, None).await.unwrap();
        let mut transaction = store.begin().await.unwrap();
        let email = Email::parse("ada@example.org").unwrap();
        let link = store.link_for(&mut transaction, &email).await.unwrap().unwrap();
        assert_eq!(store.link_for(&mut transaction, &Email::parse("no@example.org").unwrap()).await, Ok(None));
        transaction.commit().await.unwrap();
        assert!(store.use_link(&token(&link), "battery staple".to_owned(), "curl").await.is_ok());
        assert!(store.sign_in("ada@example.org", "battery staple".to_owned(), "curl").await.is_ok());
    }
}
