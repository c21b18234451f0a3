//! What contacts write.

use handoff_core::campaign::CampaignAction;
use handoff_core::message::{Direction, Kind};
use handoff_core::opt_out::Asks;
use handoff_core::permission::Forbidden;
use handoff_core::status::Status;
use handoff_core::{ConversationId, MemberId};
use handoff_server::model::ApiError;
use handoff_server::store::Actor;
use handoff_server::store::receive::{Inbound, Received};

use crate::database::{Database, START, on_both_engines};
use crate::scene::{Scene, run};
use crate::talk::{contact, draft, phone, rows, second_campaign, send, state, talk};

const ABBY: MemberId = MemberId(1);

async fn receive(database: &Database, scene: Scene, gateway_id: &str, number: i64, body: &str) -> Received {
    let (gateway_id, body) = (gateway_id.to_owned(), body.to_owned());
    let organization = scene.admin.organization;
    let inbound = Inbound { organization, gateway_id, phone: phone(number).parse().unwrap(), body };
    database.store.receive(&inbound).await.unwrap()
}

on_both_engines! {
    async fn an_answer_goes_where_we_wrote_last_and_comes_once(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 8, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(8, 100, Kind::Initial, "Hi")).await.unwrap();
        database.clock.advance_seconds(10);
        send(&database, scene, ABBY, &draft(7, 101, Kind::Initial, "Hi")).await.unwrap();
        database.clock.advance_seconds(10);
        let Received::Conversation(changed) = receive(&database, scene, "in-1", 1, "Can you stop\0 texting me?").await else {
            panic!("it has a conversation")
        };
        assert_eq!((changed.len(), changed[0].conversation, changed[0].campaign), (1, ConversationId(7), scene.campaign));
        assert_eq!(receive(&database, scene, "in-1", 1, "Can you stop texting me?").await, Received::Repeated);
        let thread = database.store.thread(scene.admin, ConversationId(7)).await.unwrap();
        let last = thread.messages.last().unwrap();
        assert_eq!((last.direction, last.asks, last.by.as_deref()), (Direction::Inbound, Some(Asks::Stop), None));
        assert_eq!(last.body, "Can you stop texting me?");
        assert_eq!((last.at, thread.state.status, thread.state.opted_out), (START.plus_seconds(20), Status::NeedsReply, false));
        assert_eq!(state(&database, second, 8).await.status, Status::Waiting);
        // An archived campaign comes last, whenever we wrote there.
        run(&database, "UPDATE campaign SET status = 4 WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        receive(&database, scene, "in-2", 1, "Hello?").await;
        assert_eq!(state(&database, second, 8).await.status, Status::NeedsReply);
    }
}

on_both_engines! {
    async fn a_keyword_opts_out_everywhere_and_in_again(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        let elsewhere = talk(&database, 2, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 8, 1, "Lee", None).await;
        contact(&database, elsewhere, 9, 1, "Lee", None).await;
        let received = receive(&database, scene, "in-1", 1, " Stop. ").await;
        assert_eq!(received.changed().len(), 2);
        assert!(state(&database, scene, 7).await.opted_out && state(&database, second, 8).await.opted_out);
        assert!(!state(&database, elsewhere, 9).await.opted_out);
        let number = database.store.number(scene.admin, phone(1).parse().unwrap()).await.unwrap();
        assert_eq!((number.opted_out_at, number.opted_out_by), (Some(START), None));
        receive(&database, scene, "in-2", 1, "Start").await;
        assert!(!state(&database, scene, 7).await.opted_out && !state(&database, second, 8).await.opted_out);
        assert_eq!(rows(&database, scene, "opt_out").await, 0);
    }
}

