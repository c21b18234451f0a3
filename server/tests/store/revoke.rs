//! Invite links: that they can be copied at any time, how many may join by one, and ending one with all that came of it.

use handoff_core::operation::OperationKind;
use handoff_core::permission::Role;
use handoff_core::plan::{Fingerprint, plan};
use handoff_core::request::Request;
use handoff_core::self_assignment::NoPlace;
use handoff_core::{CampaignId, InviteLinkId, MemberId, OperationId};
use handoff_server::key::ServerKey;
use handoff_server::model::invite::{InviteError, Revocation, RevokeAnswer};
use handoff_server::model::self_assignment::Invite;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::revoke::Revoke;
use handoff_server::store::{Actor, Store};
use sqlx::Row;

use crate::account::{come_in, organization, token};
use crate::database::on_both_engines;
use crate::joining::{campaign, link, session, sign_up};
use crate::member::until_somebody_waits;
use crate::reassign::held;
use crate::scene::{Scene, run};
use crate::undo::do_undo;

async fn invite(store: &Store, scene: Scene) -> Invite {
    store.self_assignment(scene.admin, scene.campaign).await.unwrap().invite.unwrap()
}

/// Somebody new who has joined and was given a first batch.
async fn joined(store: &Store, link: &str, email: &str) -> Actor {
    let person = session(store, &sign_up(store, link, email).await.unwrap()).await;
    store.join(link, &person, false, "Firefox").await.unwrap();
    person.actor
}

fn fingerprint(seen: &Revocation) -> Fingerprint {
    plan(&seen.overview.tally, &Request::revocation(seen.members.clone())).unwrap().fingerprint()
}

fn revoke(scene: Scene, seen: &Revocation, operation: i64) -> Revoke {
    let (members, fingerprint) = (seen.members.clone(), fingerprint(seen));
    Revoke { campaign: scene.campaign, link: seen.link, members, fingerprint, operation: OperationId(operation) }
}

fn no_place<T>(why: NoPlace) -> Result<T, ApiError> {
    Err(ApiError::Invite(InviteError::NoPlace(why)))
}

on_both_engines! {
    async fn a_link_can_be_copied_at_any_time_by_any_process_and_not_from_a_copy_of_its_table(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 5).await;
        let made = store.make_invite(scene.admin, scene.campaign).await.unwrap().link;
        assert_eq!(token(&made).len(), 64);
        assert_eq!(invite(store, scene).await.link.as_deref(), Some(made.as_str()));
        // After a restart, and beside another process.
        let other = Store::open(&database.address, database.clock.clone()).await.unwrap();
        assert_eq!(invite(&other, scene).await.link.as_deref(), Some(made.as_str()));
        let rows = sqlx::query("SELECT token_hash, link_id FROM invite_link").fetch_all(store.reader()).await.unwrap();
        let hash: String = rows[0].get("token_hash");
        assert_ne!(hash, token(&made), "the token itself is not kept");
        // Under another key the same row tells nothing, though the link that was passed on works.
        let stranger = other.with_key(ServerKey::parse(&"7".repeat(64)).unwrap());
        assert_eq!(invite(&stranger, scene).await.link, None);
        assert!(stranger.read_invite(&token(&made), None).await.is_ok());
        let renewed = stranger.make_invite(scene.admin, scene.campaign).await.unwrap().link;
        assert_eq!(invite(&stranger, scene).await.link.as_deref(), Some(renewed.as_str()));
        assert_eq!(invite(store, scene).await.link, None, "nor the other way round");
        // One that lets nobody in is not shown.
        store.disable_invite(scene.admin, scene.campaign).await.unwrap();
        assert_eq!(invite(&stranger, scene).await.link, None);
    }
}

