//! Correcting what is known of a contact.

use std::collections::BTreeMap;

use handoff_core::contact::correction::Correction;
use handoff_core::permission::Forbidden;
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::Actor;

use crate::database::{Database, on_both_engines};
use crate::scene::{Scene, run};
use crate::talk::{contact, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);
const SEVEN: ConversationId = ConversationId(7);

fn correction(first_name: &str, fields: Option<&[(&str, &str)]>) -> Correction {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let fields = fields.map(|fields| fields.iter().map(owned).collect());
    Correction { first_name: first_name.to_owned(), last_name: "Park".to_owned(), fields }
}

/// What is known of the contact: name and fields.
async fn known(database: &Database, scene: Scene) -> (String, BTreeMap<String, String>) {
    let thread = database.store.thread(scene.admin, SEVEN).await.unwrap();
    (format!("{} {}", thread.first_name, thread.last_name), thread.fields)
}

/// The names by which long lists sort the contact, and find them.
async fn sorted_by(database: &Database) -> Vec<String> {
    sqlx::query_scalar("SELECT name FROM contact_name WHERE organization_id = 1 AND conversation_id = 7")
        .fetch_all(database.store.reader())
        .await
        .unwrap()
}

on_both_engines! {
    async fn names_and_fields_are_corrected_by_admins_and_names_by_who_holds_it(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Le", Some(ABBY)).await;
        let known_fields = "UPDATE campaign SET custom_fields = '[\"precinct\",\"city\"]'
            WHERE organization_id = $1 AND campaign_id = $2";
        run(&database, known_fields, 1, scene.campaign.get()).await;
        let fields = "UPDATE contact SET fields = '{\"precinct\":\"11\"}' WHERE organization_id = $1 AND conversation_id = $2";
        run(&database, fields, 1, 7).await;
        let (store, abby) = (&database.store, Actor { member: ABBY, ..scene.admin });
        let before = store.thread(scene.admin, SEVEN).await.unwrap().state;
        let done = store.correct_contact(abby, SEVEN, &correction(" Lee\t", None)).await.unwrap();
        assert_eq!((done.conversation, done.after), (SEVEN, before), "nothing else changes");
        let precinct = |value: &str| BTreeMap::from([("precinct".to_owned(), value.to_owned())]);
        assert_eq!(known(&database, scene).await, ("Lee Park".to_owned(), precinct("11")));
        assert_eq!(sorted_by(&database).await, ["lee\tpark"]);
        let all = correction("Léa", Some(&[("precinct", "12"), ("city", " ")]));
        assert_eq!(store.correct_contact(abby, SEVEN, &all).await, Err(Forbidden.into()));
        store.correct_contact(scene.admin, SEVEN, &all).await.unwrap();
        assert_eq!(known(&database, scene).await, ("Léa Park".to_owned(), precinct("12")));
        assert_eq!(sorted_by(&database).await, ["lea\tpark"], "the name before is gone");
        store.correct_contact(scene.admin, SEVEN, &correction("Léa", Some(&[]))).await.unwrap();
        assert_eq!(known(&database, scene).await, ("Léa Park".to_owned(), BTreeMap::new()));
    }
}

on_both_engines! {
    async fn a_correction_that_is_refused_changes_nothing(database: Database) {
        let (scene, elsewhere) = (talk(&database, 1, 2).await, talk(&database, 2, 1).await);
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let store = &database.store;
        let good = correction("Mallory", None);
        let lindsey = Actor { member: LINDSEY, ..scene.admin };
        assert!(store.correct_contact(lindsey, SEVEN, &good).await.is_err(), "it is Abby's");
        let missing = Err(ApiError::NotFound(Thing::Conversation));
        assert_eq!(store.correct_contact(elsewhere.admin, SEVEN, &good).await, missing);
        let long = correction(&"x".repeat(101), None);
        let refused = ApiError::invalid("first_name", "This name has 101 characters. Shorten it to 100.");
        assert_eq!(store.correct_contact(scene.admin, SEVEN, &long).await, Err(refused));
        let unknown = store.correct_contact(scene.admin, SEVEN, &correction("Lee", Some(&[("nick", "L")]))).await;
        assert!(matches!(unknown, Err(ApiError::Invalid { field, .. }) if field == "nick"));
        // Whoever has lost the conversation learns where it went, and corrects nothing.
        let abby = Actor { member: ABBY, ..scene.admin };
        store.reassign_one(scene.admin, SEVEN, Some(LINDSEY), OperationId(1)).await.unwrap();
        assert!(store.correct_contact(abby, SEVEN, &good).await.is_err());
        assert_eq!(known(&database, scene).await.0, "Lee ");
    }
}
