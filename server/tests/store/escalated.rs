//! What texters called the admins to: found from the escalations, however many conversations there are.

use handoff_core::message::Kind;
use handoff_core::permission::Forbidden;
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;
use handoff_server::store::receive::Inbound;

use crate::database::{START, on_both_engines};
use crate::talk::{contact, draft, phone, rows, second_campaign, send, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

on_both_engines! {
    async fn admins_find_what_is_escalated_whoever_holds_it(database: Database) {
        let scene = talk(&database, 1, 3).await;
        let elsewhere = talk(&database, 2, 1).await;
        let second = second_campaign(&database, scene).await;
        for (scene, id, name) in
            [(scene, 7, "Lee"), (scene, 8, "Kim"), (scene, 9, "Ada"), (second, 10, "Bo"), (elsewhere, 11, "Eve")]
        {
            contact(&database, scene, id, id, name, Some(ABBY)).await;
        }
        let (store, admin) = (&database.store, scene.admin);
        let abby = Actor { member: ABBY, ..admin };
        send(&database, scene, ABBY, &draft(8, 100, Kind::Initial, "Hi")).await.unwrap();
        store.escalate(abby, ConversationId(8), "They ask for the press").await.unwrap();
        database.clock.advance_seconds(60);
        for id in [9, 7] {
            store.escalate(abby, ConversationId(id), "Help").await.unwrap();
        }
        store.escalate(abby, ConversationId(10), "Elsewhere").await.unwrap();
        store.escalate(Actor { member: ABBY, ..elsewhere.admin }, ConversationId(11), "Not ours").await.unwrap();
        let found = async |scene: crate::scene::Scene| {
            let page = store.escalated(scene.admin, scene.campaign, None).await.unwrap();
            let overview = store.overview(scene.admin, scene.campaign).await.unwrap();
            assert_eq!(usize::try_from(overview.escalated), Ok(page.rows.len()), "the overview counts them");
            page.rows.iter().map(|row| row.id.get()).collect::<Vec<_>>()
        };
        assert_eq!(found(scene).await, [8, 7, 9], "the longest escalated first, then the lowest id");
        assert_eq!(found(second).await, [10]);
        assert_eq!(found(elsewhere).await, [11]);
        let first = store.escalated(admin, scene.campaign, None).await.unwrap().rows.remove(0);
        assert_eq!((first.first_name.as_str(), first.owner_name.as_str()), ("Kim", "Unassigned"));
        let told = (first.escalation.note.as_str(), first.escalation.by.as_str(), first.escalation.at);
        assert_eq!(told, ("They ask for the press", "Texter 1", START));
        // With what the contact wrote last.
        let said = Inbound { organization: admin.organization, gateway_id: "in-1".to_owned(),
            phone: phone(8).parse().unwrap(), body: "Who\nare you?".to_owned() };
        store.receive(&said).await.unwrap();
        let words: Vec<_> = store.escalated(admin, scene.campaign, None).await.unwrap().rows.into_iter()
            .map(|row| row.last_words).collect();
        assert_eq!(words, ["Who are you?", "", ""]);
        // The page after one of them.
        let after = store.escalated(admin, scene.campaign, Some((START.plus_seconds(60), ConversationId(7)))).await;
        assert_eq!(after.unwrap().rows.iter().map(|row| row.id.get()).collect::<Vec<_>>(), [9]);
        // Given to somebody it is still there, with whom; dealt with, it is not.
        store.reassign_one(admin, ConversationId(7), Some(LINDSEY), OperationId(50)).await.unwrap();
        let page = store.escalated(admin, scene.campaign, None).await.unwrap();
        assert_eq!((page.rows[1].owner_name.as_str(), page.rows[1].state.assignee), ("Texter 2", Some(LINDSEY)));
        store.end_escalation(admin, ConversationId(7)).await.unwrap();
        store.resolve(admin, ConversationId(8)).await.unwrap();
        assert_eq!(found(scene).await, [9]);
        assert_eq!(rows(&database, scene, "escalation").await, 2);
        // For admins, of campaigns that they have.
        let refused = store.escalated(abby, scene.campaign, None).await;
        assert_eq!(refused.unwrap_err(), ApiError::Forbidden(Forbidden));
        let missing = store.escalated(elsewhere.admin, scene.campaign, None).await;
        assert_eq!(missing.unwrap_err(), ApiError::NotFound(Thing::Campaign));
    }
}

on_both_engines! {
    async fn many_escalations_come_in_pages(database: Database) {
        let scene = talk(&database, 1, 1).await;
        let (store, abby) = (&database.store, Actor { member: ABBY, ..scene.admin });
        for id in 1..=130 {
            contact(&database, scene, id, id, "Lee", Some(ABBY)).await;
            store.escalate(abby, ConversationId(id), "Help").await.unwrap();
        }
        let first = store.escalated(scene.admin, scene.campaign, None).await.unwrap();
        assert_eq!((first.rows.len(), first.more), (100, true));
        let last = first.rows.last().map(|row| (row.escalation.at, row.id));
        let rest = store.escalated(scene.admin, scene.campaign, last).await.unwrap();
        assert_eq!((rest.rows.len(), rest.more, rest.rows[0].id), (30, false, ConversationId(101)));
    }
}
