//! Members of an organization and texters of a campaign.

use handoff_core::campaign::{CampaignAction, CampaignError};
use handoff_core::membership::Membership;
use handoff_core::permission::{Forbidden, Role};
use handoff_core::{CampaignId, MemberId};
use handoff_server::model::member::TexterError;
use handoff_server::model::session::SessionError;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;

use crate::account::{come_in, organization, token};
use crate::database::{Database, on_both_engines};
use crate::people;

/// An organization with a campaign.
async fn with_campaign(database: &Database) -> (Actor, CampaignId) {
    let admin = organization(&database.store, "ada@example.org").await;
    let campaign = database.store.create_campaign(admin, "Spring").await.unwrap();
    (admin, campaign)
}

fn field<T: std::fmt::Debug>(result: Result<T, ApiError>) -> String {
    match result {
        Err(ApiError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn members_are_listed_with_what_they_are_in_the_campaign(database: Database) {
        let (admin, campaign) = with_campaign(&database).await;
        let store = &database.store;
        let add = async |name, email| {
            store.create_member(admin, name, email, Role::Texter, Some(campaign)).await.unwrap().id
        };
        let (zoe, abby) = (add("zoe", "zoe@example.org").await, add("Abby", "abby@example.org").await);
        let off = store.create_member(admin, "Öz", "oz@example.org", Role::Texter, None).await.unwrap().id;
        for _ in 0..3 {
            people::conversation(&database, admin, campaign, 1, 0, Some(abby)).await;
        }
        people::conversation(&database, admin, campaign, 1, 0, None).await;
        let rows = store.list_members(admin, campaign).await.unwrap();
        let table: Vec<_> = rows.iter().map(|row| (row.id, row.role, row.on_campaign, row.holds, row.membership)).collect();
        assert_eq!(
            table,
            [
                (abby, Role::Texter, true, 3, Membership::Invited),
                (admin.member, Role::Admin, false, 0, Membership::Active),
                (off, Role::Texter, false, 0, Membership::Invited),
                (zoe, Role::Texter, true, 0, Membership::Invited),
            ]
        );
        assert!(rows.iter().all(|row| row.last_active.is_none()));
        assert_eq!(rows[0].email, "abby@example.org");
    }
}

on_both_engines! {
    async fn a_new_member_needs_a_name_and_an_address_of_their_own(database: Database) {
        let (admin, campaign) = with_campaign(&database).await;
        let store = &database.store;
        let create = async |name, email| store.create_member(admin, name, email, Role::Texter, Some(campaign)).await;
        assert_eq!(field(create(" ", "abby@example.org").await.map(|_| ())), "name");
        assert_eq!(field(create("Abby", "abby").await.map(|_| ())), "email");
        create("Abby", "abby@example.org").await.unwrap();
        for again in ["abby@example.org", "ABBY@example.org ", "ada@example.org"] {
            let refused = create("Again", again).await.map(|_| ());
            assert_eq!(refused, Err(ApiError::Texter(TexterError::EmailTaken)), "{again}");
        }
        assert_eq!(store.list_members(admin, campaign).await.unwrap().len(), 2);
        let (one, other) = tokio::join!(create("One", "one@example.org"), create("Other", "one@example.org"));
        let done = [one.map(|_| ()), other.map(|_| ())];
        assert!(done.contains(&Ok(())) && done.contains(&Err(ApiError::Texter(TexterError::EmailTaken))), "{done:?}");
    }
}

on_both_engines! {
    async fn texters_are_added_all_or_none(database: Database) {
        let (admin, campaign) = with_campaign(&database).await;
        let store = &database.store;
        let other = organization(store, "eve@example.org").await;
        let create = async |actor, email| store.create_member(actor, "A", email, Role::Texter, None).await.unwrap().id;
        let (one, two) = (create(admin, "one@example.org").await, create(admin, "two@example.org").await);
        let foreign = create(other, "three@example.org").await;
        let gone = create(admin, "four@example.org").await;
        store.set_active(admin, gone, false).await.unwrap();
        for stranger in [foreign, gone, MemberId(1)] {
            let refused = store.add_texters(admin, campaign, vec![one, stranger]).await;
            assert_eq!(refused, Err(ApiError::NotFound(Thing::Member)));
        }
        assert_eq!(store.add_texters(admin, campaign, vec![one, one]).await, Ok(1));
        assert_eq!(store.add_texters(admin, campaign, vec![one, two]).await, Ok(1));
        assert_eq!(store.add_texters(admin, campaign, Vec::new()).await, Ok(0));
        let on: Vec<_> = store.list_members(admin, campaign).await.unwrap();
        assert_eq!(on.iter().filter(|row| row.on_campaign).count(), 2);
        let many = (1..=1_001).map(MemberId).collect();
        assert_eq!(field(store.add_texters(admin, campaign, many).await), "members");
        store.act_on_campaign(admin, campaign, CampaignAction::Archive).await.unwrap();
        let archived = store.add_texters(admin, campaign, vec![two]).await;
        assert_eq!(archived, Err(ApiError::Campaign(CampaignError::Archived)));
    }
}

on_both_engines! {
    async fn a_deactivated_member_is_out_until_activated(database: Database) {
        let (admin, campaign) = with_campaign(&database).await;
        let store = &database.store;
        let made = store.create_member(admin, "Abby", "abby@example.org", Role::Texter, Some(campaign)).await.unwrap();
        let signed_in = store.use_link(&token(&made.link), "battery staple".to_owned(), "curl").await.unwrap();
        let link = store.new_sign_in_link(admin, made.id).await.unwrap();
        let affected = store.set_active(admin, made.id, false).await.unwrap();
        assert_eq!(affected.campaigns, [campaign]);
        assert_eq!(store.session(&signed_in.token).await, Ok(None));
        let linked = store.read_link(&token(&link.link)).await;
        assert_eq!(linked, Err(ApiError::Session(SessionError::LinkInvalid)));
        let refused = store.sign_in("abby@example.org", "battery staple".to_owned(), "curl").await.map(|_| ());
        assert_eq!(refused, Err(ApiError::Session(SessionError::Deactivated)));
        assert_eq!(field(store.new_sign_in_link(admin, made.id).await.map(|_| ())), "member");
        store.set_active(admin, made.id, true).await.unwrap();
        assert_eq!(store.session(&signed_in.token).await, Ok(None), "the old session stays ended");
        let linked = store.read_link(&token(&link.link)).await;
        assert_eq!(linked, Err(ApiError::Session(SessionError::LinkInvalid)), "and so does the old link");
        assert!(store.sign_in("abby@example.org", "battery staple".to_owned(), "curl").await.is_ok());
    }
}

on_both_engines! {
    async fn an_organization_keeps_an_admin(database: Database) {
        let (admin, _) = with_campaign(&database).await;
        let store = &database.store;
        let yourself = store.set_active(admin, admin.member, false).await.map(|_| ());
        assert_eq!(yourself, Err(ApiError::Texter(TexterError::Yourself)));
        let second = come_in(store, admin, "B", "b@example.org", Role::Admin).await;
        let second = Actor { member: second, ..admin };
        // Both deactivate each other at the same time: one of them is left.
        let (one, other) = tokio::join!(
            store.set_active(admin, second.member, false),
            store.set_active(second, admin.member, false),
        );
        assert_eq!([one.is_ok(), other.is_ok()].into_iter().filter(|done| *done).count(), 1, "{one:?} {other:?}");
    }
}

on_both_engines! {
    async fn texters_may_not_and_other_organizations_do_not_exist(database: Database) {
        let (admin, campaign) = with_campaign(&database).await;
        let store = &database.store;
        let other = organization(store, "eve@example.org").await;
        let abby = come_in(store, admin, "Abby", "abby@example.org", Role::Texter).await;
        let texter = Actor { member: abby, ..admin };
        let forbidden = ApiError::Forbidden(Forbidden);
        let (no_campaign, no_member) = (ApiError::NotFound(Thing::Campaign), ApiError::NotFound(Thing::Member));
        for (actor, campaign_error, member_error) in
            [(texter, forbidden.clone(), forbidden), (other, no_campaign, no_member)]
        {
            let list = store.list_members(actor, campaign).await.map(|_| ());
            assert_eq!(list, Err(campaign_error.clone()));
            let add = store.add_texters(actor, campaign, vec![abby]).await.map(|_| ());
            assert_eq!(add, Err(campaign_error.clone()));
            let create = store.create_member(actor, "C", "c@example.org", Role::Admin, Some(campaign)).await.map(|_| ());
            assert_eq!(create, Err(campaign_error));
            assert_eq!(store.new_sign_in_link(actor, abby).await.map(|_| ()), Err(member_error.clone()));
            assert_eq!(store.set_active(actor, abby, false).await.map(|_| ()), Err(member_error));
        }
        assert_eq!(store.list_members(admin, campaign).await.unwrap().iter().filter(|row| row.membership.opens()).count(), 2);
    }
}

/// Waits until a statement on this database waits for a lock. On SQLite writers wait before they begin.
pub async fn until_somebody_waits(database: &Database) {
    if database.store.engine() == Engine::Sqlite {
        return;
    }
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(database.store.reader()).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn an_admin_who_is_being_deactivated_cannot_deactivate_the_last_other(database: Database) {
        let (admin, _) = with_campaign(&database).await;
        let store = database.store.clone();
        let second = come_in(&store, admin, "B", "b@example.org", Role::Admin).await;
        let second = Actor { member: second, ..admin };
        // The first act is under way, not committed, when the second begins.
        let mut under_way = store.begin().await.unwrap();
        for statement in [
            "UPDATE organization SET country = country WHERE organization_id = $1 AND $2 > 0",
            "UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2",
        ] {
            sqlx::query(statement)
                .bind(admin.organization.get())
                .bind(second.member.get())
                .execute(&mut *under_way)
                .await
                .unwrap();
        }
        let mut act = tokio::spawn(async move { store.set_active(second, admin.member, false).await });
        tokio::select! {
            done = &mut act => panic!("it did not wait: {done:?}"),
            () = until_somebody_waits(&database) => {}
        }
        under_way.commit().await.unwrap();
        let refused = act.await.unwrap().map(|_| ());
        let expected = [ApiError::Texter(TexterError::LastAdmin), ApiError::SignedOut];
        assert!(refused.as_ref().is_err_and(|error| expected.contains(error)), "{refused:?}");
    }
}
