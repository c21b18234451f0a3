//! Placeholders: of contacts and of who sends, empty ones, and those of other tools.

use handoff_core::message::Kind;
use handoff_core::sending::SendError;
use handoff_core::{ConversationId, MemberId, MessageId};
use handoff_server::model::ApiError;
use handoff_server::model::campaign::EmptyPlaceholder;
use handoff_server::model::conversation::Confirmation;
use handoff_server::store::Actor;
use handoff_server::store::send::Draft;

use crate::database::{Database, on_both_engines};
use crate::scene::{Scene, run};
use crate::talk::{contact, draft, send, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

/// The initial message as it is written, to a conversation.
fn initial(conversation: i64, message: i64) -> Draft {
    Draft { text: None, ..draft(conversation, message, Kind::Initial, "") }
}

async fn saved(database: &Database, scene: Scene, message: &str) -> Vec<(String, u32)> {
    let saved = database.store.save_initial_message(scene.admin, scene.campaign, message).await.unwrap();
    saved.empty.into_iter().map(|EmptyPlaceholder { name, contacts }| (name, contacts)).collect()
}

on_both_engines! {
    async fn saving_says_for_how_many_contacts_each_placeholder_is_empty(database: Database) {
        let scene = talk(&database, 1, 2).await;
        run(&database, "UPDATE campaign SET custom_fields = '[\"city\",\"voter_id\"]' WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        for (id, name) in [(7, "Lee"), (8, ""), (9, " "), (10, "Kim")] {
            contact(&database, scene, id, id, name, Some(ABBY)).await;
        }
        // Neither other campaigns nor other organizations count.
        let elsewhere = talk(&database, 2, 1).await;
        contact(&database, elsewhere, 11, 7, "", None).await;
        run(&database, "UPDATE contact SET fields = '{\"city\":\"Dover\",\"voter_id\":\" \"}' WHERE organization_id = $1 AND conversation_id = $2", 1, 7).await;
        run(&database, "UPDATE contact SET fields = '{\"city\":\"\",\"voter_id\":\"12\"}' WHERE organization_id = $1 AND conversation_id = $2", 1, 8).await;
        let named = |empty: &[(&str, u32)]| empty.iter().map(|(name, contacts)| ((*name).to_owned(), *contacts)).collect::<Vec<_>>();
        assert_eq!(saved(&database, scene, "Hi {first_name}!").await, named(&[("first_name", 2)]));
        assert_eq!(
            saved(&database, scene, "{voter_id} {city} {Last Name} {first_name} {city}").await,
            named(&[("voter_id", 3), ("city", 3), ("last_name", 4), ("first_name", 2)])
        );
        assert_eq!(saved(&database, scene, "{first_name|you} {city|your town} {texter_last_name}").await, []);
        assert_eq!(saved(&database, scene, "Hi").await, []);
    }
}

on_both_engines! {
    async fn the_name_of_who_sends_is_filled_in(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, scene, 8, 2, "Kim", Some(LINDSEY)).await;
        contact(&database, scene, 9, 3, "Ari", Some(LINDSEY)).await;
        run(&database, "UPDATE member SET name = 'Abby Lou Okafor' WHERE organization_id = $1 AND member_id = $2", 1, ABBY.get()).await;
        run(&database, "UPDATE member SET name = 'Lindsey' WHERE organization_id = $1 AND member_id = $2", 1, LINDSEY.get()).await;
        saved(&database, scene, "Hi {{ first_name }}, this is {texter_first_name} {texter_last_name|of the League}.").await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let next = database.store.thread(abby, ConversationId(7)).await.unwrap().next;
        assert_eq!(next.text, "Hi Lee, this is Abby Lou Okafor.");
        let body = async |by: MemberId, conversation: i64, message: i64| {
            send(&database, scene, by, &initial(conversation, message)).await.unwrap().message.body
        };
        assert_eq!(body(ABBY, 7, 100).await, "Hi Lee, this is Abby Lou Okafor.");
        assert_eq!(body(LINDSEY, 8, 101).await, "Hi Kim, this is Lindsey of the League.");
        // An admin who writes in somebody's conversation writes in their own name.
        assert_eq!(body(scene.admin.member, 9, 102).await, "Hi Ari, this is Texter 1000.");
        let samples = database.store.preview_message(scene.admin, scene.campaign, "{texter_first_name} {texter_last_name}").await;
        assert_eq!(samples.unwrap()[0].1, "Sam Rivera");
    }
}

