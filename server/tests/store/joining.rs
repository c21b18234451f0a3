//! Joining by an invite link: who gets in, who is refused, and that the first batch comes once.

use handoff_core::CampaignId;
use handoff_core::account::{Email, Name};
use handoff_core::permission::{Forbidden, Role, Setting};
use handoff_core::self_assignment::{PoolKind, RequestRefusal};
use handoff_server::model::invite::{FirstBatch, InviteError, Visitor};
use handoff_server::model::session::SessionError;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::session::{CurrentSession, SignedIn};
use handoff_server::store::{Actor, Store};

use crate::account::{organization, token};
use crate::database::{Database, on_both_engines};
use crate::reassign::held;
use crate::scene::{Scene, add_not_started, run};

const PASSWORD: &str = "battery staple";

/// A campaign that runs and hands out ten at a time, with so many conversations that nobody holds.
pub async fn campaign(database: &Database, admin: Actor, free: usize) -> Scene {
    let store = &database.store;
    let campaign = store.create_campaign(admin, "Pledge").await.unwrap();
    let scene = Scene { admin, campaign };
    add_not_started(database, scene, store.next_id(), None, free).await;
    run(
        database,
        "UPDATE campaign SET status = 2 WHERE organization_id = $1 AND campaign_id = $2",
        admin.organization.get(),
        campaign.get(),
    )
    .await;
    switch(database, scene, Setting::On).await;
    scene
}

async fn switch(database: &Database, scene: Scene, on: Setting) {
    let (store, kind) = (&database.store, PoolKind::Both);
    store.save_self_assignment(scene.admin, scene.campaign, on, Some(10), kind, None).await.unwrap();
}

pub async fn link(database: &Database, scene: Scene) -> String {
    token(&database.store.make_invite(scene.admin, scene.campaign).await.unwrap().link)
}

pub async fn session(store: &Store, signed_in: &SignedIn) -> CurrentSession {
    store.session(&signed_in.token).await.unwrap().unwrap()
}

pub async fn sign_up(store: &Store, link: &str, email: &str) -> Result<SignedIn, ApiError> {
    store.sign_up(link, "Tess Texter", email, PASSWORD.to_owned(), "Firefox").await
}

fn refused<T>(error: InviteError) -> Result<T, ApiError> {
    Err(ApiError::Invite(error))
}

on_both_engines! {
    async fn a_stranger_signs_up_and_the_first_batch_comes_once(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let link = link(&database, scene).await;
        let invitation = store.read_invite(&link, None).await.unwrap();
        assert_eq!((invitation.name.as_str(), invitation.organization_name.as_str()), ("Pledge", "Canvassers"));
        assert_eq!((invitation.campaign, invitation.visitor), (scene.campaign, Visitor::SignedOut));

        let signed_in = sign_up(store, &link, " Tess@Example.org").await.unwrap();
        assert_eq!((signed_in.me.email.as_str(), signed_in.me.role), ("tess@example.org", Role::Texter));
        let tess = session(store, &signed_in).await;
        assert_eq!(store.read_invite(&link, Some(&tess)).await.unwrap().visitor, Visitor::Member);
        let (joined, other) = store.join(&link, &tess, false, "Firefox").await.unwrap();
        assert!(other.is_none(), "the session stays");
        let FirstBatch::Assigned(taken) = joined.first else { panic!("{joined:?}") };
        assert_eq!(taken.headline(), "10 assigned: 10 to start");
        assert_eq!(store.assignments(tess.actor).await.unwrap()[0].tabs.initial, 10);
        // Opened again, whatever she has done meanwhile.
        for statement in ["SELECT $1, $2", "UPDATE conversation SET status = 4, standing = 4 WHERE organization_id = $1 AND assignee_id = $2"] {
            run(&database, statement, tess.actor.organization.get(), tess.actor.member.get()).await;
            let (joined, _) = store.join(&link, &tess, false, "Firefox").await.unwrap();
            assert_eq!(joined.first, FirstBatch::Earlier);
        }
        assert_eq!(held(&database, scene, Some(tess.actor.member)).await, 10);

        let seen = store.self_assignment(scene.admin, scene.campaign).await.unwrap();
        assert_eq!((seen.left, seen.texters.len()), (15, 1));
        assert_eq!((seen.texters[0].name.as_str(), seen.texters[0].requested), ("Tess Texter", 10));
        assert_eq!(seen.texters[0].joined_at, Some(store.now()));
        // She signs in with her password from now on.
        assert!(store.sign_in("tess@example.org", PASSWORD.to_owned(), "Firefox").await.is_ok());
    }
}

