//! Two servers whose clocks show the same make the same ids: what comes second takes another one.

use std::collections::BTreeSet;

use handoff_core::permission::Role;
use handoff_server::store::Store;

use crate::database::{Database, on_both_engines};
use crate::scene::scene;

/// Two servers on the database that will make the same ids.
async fn servers(database: &Database) -> [Store; 2] {
    let one = Store::open(&database.address, database.clock.clone()).await.unwrap();
    let other = Store::open(&database.address, database.clock.clone()).await.unwrap();
    assert_eq!(one.clone().next_id(), other.next_id());
    [one, other]
}

on_both_engines! {
    async fn what_two_servers_make_in_one_millisecond_is_there_twice(database: Database) {
        let scene = scene(&database, 1, 1).await;
        let admin = scene.admin;
        let mut campaigns = BTreeSet::new();
        for store in servers(&database).await {
            campaigns.insert(store.create_campaign(admin, "Spring").await.unwrap());
        }
        for store in servers(&database).await {
            campaigns.insert(store.copy_campaign(admin, scene.campaign, "Autumn").await.unwrap());
        }
        assert_eq!(campaigns.len(), 4);

        let mut members = BTreeSet::new();
        for (number, store) in servers(&database).await.into_iter().enumerate() {
            let address = format!("{number}@example.org");
            let made = store.create_member(admin, "Abby", &address, Role::Texter, None).await.unwrap();
            members.insert(made.id);
            // The same person twice is still refused.
            assert!(store.create_member(admin, "Abby", &address, Role::Texter, None).await.is_err());
        }
        assert_eq!(members.len(), 2);

        let mut imports = BTreeSet::new();
        for store in servers(&database).await {
            let file = b"phone\n212-555-0100\n".to_vec();
            imports.insert(store.store_upload(admin, scene.campaign, "contacts.csv", file).await.unwrap());
        }
        assert_eq!(imports.len(), 2);

        let mut links = BTreeSet::new();
        for store in servers(&database).await {
            links.insert(store.make_invite(admin, scene.campaign).await.unwrap().link);
        }
        assert_eq!(links.len(), 2);
    }
}