on_both_engines! {
    async fn what_unknown_numbers_write_is_kept_for_admins(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let elsewhere = talk(&database, 2, 1).await;
        assert_eq!(receive(&database, scene, "in-1", 5, "Who is this?").await, Received::Unknown);
        assert_eq!(receive(&database, scene, "in-1", 5, "Who is this?").await, Received::Repeated);
        assert_eq!(receive(&database, scene, "in-2", 5, "STOP").await, Received::Unknown);
        let page = database.store.unknown_messages(scene.admin, None).await.unwrap();
        let said: Vec<&str> = page.messages.iter().map(|message| message.body.as_str()).collect();
        assert_eq!((said, page.more), (vec!["STOP", "Who is this?"], false));
        let older = database.store.unknown_messages(scene.admin, Some(page.messages[0].id)).await.unwrap();
        assert_eq!(older.messages, page.messages[1..]);
        assert_eq!(database.store.unknown_messages(elsewhere.admin, None).await.unwrap().messages, []);
        let texter = Actor { member: ABBY, ..scene.admin };
        assert_eq!(database.store.unknown_messages(texter, None).await.unwrap_err(), ApiError::Forbidden(Forbidden));
        let number = phone(5).parse().unwrap();
        assert_eq!(database.store.number(texter, number).await.unwrap_err(), ApiError::Forbidden(Forbidden));
        let known = database.store.number(scene.admin, number).await.unwrap();
        assert_eq!((known.unknown.len(), known.conversations.len(), known.opted_out_at), (2, 0, Some(START)));
        // Once the number is a contact, what came before does not come again.
        contact(&database, scene, 7, 5, "Lee", None).await;
        assert_eq!(receive(&database, scene, "in-1", 5, "Who is this?").await, Received::Repeated);
        assert!(matches!(receive(&database, scene, "in-3", 5, "Hello").await, Received::Conversation(_)));
        let known = database.store.number(scene.admin, number).await.unwrap();
        assert_eq!((known.conversations[0].owner_name.as_str(), known.conversations[0].state.status), ("Unassigned", Status::NeedsReply));
    }
}

on_both_engines! {
    async fn a_number_opts_out_by_hand_with_or_without_conversations(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let elsewhere = talk(&database, 2, 1).await;
        let second = second_campaign(&database, scene).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 8, 1, "Lee", None).await;
        contact(&database, elsewhere, 9, 1, "Lee", None).await;
        let (store, admin) = (&database.store, scene.admin);
        let (known, nobodys) = (phone(1).parse().unwrap(), phone(5).parse().unwrap());
        let texter = Actor { member: ABBY, ..admin };
        assert_eq!(store.opt_number(texter, known, true).await.unwrap_err(), ApiError::Forbidden(Forbidden));
        assert_eq!(rows(&database, scene, "opt_out").await, 0);
        let done = store.opt_number(admin, known, true).await.unwrap();
        assert_eq!(done.iter().map(|done| done.conversation.get()).collect::<Vec<_>>(), [7, 8]);
        assert!(state(&database, scene, 7).await.opted_out && state(&database, second, 8).await.opted_out);
        assert!(!state(&database, elsewhere, 9).await.opted_out);
        let page = store.number(admin, known).await.unwrap();
        assert_eq!((page.opted_out_at, page.opted_out_by.as_deref()), (Some(START), Some("Texter 1000")));
        assert_eq!(page.conversations.iter().map(|one| one.id.get()).collect::<Vec<_>>(), [8, 7], "the newest first");
        assert_eq!(store.opt_number(admin, known, true).await.unwrap(), [], "it was out already");
        assert_eq!(store.opt_number(admin, known, false).await.unwrap().len(), 2);
        assert!(!state(&database, scene, 7).await.opted_out);
        // Nobody has this number, and whoever is imported with it is opted out.
        assert_eq!(store.opt_number(admin, nobodys, true).await.unwrap(), []);
        assert_eq!(store.number(admin, nobodys).await.unwrap().opted_out_at, Some(START));
        contact(&database, scene, 10, 5, "Kim", Some(ABBY)).await;
        let refused = send(&database, scene, ABBY, &draft(10, 100, Kind::Initial, "Hi")).await.unwrap_err();
        assert_eq!(refused, handoff_core::sending::SendError::OptedOut.into());
        store.opt_number(admin, nobodys, false).await.unwrap();
        assert_eq!(rows(&database, scene, "opt_out").await, 0);
    }
}

