//! An address proves nothing: a membership opens nothing until its organization's own link was used.

use std::collections::BTreeSet;

use handoff_core::account::Email;
use handoff_core::membership::{LinkPassword, Membership};
use handoff_core::permission::Role;
use handoff_core::{ConversationId, MemberId};
use handoff_server::model::member::NewMember;
use handoff_server::model::session::{LinkPurpose, SessionError};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::session::{CurrentSession, SignedIn};
use handoff_server::store::{Actor, Store};
use sqlx::Row;

use crate::account::{come_in, organization, token};
use crate::database::on_both_engines;
use crate::scene::Scene;
use crate::talk::contact;

const ADDRESS: &str = "vic@example.org";

fn refused<T>(error: SessionError) -> Result<T, ApiError> {
    Err(ApiError::Session(error))
}

async fn invite(store: &Store, admin: Actor, role: Role) -> NewMember {
    store.create_member(admin, "Vic", ADDRESS, role, None).await.unwrap()
}

async fn use_link(store: &Store, link: &str, password: &str) -> Result<SignedIn, ApiError> {
    store.use_link(&token(link), password.to_owned(), "curl").await
}

async fn password_of(store: &Store, link: &str) -> LinkPassword {
    match store.read_link(&token(link)).await {
        Ok(LinkPurpose::SignIn { password, .. }) => password,
        other => panic!("{other:?}"),
    }
}

async fn session(store: &Store, signed_in: &SignedIn) -> CurrentSession {
    store.session(&signed_in.token).await.unwrap().unwrap()
}

async fn membership(store: &Store, admin: Actor, member: MemberId) -> Membership {
    let campaign = store.create_campaign(admin, "Spring").await.unwrap();
    let rows = store.list_members(admin, campaign).await.unwrap();
    rows.into_iter().find(|row| row.id == member).unwrap().membership
}

async fn server_link(store: &Store) -> String {
    let mut transaction = store.begin().await.unwrap();
    let link = store.link_for(&mut transaction, &Email::parse(ADDRESS).unwrap()).await.unwrap().unwrap();
    transaction.commit().await.unwrap();
    link
}

on_both_engines! {
    async fn whoever_made_the_account_elsewhere_does_not_get_in(database: Database) {
        let store = &database.store;
        let (here, there) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        // Eve makes an account with somebody's address, and chooses its password.
        let made = invite(store, there, Role::Texter).await;
        assert_eq!(made.password, LinkPassword::New);
        let eve = use_link(store, &made.link, "chosen by eve").await.unwrap();
        // Later the address becomes an admin of another organization.
        let invited = invite(store, here, Role::Admin).await;
        assert_eq!(invited.password, LinkPassword::Own, "the admin is told");
        assert_eq!(membership(store, here, invited.id).await, Membership::Invited);

        let as_eve = session(store, &eve).await;
        let listed = store.own_organizations(&as_eve).await.unwrap();
        assert_eq!(listed.iter().map(|row| row.id).collect::<Vec<_>>(), [there.organization]);
        let over = store.switch(&as_eve, here.organization, "curl").await.map(drop);
        assert_eq!(over, Err(ApiError::NotFound(Thing::Organization)));
        let again = store.sign_in(ADDRESS, "chosen by eve".to_owned(), "curl").await.unwrap();
        assert_eq!(again.me.organization, there.organization);
        let forged = Actor { organization: here.organization, member: invited.id };
        assert_eq!(store.list_campaigns(forged).await.map(drop), Err(ApiError::SignedOut));
        assert_eq!(store.me(forged).await.map(drop), Err(ApiError::SignedOut));
        // Deactivated where she made it, she is in nowhere: the other one does not take its place.
        store.set_active(there, made.id, false).await.unwrap();
        let nowhere = store.sign_in(ADDRESS, "chosen by eve".to_owned(), "curl").await.map(drop);
        assert_eq!(nowhere, refused(SessionError::Deactivated));

        // The link alone does not do for who has it, since the account is not theirs alone.
        let guess = use_link(store, &invited.link, "something else").await.map(drop);
        assert_eq!(guess, refused(SessionError::WrongLinkPassword { left: 4 }));
        // Whoever runs the server gives the account back: a new password, and whatever Eve had ends.
        store.set_active(there, made.id, true).await.unwrap();
        let link = server_link(store).await;
        assert_eq!(password_of(store, &link).await, LinkPassword::New);
        let vic = use_link(store, &link, "chosen by vic").await.unwrap();
        assert_eq!(vic.me.organization, there.organization, "where the account is in");
        assert_eq!(store.session(&again.token).await, Ok(None));
        assert_eq!(store.read_link(&token(&invited.link)).await, refused(SessionError::LinkInvalid));
        let link = store.new_sign_in_link(here, invited.id).await.unwrap();
        assert_eq!(link.password, LinkPassword::Own);
        let vic = use_link(store, &link.link, "chosen by vic").await.unwrap();
        assert_eq!((vic.me.organization, vic.me.role), (here.organization, Role::Admin));
        assert_eq!(store.own_organizations(&session(store, &vic).await).await.unwrap().len(), 2);
        assert_eq!(membership(store, here, invited.id).await, Membership::Active);
    }
}