on_both_engines! {
    async fn opened_in_two_tabs_at_once_the_first_batch_comes_once(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let link = link(&database, scene).await;
        let tess = session(store, &sign_up(store, &link, "tess@example.org").await.unwrap()).await;
        let open = || {
            let (store, link) = (store.clone(), link.clone());
            tokio::spawn(async move { store.join(&link, &tess, false, "Firefox").await.map(|(joined, _)| joined.first) })
        };
        for tab in [open(), open(), open()] {
            let first = tab.await.unwrap().unwrap();
            assert!(matches!(first, FirstBatch::Assigned(_) | FirstBatch::Earlier), "{first:?}");
        }
        assert_eq!(held(&database, scene, Some(tess.actor.member)).await, 10);
    }
}

on_both_engines! {
    async fn before_the_campaign_runs_the_link_requests_nothing_and_later_it_does(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let link = link(&database, scene).await;
        let tess = session(store, &sign_up(store, &link, "tess@example.org").await.unwrap()).await;
        let set = "UPDATE campaign SET status = $2 WHERE organization_id = $1";
        run(&database, set, scene.admin.organization.get(), 3).await;
        let (joined, _) = store.join(&link, &tess, false, "Firefox").await.unwrap();
        assert_eq!(joined.first, FirstBatch::Refused(RequestRefusal::Paused));
        run(&database, set, scene.admin.organization.get(), 2).await;
        let (joined, _) = store.join(&link, &tess, false, "Firefox").await.unwrap();
        assert!(matches!(joined.first, FirstBatch::Assigned(taken) if taken.counts.total() == 10));
    }
}

on_both_engines! {
    async fn a_link_that_does_not_work_says_why(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let scene = campaign(&database, admin, 5).await;
        let first = link(&database, scene).await;
        let cut_short = &first[..first.len() - 1];
        for unknown in ["", "guess", cut_short] {
            assert_eq!(store.read_invite(unknown, None).await, refused(InviteError::Unknown));
            let signed_up = sign_up(store, unknown, "tess@example.org").await.map(drop);
            assert_eq!(signed_up, refused(InviteError::Unknown));
        }
        // Renewed: the earlier one ends at once.
        database.clock.advance_seconds(1);
        let second = link(&database, scene).await;
        assert_eq!(store.read_invite(&first, None).await, refused(InviteError::Disabled));
        assert!(store.read_invite(&second, None).await.is_ok());
        switch(&database, scene, Setting::Off).await;
        assert_eq!(store.read_invite(&second, None).await, refused(InviteError::Off));
        switch(&database, scene, Setting::On).await;
        run(&database, "UPDATE campaign SET status = $2 WHERE organization_id = $1", admin.organization.get(), 4).await;
        assert_eq!(store.read_invite(&second, None).await, refused(InviteError::Archived));
        assert!(store.make_invite(admin, scene.campaign).await.is_err());
        run(&database, "UPDATE campaign SET status = $2 WHERE organization_id = $1", admin.organization.get(), 2).await;
        store.disable_invite(admin, scene.campaign).await.unwrap();
        assert_eq!(store.read_invite(&second, None).await, refused(InviteError::Disabled));
        let invite = store.self_assignment(admin, scene.campaign).await.unwrap().invite.unwrap();
        assert_eq!((invite.made_by.as_str(), invite.disabled_at), ("Canvassers", Some(store.now())));
        // No texter and no other organization makes one.
        let other = organization(store, "eve@example.org").await;
        assert_eq!(store.make_invite(other, scene.campaign).await, Err(ApiError::NotFound(Thing::Campaign)));
        let tess = Actor { member: crate::people::member(&database, admin, Role::Texter, "tess").await, ..admin };
        assert_eq!(store.make_invite(tess, scene.campaign).await, Err(Forbidden.into()));
    }
}