on_both_engines! {
    async fn what_was_saved_before_it_was_refused_does_not_leave(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        run(&database, "UPDATE campaign SET initial_message = 'Hi *|FNAME|*' WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let thread = database.store.thread(abby, ConversationId(7)).await.unwrap();
        assert_eq!(thread.next.text, "");
        assert!(matches!(thread.refused, Some(SendError::Text(_))), "{:?}", thread.refused);
        let refused = send(&database, scene, ABBY, &initial(7, 100)).await.unwrap_err();
        assert!(matches!(refused, ApiError::Sending(SendError::Text(_))) && refused.status() == 409, "{refused}");
        assert!(refused.to_string().contains("\"*|FNAME|*\" would be sent as it stands"), "{refused}");
        // Their own words go.
        let sent = send(&database, scene, ABBY, &draft(7, 101, Kind::Initial, "Hi Lee")).await.unwrap();
        assert_eq!(sent.message.id, MessageId(101));
        // What old versions kept as a brace is read as a placeholder now.
        contact(&database, scene, 8, 2, "Kim", Some(ABBY)).await;
        run(&database, "UPDATE campaign SET initial_message = 'Hi {{first_name}}' WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        assert_eq!(send(&database, scene, ABBY, &initial(8, 102)).await.unwrap().message.body, "Hi Kim");
    }
}

on_both_engines! {
    async fn what_is_typed_does_not_leave_with_a_placeholder_either(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (organization, campaign) = (1, scene.campaign.get());
        run(&database, "UPDATE campaign SET custom_fields = '[\"city\"]' WHERE organization_id = $1 AND campaign_id = $2", organization, campaign).await;
        let messages = async || -> i64 {
            sqlx::query_scalar("SELECT count(*) FROM message").fetch_one(database.store.reader()).await.unwrap()
        };
        let refused = |written: &str| {
            let sentence = format!("\"{written}\" would be sent as it stands. Write what you mean in its place, or delete it.");
            Some(ApiError::invalid("text", sentence))
        };
        let left = ["{first_name}", "[First Name]", "*|FNAME|*", "{{ first_name }}", "{City}"];
        for written in left {
            let typed = draft(7, 100, Kind::Initial, &format!("Hi {written}!"));
            assert_eq!(send(&database, scene, ABBY, &typed).await.err(), refused(written));
        }
        // What a contact file had in a cell is no better.
        saved(&database, scene, "Hi {first_name}, in {city}").await;
        run(&database, "UPDATE contact SET fields = '{\"city\":\"{city}\"}' WHERE organization_id = $1 AND conversation_id = $2", organization, 7).await;
        assert_eq!(send(&database, scene, ABBY, &initial(7, 100)).await.err(), refused("{city}"));
        assert_eq!(messages().await, 0);
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi Lee {so, to say}")).await.unwrap();
        for written in left {
            let typed = draft(7, 101, Kind::Reply, written);
            assert_eq!(send(&database, scene, ABBY, &typed).await.err(), refused(written));
        }
        let abby = Actor { member: ABBY, ..scene.admin };
        let confirmation = |text: &str| Some(Confirmation { message: MessageId(102), text: text.to_owned() });
        let opted = database.store.opt_out(abby, ConversationId(7), confirmation("Bye {first_name}"), true).await;
        assert_eq!(opted.err(), refused("{first_name}"));
        assert_eq!(messages().await, 1);
        database.store.opt_out(abby, ConversationId(7), confirmation("Bye"), true).await.unwrap();
        assert_eq!(messages().await, 2);
    }
}