on_both_engines! {
    async fn a_reaction_is_known_as_one_and_asks_for_nothing(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Vote! Reply STOP to opt out")).await.unwrap();
        database.clock.advance_seconds(10);
        receive(&database, scene, "in-1", 1, "Liked “Vote! Reply STOP to opt out”").await;
        let thread = database.store.thread(scene.admin, ConversationId(7)).await.unwrap();
        assert_eq!(thread.messages.last().unwrap().asks, Some(Asks::Reaction));
        assert_eq!((thread.state.status, thread.state.opted_out), (Status::NeedsReply, false));
        receive(&database, scene, "in-2", 1, "Reply STOP to opt out").await;
        assert!(state(&database, scene, 7).await.opted_out, "sent back as it stands, it is meant");
    }
}

on_both_engines! {
    async fn a_late_answer_goes_where_we_wrote_and_admins_are_told(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        let archive = "UPDATE campaign SET status = 4 WHERE organization_id = $1 AND campaign_id = $2";
        let late = async |scene: Scene| {
            let rows = database.store.list_campaigns(scene.admin).await.unwrap();
            rows.iter().find(|row| row.id == scene.campaign).unwrap().late_replies
        };
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        receive(&database, scene, "in-0", 1, "Hello").await;
        run(&database, archive, 1, scene.campaign.get()).await;
        assert_eq!(late(scene).await, 0);
        // Another campaign, which never wrote to them.
        contact(&database, second, 8, 1, "Lee", Some(ABBY)).await;
        receive(&database, scene, "in-1", 1, "Sorry, I was away").await;
        assert_eq!(state(&database, second, 8).await.status, Status::NotStarted);
        assert_eq!(state(&database, scene, 7).await.contact_wrote_at, Some(START));
        receive(&database, scene, "in-1", 1, "Sorry, I was away").await;
        receive(&database, scene, "in-2", 1, "Liked “Hi”").await;
        receive(&database, scene, "in-3", 1, "STOP").await;
        assert_eq!((late(scene).await, late(second).await), (1, 0), "once, and not what needs no answer");
        // Once it has written, answers are its.
        receive(&database, scene, "in-4", 1, "START").await;
        send(&database, second, ABBY, &draft(8, 101, Kind::Initial, "Hi again")).await.unwrap();
        receive(&database, scene, "in-5", 1, "Hi").await;
        assert_eq!(state(&database, second, 8).await.status, Status::NeedsReply);
        assert_eq!(late(scene).await, 2);
        database.store.act_on_campaign(scene.admin, scene.campaign, CampaignAction::Restore).await.unwrap();
        assert_eq!(late(scene).await, 0);
    }
}

on_both_engines! {
    async fn an_id_that_is_taken_is_no_repeat(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        // Another server, whose clock shows the same: it makes the same ids.
        let other = handoff_server::store::Store::open(&database.address, database.clock.clone()).await.unwrap();
        assert_eq!(other.next_id(), database.store.next_id());
        let inbound = |gateway_id: &str, number: i64| Inbound {
            organization: scene.admin.organization,
            gateway_id: gateway_id.to_owned(),
            phone: phone(number).parse().unwrap(),
            body: format!("From {gateway_id}"),
        };
        for number in [1, 5] {
            for turn in 0..3 {
                let here = database.store.receive(&inbound(&format!("here-{number}-{turn}"), number)).await.unwrap();
                let there = other.receive(&inbound(&format!("there-{number}-{turn}"), number)).await.unwrap();
                assert!(here != Received::Repeated && there != Received::Repeated);
                assert_eq!(other.receive(&inbound(&format!("here-{number}-{turn}"), number)).await.unwrap(), Received::Repeated);
            }
        }
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "unknown_inbound").await), (6, 6));
        let thread = database.store.thread(scene.admin, ConversationId(7)).await.unwrap();
        let said: Vec<&str> = thread.messages.iter().map(|message| message.body.as_str()).collect();
        assert_eq!(said[..3], ["From here-1-0", "From there-1-0", "From here-1-1"]);
    }
}