on_both_engines! {
    async fn whoever_belongs_elsewhere_is_asked_and_then_belongs_to_both(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let elsewhere = organization(store, "eve@example.org").await;
        let link = link(&database, scene).await;
        let eve = store.sign_in("eve@example.org", "correct horse".to_owned(), "Firefox").await.unwrap();
        let before = session(store, &eve).await;
        let visitor = store.read_invite(&link, Some(&before)).await.unwrap().visitor;
        assert!(matches!(visitor, Visitor::Elsewhere { email, .. } if email == "eve@example.org"));
        let unasked = store.join(&link, &before, false, "Firefox").await.map(drop);
        assert_eq!(unasked, refused(InviteError::NotConfirmed));
        assert_eq!(store.own_organizations(&before).await.unwrap().len(), 1, "nothing happened");

        let (joined, signed_in) = store.join(&link, &before, true, "Firefox").await.unwrap();
        let after = session(store, &signed_in.unwrap()).await;
        assert_eq!((after.actor.organization, joined.me.role), (scene.admin.organization, Role::Texter));
        assert_eq!(store.session(&eve.token).await, Ok(None), "the browser has one session");
        assert!(matches!(joined.first, FirstBatch::Assigned(taken) if taken.counts.total() == 10));

        // And back again.
        let both = store.own_organizations(&after).await.unwrap();
        let current: Vec<_> = both.iter().map(|one| (one.id, one.current)).collect();
        assert!(current.contains(&(elsewhere.organization, false)) && current.contains(&(after.actor.organization, true)));
        let back = store.switch(&after, elsewhere.organization, "Firefox").await.unwrap();
        assert_eq!((back.me.organization, back.me.role), (elsewhere.organization, Role::Admin));
        let stranger = organization(store, "mallory@example.org").await;
        let now = session(store, &back).await;
        let wrong = store.switch(&now, stranger.organization, "Firefox").await.map(drop);
        assert_eq!(wrong, Err(ApiError::NotFound(Thing::Organization)));
    }
}

on_both_engines! {
    async fn a_taken_address_tells_a_stranger_nothing_and_lets_its_owner_in(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let scene = campaign(&database, admin, 25).await;
        let link = link(&database, scene).await;
        sign_up(store, &link, "tess@example.org").await.unwrap();
        let guess = store.sign_up(&link, "Tess", "tess@example.org", "a wrong guess".to_owned(), "Firefox").await;
        assert_eq!(guess.map(drop), refused(InviteError::SignIn));
        // Who has no password yet cannot be taken over.
        let mut transaction = store.begin().await.unwrap();
        let (name, email) = (Name::parse("New").unwrap(), Email::parse("new@example.org").unwrap());
        store.add_member(&mut transaction, admin.organization, &name, &email, Role::Texter, None).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(sign_up(store, &link, "new@example.org").await.map(drop), refused(InviteError::SignIn));
        // With the password it is them.
        let again = sign_up(store, &link, "TESS@example.org").await.unwrap();
        assert_eq!(again.me.name, "Tess Texter");
        // Two at once with one address: one of them is it.
        let (one, other) = tokio::join!(sign_up(store, &link, "twin@example.org"), sign_up(store, &link, "twin@example.org"));
        assert!(one.is_ok() || other.is_ok());
    }
}

on_both_engines! {
    async fn fields_that_do_not_do_are_refused_beside_them(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let link = link(&database, scene).await;
        for (name, email, field) in [(" ", "tess@example.org", "name"), ("Tess", "tess", "email")] {
            let answer = store.sign_up(&link, name, email, PASSWORD.to_owned(), "Firefox").await.map(drop);
            assert!(matches!(answer, Err(ApiError::Invalid { field: wrong, .. }) if wrong == field));
        }
        let weak = store.sign_up(&link, "Tess", "tess@example.org", "short".to_owned(), "Firefox").await.map(drop);
        assert_eq!(weak, Err(ApiError::Session(SessionError::WeakPassword)));
    }
}