on_both_engines! {
    async fn added_to_two_organizations_the_first_link_used_sets_the_password(database: Database) {
        let store = &database.store;
        let (one, two) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        let (first, second) = (invite(store, one, Role::Texter).await, invite(store, two, Role::Texter).await);
        assert_eq!((first.password, second.password), (LinkPassword::New, LinkPassword::New));
        let in_two = use_link(store, &second.link, "battery staple").await.unwrap();
        assert_eq!(in_two.me.organization, two.organization);
        // The other link is good still, and takes that password from now on.
        assert_eq!(password_of(store, &first.link).await, LinkPassword::Own);
        assert_eq!(membership(store, one, first.id).await, Membership::Invited);
        let wrong = use_link(store, &first.link, "a new password").await.map(drop);
        assert_eq!(wrong, refused(SessionError::WrongLinkPassword { left: 4 }));
        let in_one = use_link(store, &first.link, "battery staple").await.unwrap();
        assert_eq!(in_one.me.organization, one.organization);
        assert!(store.session(&in_two.token).await.unwrap().is_some(), "nothing else ended");
    }
}

on_both_engines! {
    async fn both_links_used_at_once_set_one_password(database: Database) {
        let store = &database.store;
        let (one, two) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        let (first, second) = (invite(store, one, Role::Texter).await, invite(store, two, Role::Texter).await);
        let (one, two) = tokio::join!(
            use_link(store, &first.link, "chosen for one"),
            use_link(store, &second.link, "chosen for two"),
        );
        let refusal = Some(ApiError::Session(SessionError::PasswordElsewhere));
        let (password, link) = match (one, two) {
            (Ok(_), Err(error)) => { assert_eq!(Some(error), refusal); ("chosen for one", &second.link) }
            (Err(error), Ok(_)) => { assert_eq!(Some(error), refusal); ("chosen for two", &first.link) }
            (one, two) => panic!("in: {} {}", one.is_ok(), two.is_ok()),
        };
        assert!(use_link(store, link, password).await.is_ok(), "the other link is good still");
    }
}

on_both_engines! {
    async fn five_wrong_passwords_end_a_link(database: Database) {
        let store = &database.store;
        let (here, there) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        come_in(store, here, "Vic", ADDRESS, Role::Texter).await;
        let link = invite(store, there, Role::Texter).await.link;
        for left in (1..5).rev() {
            let wrong = use_link(store, &link, &format!("a wrong guess {left}")).await.map(drop);
            assert_eq!(wrong, refused(SessionError::WrongLinkPassword { left }));
        }
        let fifth = use_link(store, &link, "the fifth guess").await.map(drop);
        assert_eq!(fifth, refused(SessionError::WrongLinkPassword { left: 0 }));
        assert_eq!(use_link(store, &link, "battery staple").await.map(drop), refused(SessionError::LinkInvalid));
        assert_eq!(store.read_link(&token(&link)).await, refused(SessionError::LinkInvalid));
        // Many at once are no more than five, one after the other.
        let member = store.list_members(there, store.create_campaign(there, "A").await.unwrap()).await.unwrap();
        let member = member.iter().find(|row| row.email == ADDRESS).unwrap().id;
        let link = store.new_sign_in_link(there, member).await.unwrap().link;
        let guesses = (0..12).map(|number| {
            let (store, link) = (store.clone(), link.clone());
            tokio::spawn(async move { use_link(&store, &link, &format!("a wrong guess {number}")).await.map(drop) })
        });
        let mut compared = 0;
        for guess in guesses.collect::<Vec<_>>() {
            match guess.await.unwrap() {
                Err(ApiError::Session(SessionError::WrongLinkPassword { .. })) => compared += 1,
                other => assert_eq!(other, refused(SessionError::LinkInvalid)),
            }
        }
        assert_eq!(compared, 5);
        // The fifth may be the right one.
        let link = store.new_sign_in_link(there, member).await.unwrap().link;
        for number in 0..4 {
            assert!(use_link(store, &link, &format!("a wrong guess {number}")).await.is_err());
        }
        assert!(use_link(store, &link, "battery staple").await.is_ok());
    }
}