on_both_engines! {
    async fn no_more_join_than_may_and_no_faster_than_twenty_and_one_a_minute(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 50).await;
        let link = link(&database, scene).await;
        for number in 0..20 {
            sign_up(store, &link, &format!("tess{number}@example.org")).await.unwrap();
        }
        let late = |email: &'static str| sign_up(store, &link, email);
        assert_eq!(late("late@example.org").await.map(drop), no_place(NoPlace::TooMany { seconds: 60 }));
        assert!(store.sign_in("late@example.org", "battery staple".to_owned(), "Firefox").await.is_err(), "no account is left");
        let now = invite(store, scene).await;
        assert_eq!((now.joined, now.joined_lately), (20, 20));
        database.clock.advance_seconds(60);
        let signed_in = late("late@example.org").await.unwrap();
        assert_eq!(signed_in.joined, Some(scene.campaign));
        assert_eq!(late("later@example.org").await.map(drop), no_place(NoPlace::TooMany { seconds: 60 }));
        let now = invite(store, scene).await;
        assert_eq!((now.joined, now.joined_lately), (21, 1), "those of a minute ago are not of late");
        // Whoever is in already is not held up.
        let late = session(store, &signed_in).await;
        assert!(store.join(&link, &late, false, "Firefox").await.is_ok());

        database.clock.advance_seconds(3_600);
        store.limit_invite(scene.admin, scene.campaign, Some(22)).await.unwrap();
        sign_up(store, &link, "last@example.org").await.unwrap();
        assert_eq!(sign_up(store, &link, "over@example.org").await.map(drop), no_place(NoPlace::Full));
        assert!(store.join(&link, &late, false, "Firefox").await.is_ok());
        // A member of the organization who is no texter of the campaign yet takes a place as well.
        let member = organization(store, "eve@example.org").await;
        let eve = store.sign_in("eve@example.org", "correct horse".to_owned(), "Firefox").await.unwrap();
        assert_ne!(member.organization, scene.admin.organization);
        let eve = session(store, &eve).await;
        assert_eq!(store.join(&link, &eve, true, "Firefox").await.map(drop), no_place(NoPlace::Full));
        store.limit_invite(scene.admin, scene.campaign, None).await.unwrap();
        assert!(store.join(&link, &eve, true, "Firefox").await.is_ok());
        assert_eq!(invite(store, scene).await.joined, 23);
        // The number of a link goes over to the one that renews it, and nobody has joined by that.
        store.limit_invite(scene.admin, scene.campaign, Some(40)).await.unwrap();
        store.make_invite(scene.admin, scene.campaign).await.unwrap();
        let renewed = invite(store, scene).await;
        assert_eq!((renewed.most.map(u32::from), renewed.joined), (Some(40), 0));
        for wrong in [0, 100_001] {
            let limited = store.limit_invite(scene.admin, scene.campaign, Some(wrong)).await;
            assert!(matches!(limited, Err(ApiError::Invalid { field, .. }) if field == "most"));
        }
        store.disable_invite(scene.admin, scene.campaign).await.unwrap();
        let none = Err(ApiError::NotFound(Thing::Invite));
        assert_eq!(store.limit_invite(scene.admin, scene.campaign, None).await, none);
    }
}

on_both_engines! {
    async fn of_many_at_once_as_many_join_as_may(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 5).await;
        let link = link(&database, scene).await;
        store.limit_invite(scene.admin, scene.campaign, Some(3)).await.unwrap();
        let people: Vec<_> = (0..8).map(|number| {
            let (store, link) = (store.clone(), link.clone());
            tokio::spawn(async move { sign_up(&store, &link, &format!("tess{number}@example.org")).await.map(drop) })
        }).collect();
        let mut answers = Vec::new();
        for person in people {
            answers.push(person.await.unwrap());
        }
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.is_ok() || *answer == no_place(NoPlace::Full)), "{answers:?}");
        assert_eq!(invite(store, scene).await.joined, 3);
    }
}