on_both_engines! {
    async fn who_was_deactivated_or_taken_off_does_not_get_back_by_the_link(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let scene = campaign(&database, admin, 25).await;
        let link = link(&database, scene).await;
        let tess = session(store, &sign_up(store, &link, "tess@example.org").await.unwrap()).await;
        store.join(&link, &tess, false, "Firefox").await.unwrap();
        run(&database, "DELETE FROM campaign_texter WHERE organization_id = $1 AND member_id = $2",
            admin.organization.get(), tess.actor.member.get()).await;
        assert_eq!(store.read_invite(&link, Some(&tess)).await, refused(InviteError::Removed));
        assert_eq!(store.join(&link, &tess, false, "Firefox").await.map(drop), refused(InviteError::Removed));
        // Added again by an admin, the link works again and requests nothing.
        store.add_texters(admin, scene.campaign, vec![tess.actor.member]).await.unwrap();
        let (joined, _) = store.join(&link, &tess, false, "Firefox").await.unwrap();
        assert_eq!(joined.first, FirstBatch::Earlier);

        store.set_active(admin, tess.actor.member, false).await.unwrap();
        assert_eq!(store.join(&link, &tess, false, "Firefox").await.map(drop), refused(InviteError::Deactivated));
        let again = sign_up(store, &link, "tess@example.org").await.map(drop);
        assert_eq!(again, refused(InviteError::Deactivated));
    }
}

on_both_engines! {
    async fn whoever_is_active_nowhere_any_more_signs_up_where_they_are_invited(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let other = organization(store, "eve@example.org").await;
        let elsewhere = campaign(&database, other, 0).await;
        let (here, there) = (link(&database, scene).await, link(&database, elsewhere).await);
        let tess = session(store, &sign_up(store, &there, "tess@example.org").await.unwrap()).await;
        store.set_active(other, tess.actor.member, false).await.unwrap();
        let back = sign_up(store, &here, "tess@example.org").await.unwrap();
        assert_eq!(back.me.organization, scene.admin.organization);
    }
}

on_both_engines! {
    async fn another_organization_s_admin_sees_no_pool(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 5).await;
        let other = organization(store, "eve@example.org").await;
        let nothing = ApiError::NotFound(Thing::Campaign);
        assert_eq!(store.self_assignment(other, scene.campaign).await, Err(nothing.clone()));
        assert_eq!(store.pool_history(other, scene.campaign).await, Err(nothing.clone()));
        assert_eq!(store.disable_invite(other, scene.campaign).await, Err(nothing.clone()));
        let saved = store.save_self_assignment(other, scene.campaign, Setting::On, None, PoolKind::Both, None).await;
        assert_eq!(saved, Err(nothing));
        assert_eq!(store.self_assignment(other, CampaignId(1)).await.map(drop), Err(ApiError::NotFound(Thing::Campaign)));
    }
}

on_both_engines! {
    async fn an_admin_who_tries_the_link_is_asked_first(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 25).await;
        let link = link(&database, scene).await;
        let ada = store.sign_in("ada@example.org", "correct horse".to_owned(), "Firefox").await.unwrap();
        let ada = session(store, &ada).await;
        assert_eq!(store.read_invite(&link, Some(&ada)).await.unwrap().visitor, Visitor::Admin);
        assert_eq!(store.join(&link, &ada, false, "Firefox").await.map(drop), refused(InviteError::NotConfirmed));
        assert_eq!(held(&database, scene, Some(ada.actor.member)).await, 0);
        let (joined, signed_in) = store.join(&link, &ada, true, "Firefox").await.unwrap();
        assert!(signed_in.is_none());
        assert!(matches!(joined.first, FirstBatch::Assigned(taken) if taken.counts.total() == 10));
        assert_eq!(store.read_invite(&link, Some(&ada)).await.unwrap().visitor, Visitor::Member);
    }
}