on_both_engines! {
    async fn a_link_ends_with_the_password_that_it_was_made_for(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let vic = come_in(store, here, "Vic", ADDRESS, Role::Texter).await;
        let link = store.new_sign_in_link(here, vic).await.unwrap().link;
        let of_server = server_link(store).await;
        let signed_in = store.sign_in(ADDRESS, "battery staple".to_owned(), "curl").await.unwrap();
        let now = session(store, &signed_in).await;
        let wrong = store.change_password(&now, "no".to_owned(), "another staple".to_owned()).await;
        assert_eq!(wrong, refused(SessionError::WrongCurrentPassword));
        assert!(store.read_link(&token(&link)).await.is_ok());
        let elsewhere = store.sign_in(ADDRESS, "battery staple".to_owned(), "curl").await.unwrap();
        store.change_password(&now, "battery staple".to_owned(), "another staple".to_owned()).await.unwrap();
        assert_eq!(store.session(&elsewhere.token).await, Ok(None), "other browsers are signed out");
        assert!(store.session(&signed_in.token).await.unwrap().is_some());
        for ended in [&link, &of_server] {
            assert_eq!(store.read_link(&token(ended)).await, refused(SessionError::LinkInvalid));
            assert_eq!(use_link(store, ended, "taken over!").await.map(drop), refused(SessionError::LinkInvalid));
        }
        // So does one when another sets the password.
        let (link, of_server) = (store.new_sign_in_link(here, vic).await.unwrap().link, server_link(store).await);
        use_link(store, &link, "a third staple").await.unwrap();
        assert_eq!(store.read_link(&token(&of_server)).await, refused(SessionError::LinkInvalid));
    }
}

on_both_engines! {
    async fn who_is_no_more_than_invited_elsewhere_is_their_own_organization_s_alone(database: Database) {
        let store = &database.store;
        let (here, there) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        let vic = come_in(store, here, "Vic", ADDRESS, Role::Texter).await;
        let invited = invite(store, there, Role::Texter).await;
        assert_eq!(store.new_sign_in_link(here, vic).await.unwrap().password, LinkPassword::New);
        // Come in there too, and deactivated there later: what they had is still theirs.
        use_link(store, &invited.link, "battery staple").await.unwrap();
        assert_eq!(store.new_sign_in_link(here, vic).await.unwrap().password, LinkPassword::Own);
        store.set_active(there, invited.id, false).await.unwrap();
        assert_eq!(store.new_sign_in_link(here, vic).await.unwrap().password, LinkPassword::Own);
    }
}

on_both_engines! {
    async fn conversations_are_put_ready_for_whom_is_invited_and_nobody_sees_them(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let campaign = store.create_campaign(here, "Spring").await.unwrap();
        let made = store.create_member(here, "Vic", ADDRESS, Role::Texter, Some(campaign)).await.unwrap();
        let conversation = ConversationId(1);
        contact(&database, Scene { admin: here, campaign }, conversation.get(), 1, "Lee", Some(made.id)).await;
        let tally = store.overview(here, campaign).await.unwrap().tally;
        let holder = tally.holders.iter().find(|holder| holder.member == made.id).unwrap();
        assert!(holder.active && holder.counts.total() == 1, "they may be given conversations");
        let vic = Actor { member: made.id, ..here };
        assert_eq!(store.thread(vic, conversation).await.map(drop), Err(ApiError::SignedOut));
        assert_eq!(store.assignments(vic).await.map(drop), Err(ApiError::SignedOut));
        use_link(store, &made.link, "battery staple").await.unwrap();
        assert!(store.thread(vic, conversation).await.is_ok());
    }
}

on_both_engines! {
    async fn an_invitation_is_withdrawn_and_made_again(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let made = invite(store, here, Role::Texter).await;
        store.set_active(here, made.id, false).await.unwrap();
        assert_eq!(membership(store, here, made.id).await, Membership::Withdrawn);
        assert_eq!(use_link(store, &made.link, "battery staple").await.map(drop), refused(SessionError::LinkInvalid));
        // Let in again, they are invited as before: what was never used is still to be used.
        store.set_active(here, made.id, true).await.unwrap();
        assert_eq!(membership(store, here, made.id).await, Membership::Invited);
        let link = store.new_sign_in_link(here, made.id).await.unwrap().link;
        use_link(store, &link, "battery staple").await.unwrap();
        store.set_active(here, made.id, false).await.unwrap();
        store.set_active(here, made.id, true).await.unwrap();
        assert_eq!(membership(store, here, made.id).await, Membership::Active);
    }
}