on_both_engines! {
    async fn a_link_is_ended_with_all_that_came_of_it_and_undone(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let scene = campaign(&database, admin, 35).await;
        let link = link(&database, scene).await;
        // A texter whom an admin has added opens the link too: they are none by it.
        let own = crate::people::member(&database, admin, Role::Texter, "own").await;
        store.add_texters(admin, scene.campaign, vec![own]).await.unwrap();
        let (one, two) = (joined(store, &link, "one@example.org").await, joined(store, &link, "two@example.org").await);
        let three = session(store, &sign_up(store, &link, "three@example.org").await.unwrap()).await.actor;
        let id = invite(store, scene).await.id;
        let seen = store.revocation(admin, scene.campaign, id).await.unwrap();
        assert_eq!(seen.members, [one.member, two.member, three.member]);
        assert_eq!(held(&database, scene, None).await, 15);

        // Somebody joins between the preview and the click: nothing happens, and the link works as before.
        let four = joined(store, &link, "four@example.org").await;
        let RevokeAnswer::Conflict { now } = store.revoke_invite(admin, &revoke(scene, &seen, 500)).await.unwrap() else {
            panic!("it was another preview");
        };
        assert_eq!(now.members, [one.member, two.member, three.member, four.member]);
        assert!(store.read_invite(&link, None).await.is_ok());
        assert_eq!(held(&database, scene, Some(one.member)).await, 10);

        // Or holds something else: the same.
        let write = "UPDATE conversation SET status = 4, standing = 4 WHERE organization_id = $1 AND assignee_id = $2";
        run(&database, write, admin.organization.get(), two.member.get()).await;
        let again = store.revoke_invite(admin, &revoke(scene, &now, 500)).await.unwrap();
        let RevokeAnswer::Conflict { now } = again else { panic!("{again:?}") };

        database.clock.advance_seconds(10);
        let asked = revoke(scene, &now, 500);
        let done = store.revoke_invite(admin, &asked).await.unwrap();
        let headline = "Invite link ended, 4 texters removed; 30 moved to Unassigned".to_owned();
        let wanted = RevokeAnswer::Committed { operation: OperationId(500), moved: 30, headline };
        assert_eq!(done, wanted);
        assert_eq!(store.revoke_invite(admin, &asked).await.unwrap(), done, "sent again it is the same");
        assert_eq!(store.read_invite(&link, None).await, Err(ApiError::Invite(InviteError::Disabled)));
        assert_eq!(held(&database, scene, None).await, 35);
        let texters = store.overview(admin, scene.campaign).await.unwrap().people;
        assert_eq!(texters.iter().map(|person| person.id).collect::<Vec<_>>(), [own]);
        let history = store.history(admin, scene.campaign, None).await.unwrap().operations;
        assert_eq!((history[0].kind, history[0].moved), (OperationKind::Revocation, 30));
        let none = store.revocation(admin, scene.campaign, id).await.unwrap();
        assert_eq!(none.members, [], "nobody is left");

        // It was a mistake: they have back what they had, but for whoever was deactivated meanwhile.
        database.clock.advance_seconds(10);
        store.set_active(admin, four.member, false).await.unwrap();
        do_undo(&database, scene, 500, 501).await.unwrap();
        for (member, holds) in [(one.member, 10), (two.member, 10), (three.member, 0), (four.member, 0)] {
            assert_eq!(held(&database, scene, Some(member)).await, holds, "{member}");
        }
        assert_eq!(held(&database, scene, None).await, 15);
        let texters = store.overview(admin, scene.campaign).await.unwrap().tally;
        let active: Vec<MemberId> = texters.active().collect();
        assert!([one.member, two.member, three.member, own].iter().all(|member| active.contains(member)));
        assert!(!active.contains(&four.member));
        assert_eq!(store.read_invite(&link, None).await, Err(ApiError::Invite(InviteError::Disabled)), "the link stays ended");
    }
}

on_both_engines! {
    async fn nobody_joins_by_a_link_that_is_disabled_meanwhile(database: Database) {
        let store = database.store.clone();
        let scene = campaign(&database, organization(&store, "ada@example.org").await, 5).await;
        let link = link(&database, scene).await;
        let mut disabling = store.begin().await.unwrap();
        sqlx::query("UPDATE invite_link SET disabled_at = 1").execute(&mut *disabling).await.unwrap();
        let mut joining = tokio::spawn(async move { sign_up(&store, &link, "tess@example.org").await.map(drop) });
        tokio::select! {
            done = &mut joining => panic!("it did not wait: {done:?}"),
            () = until_somebody_waits(&database) => {}
        }
        disabling.commit().await.unwrap();
        assert_eq!(joining.await.unwrap(), Err(ApiError::Invite(InviteError::Disabled)));
    }
}

