//! Overviews are shared: many viewers cost the database as much as one, and nobody sees an old one.

use std::sync::Arc;

use handoff_core::conversation::ConversationState;
use handoff_core::permission::Forbidden;
use handoff_core::{ConversationId, MemberId};
use handoff_server::live::Live;
use handoff_server::model::ApiError;
use handoff_server::overviews::{CampaignLists, Overviews};
use handoff_server::store::Actor;
use handoff_server::store::conversation::Done;

use crate::database::on_both_engines;
use crate::scene::{add_not_started, scene};

on_both_engines! {
    async fn fifty_viewers_cost_the_database_as_much_as_one(database: Database) {
        let scene = scene(&database, 1, 3).await;
        add_not_started(&database, scene, 1, None, 5).await;
        let (live, overviews, store) = (Live::default(), Overviews::default(), Arc::new(database.store.clone()));
        let tasks: Vec<_> = (0..50).map(|_| {
            let (live, overviews, store) = (live.clone(), overviews.clone(), store.clone());
            tokio::spawn(async move { overviews.read(&store, &live, scene.admin, scene.campaign).await })
        }).collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap().tally.unassigned.total(), 5);
        }
        assert_eq!(overviews.database_reads(), 1);

        add_not_started(&database, scene, 6, None, 1).await;
        live.changed(scene.admin.organization, scene.campaign);
        let _here = live.arrive(scene.admin.organization, MemberId(2));
        let fresh = overviews.read(&store, &live, scene.admin, scene.campaign).await.unwrap();
        assert_eq!(fresh.tally.unassigned.total(), 6);
        assert_eq!(fresh.people.iter().map(|person| person.online).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(overviews.database_reads(), 2);

        add_not_started(&database, scene, 7, None, 1).await;
        database.clock.advance_seconds(1);
        let later = overviews.read(&store, &live, scene.admin, scene.campaign).await.unwrap();
        assert_eq!(later.tally.unassigned.total(), 7, "changed by another process");
    }
}

on_both_engines! {
    async fn sharing_never_shows_an_overview_to_somebody_who_may_not_see_it(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let other = crate::scene::scene(&database, 2, 1).await;
        let (live, overviews) = (Live::default(), Overviews::default());
        overviews.read(&database.store, &live, scene.admin, scene.campaign).await.unwrap();
        let texter = Actor { member: MemberId(1), ..scene.admin };
        let refused = overviews.read(&database.store, &live, texter, scene.campaign).await;
        assert_eq!(refused, Err(ApiError::Forbidden(Forbidden)));
        assert!(matches!(overviews.read(&database.store, &live, other.admin, scene.campaign).await, Err(ApiError::NotFound(_))));
    }
}

on_both_engines! {
    async fn a_lively_campaign_is_read_once_in_a_while_and_everybody_sees_the_latest(database: Database) {
        let scene = scene(&database, 1, 1).await;
        add_not_started(&database, scene, 1, None, 1).await;
        let (live, overviews) = (Live::default(), Overviews::default());
        let total = async || {
            overviews.read(&database.store, &live, scene.admin, scene.campaign).await.unwrap().tally.unassigned.total()
        };
        assert_eq!(total().await, 1);
        let done = Done {
            campaign: scene.campaign,
            conversation: ConversationId(2),
            before: None,
            after: ConversationState::NEW,
        };
        // Ten things happen while the first one waits for its turn to read.
        let reading = total();
        let happening = async {
            for id in 2..=11 {
                add_not_started(&database, scene, id, None, 1).await;
                live.conversation(scene.admin.organization, &done);
            }
        };
        add_not_started(&database, scene, 12, None, 1).await;
        live.conversation(scene.admin.organization, &done);
        let (first, ()) = tokio::join!(reading, happening);
        assert!((2..=12).contains(&first), "{first}");
        // Whoever asks now sees them all.
        assert_eq!(total().await, 12);
        assert!(overviews.database_reads() <= 3, "{}", overviews.database_reads());
        // A bulk move is shown at once.
        live.changed(scene.admin.organization, scene.campaign);
        assert_eq!(total().await, 12);
    }
}

on_both_engines! {
    async fn twenty_viewers_of_the_list_of_campaigns_cost_the_database_as_much_as_one(database: Database) {
        let scene = scene(&database, 1, 3).await;
        let other = crate::scene::scene(&database, 2, 1).await;
        add_not_started(&database, scene, 1, None, 5).await;
        let (live, lists, store) = (Live::default(), CampaignLists::default(), Arc::new(database.store.clone()));
        let tasks: Vec<_> = (0..20).map(|_| {
            let (live, lists, store) = (live.clone(), lists.clone(), store.clone());
            tokio::spawn(async move { lists.read(&store, &live, scene.admin).await })
        }).collect();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap()[0].counts.total(), 5);
        }
        assert_eq!(lists.database_reads(), 1);
        // Another organization has its own, and a texter gets none.
        assert_eq!(lists.read(&store, &live, other.admin).await.unwrap()[0].counts.total(), 0);
        let texter = Actor { member: MemberId(1), ..scene.admin };
        assert_eq!(lists.read(&store, &live, texter).await, Err(ApiError::Forbidden(Forbidden)));
        // What changes a campaign is seen at once.
        store.rename_campaign(scene.admin, scene.campaign, "Another name").await.unwrap();
        live.changed(scene.admin.organization, scene.campaign);
        assert_eq!(lists.read(&store, &live, scene.admin).await.unwrap()[0].name, "Another name");
        assert_eq!(lists.database_reads(), 3);
    }
}

/// What takes long to read, by a clock that goes on while it is read.
#[tokio::test]
async fn what_takes_long_to_read_is_shared_by_all_who_waited_and_read_less_often() {
    let database = crate::database::fresh(handoff_server::store::engine::Engine::Sqlite).await;
    let (live, shared) = (Live::default(), handoff_server::shared::Shared::<u8, u32>::default());
    let campaign = handoff_core::CampaignId(1);
    let changed = Done { campaign, conversation: ConversationId(2), before: None, after: ConversationState::NEW };
    let (clock, store) = (&database.clock, &database.store);
    let slowly = async || {
        tokio::task::yield_now().await;
        clock.advance_seconds(2);
        Ok::<u32, ApiError>(1)
    };
    // All ask before the first has been read, which takes longer than anything is shared otherwise.
    let all = (0..20).map(|_| shared.read(store, &live, 1, slowly));
    for read in futures::future::join_all(all).await {
        assert_eq!(read, Ok(1));
    }
    assert_eq!(shared.database_reads(), 1);
    // It took two seconds: while conversations change, it is good enough for eight. Meanwhile it is waited, not read.
    live.conversation(handoff_core::OrganizationId(1), &changed);
    clock.advance_seconds(5);
    let waiting = shared.read(store, &live, 1, slowly);
    let waited = tokio::time::timeout(std::time::Duration::from_millis(600), waiting).await;
    assert!(waited.is_err(), "seven of eight seconds have passed");
    assert_eq!(shared.database_reads(), 1);
    clock.advance_seconds(2);
    assert_eq!(shared.read(store, &live, 1, slowly).await, Ok(1));
    assert_eq!(shared.database_reads(), 2);
}