on_both_engines! {
    async fn whoever_runs_the_server_can_let_in_whom_nobody_else_has_let_in(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let made = invite(store, here, Role::Texter).await;
        let link = server_link(store).await;
        let vic = use_link(store, &link, "battery staple").await.unwrap();
        assert_eq!(vic.me.member, made.id);
        assert_eq!(membership(store, here, made.id).await, Membership::Active);
    }
}

on_both_engines! {
    async fn an_invited_admin_is_no_admin_who_could_be_left(database: Database) {
        let store = &database.store;
        let here = organization(store, "ada@example.org").await;
        let second = come_in(store, here, "Ben", "ben@example.org", Role::Admin).await;
        invite(store, here, Role::Admin).await;
        assert_eq!(store.first_admin(here.organization).await.unwrap(), Some(here));
        // Both shut each other out at once: one of them is left, not the invited one alone.
        let second = Actor { member: second, ..here };
        let (one, other) = tokio::join!(
            store.set_active(here, second.member, false),
            store.set_active(second, here.member, false),
        );
        assert_eq!([one.is_ok(), other.is_ok()].into_iter().filter(|done| *done).count(), 1, "{one:?} {other:?}");
        assert!(store.first_admin(here.organization).await.unwrap().is_some());
    }
}

/// The functions of the store that call one of these, as the source says.
fn callers(of: &[&str]) -> BTreeSet<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut callers = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let mut inside = String::new();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if let Some((_, name)) = line.split_once("fn ") {
                name.split(['(', '<']).next().unwrap().clone_into(&mut inside);
            } else if of.iter().any(|name| line.contains(name)) {
                callers.insert(inside.clone());
            }
        }
    }
    callers
}

/// Whatever finds an account by its address is known here, and tried in `http/membership.rs`.
#[test]
fn every_function_that_finds_an_account_by_its_address_is_walked() {
    let known = ["sign_in", "sign_up", "set_up", "create_member", "add_member", "link_for"];
    let known: BTreeSet<String> = known.map(str::to_owned).into_iter().collect();
    let found = callers(&[".credentials_by_email(", ".account_for("]);
    assert_eq!(found, known);
    let statements = callers(&["query(CREDENTIALS_BY_EMAIL", "INSERT INTO account"]);
    let expected = ["credentials_by_email", "account_for", "", "create_account"];
    assert!(statements.iter().all(|name| expected.contains(&name.as_str())), "{statements:?}");
    assert_eq!(callers(&[".create_account("]), ["account_for", "sign_up"].map(str::to_owned).into_iter().collect());
}

on_both_engines! {
    async fn who_was_never_there_is_invited_after_the_update(database: Database) {
        let store = &database.store;
        let (here, there) = (organization(store, "ada@example.org").await, organization(store, "eve@example.org").await);
        let rows = [("new@example.org", 1), ("seen@example.org", 0), ("made@example.org", 0), ("both@example.org", 1)];
        let mut ids = Vec::new();
        for (email, _) in rows {
            ids.push(store.create_member(here, "A", email, Role::Texter, None).await.unwrap().id);
        }
        store.create_member(there, "A", "both@example.org", Role::Texter, None).await.unwrap();
        let mut transaction = store.begin().await.unwrap();
        for statement in [
            "UPDATE member SET invited = 0, last_seen_at = NULL",
            "UPDATE member SET last_seen_at = 1 WHERE account_id IN (SELECT account_id FROM account WHERE email = 'seen@example.org')",
            "UPDATE account SET password_hash = 'x' WHERE email IN ('made@example.org', 'both@example.org')",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await.unwrap();
        }
        let migration = include_str!("../../migrations/0007_membership.sql");
        let update = migration.split(";\n").find(|statement| statement.contains("UPDATE member")).unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(update.to_owned())).execute(&mut *transaction).await.unwrap();
        for (member, (email, invited)) in ids.into_iter().zip(rows) {
            let row = sqlx::query("SELECT invited FROM member WHERE organization_id = $1 AND member_id = $2")
                .bind(here.organization.get()).bind(member.get()).fetch_one(&mut *transaction).await.unwrap();
            assert_eq!(row.get::<i32, _>("invited"), invited, "{email}");
        }
    }
}