on_both_engines! {
    async fn a_link_that_is_renewed_or_disabled_leaves_those_of_other_campaigns(database: Database) {
        let store = &database.store;
        let admin = organization(store, "ada@example.org").await;
        let (one, other) = (campaign(&database, admin, 1).await, campaign(&database, admin, 1).await);
        let (first, second) = (link(&database, one).await, link(&database, other).await);
        let renewed = link(&database, one).await;
        let works = async |link: &str| store.read_invite(link, None).await.is_ok();
        assert_eq!((works(&first).await, works(&renewed).await, works(&second).await), (false, true, true));
        store.disable_invite(one.admin, one.campaign).await.unwrap();
        assert_eq!((works(&renewed).await, works(&second).await), (false, true));
    }
}

on_both_engines! {
    async fn who_came_by_another_link_of_the_campaign_stays(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 60).await;
        let first = link(&database, scene).await;
        let tess = joined(store, &first, "tess@example.org").await;
        // A texter who opens the link all the same is none by it.
        let own = come_in(store, scene.admin, "Olga", "olga@example.org", Role::Texter).await;
        store.add_texters(scene.admin, scene.campaign, vec![own]).await.unwrap();
        let olga = store.sign_in("olga@example.org", "battery staple".to_owned(), "Firefox").await.unwrap();
        store.join(&first, &session(store, &olga).await, false, "Firefox").await.unwrap();
        let ended = invite(store, scene).await.id;
        let second = link(&database, scene).await;
        let tom = joined(store, &second, "tom@example.org").await;
        let ended_at = async || -> i64 {
            let statement = "SELECT disabled_at FROM invite_link WHERE link_id = $1";
            sqlx::query_scalar(statement).bind(ended.get()).fetch_one(store.reader()).await.unwrap()
        };
        let before = ended_at().await;
        database.clock.advance_seconds(10);
        let seen = store.revocation(scene.admin, scene.campaign, ended).await.unwrap();
        assert_eq!(seen.members, [tess.member]);
        let holds = held(&database, scene, Some(tom.member)).await;
        store.revoke_invite(scene.admin, &revoke(scene, &seen, 500)).await.unwrap();
        let texters: Vec<MemberId> = store.overview(scene.admin, scene.campaign).await.unwrap().tally.active().collect();
        assert_eq!(texters, [own, tom.member]);
        assert_eq!(held(&database, scene, Some(tom.member)).await, holds);
        assert!(store.read_invite(&second, None).await.is_ok(), "their link works as before");
        assert_eq!(ended_at().await, before, "it had ended when it was renewed");
    }
}

on_both_engines! {
    async fn nobody_else_ends_a_link(database: Database) {
        let store = &database.store;
        let scene = campaign(&database, organization(store, "ada@example.org").await, 5).await;
        let link = link(&database, scene).await;
        let tess = joined(store, &link, "tess@example.org").await;
        let id = invite(store, scene).await.id;
        let seen = store.revocation(scene.admin, scene.campaign, id).await.unwrap();
        let asked = revoke(scene, &seen, 500);
        assert!(matches!(store.revocation(tess, scene.campaign, id).await, Err(ApiError::Forbidden(_))));
        assert!(matches!(store.revoke_invite(tess, &asked).await, Err(ApiError::Forbidden(_))));
        let eve = organization(store, "eve@example.org").await;
        assert_eq!(store.revoke_invite(eve, &asked).await.map(drop), Err(ApiError::NotFound(Thing::Campaign)));
        let unknown = Revoke { link: InviteLinkId(9), ..asked.clone() };
        assert_eq!(store.revoke_invite(scene.admin, &unknown).await.map(drop), Err(ApiError::NotFound(Thing::Invite)));
        assert_eq!(store.revocation(scene.admin, scene.campaign, InviteLinkId(9)).await, Err(ApiError::NotFound(Thing::Invite)));
        let nowhere = Revoke { campaign: CampaignId(9), ..asked };
        assert_eq!(store.revoke_invite(scene.admin, &nowhere).await.map(drop), Err(ApiError::NotFound(Thing::Campaign)));
        assert_eq!(held(&database, scene, Some(tess.member)).await, 5);
    }
}
