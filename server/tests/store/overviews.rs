//! Overviews are shared: many viewers cost the database as much as one, and nobody sees an old one.

use std::sync::Arc;

use handoff_core::conversation::ConversationState;
use handoff_core::permission::Forbidden;
use handoff_core::{ConversationId, MemberId};
use handoff_server::api::ApiError;
use handoff_server::live::Live;
use handoff_server::overviews::Overviews;
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
