//! Imports that others are let in by, and what one leaves that nobody lived to end.

use handoff_core::campaign::CampaignAction;
use handoff_core::status::Standing;
use handoff_core::{CampaignId, ImportId};
use handoff_server::model::import::{DryRun, Progress};
use handoff_server::store::engine::Engine;
use handoff_server::store::import::Run;
use handoff_server::store::{Actor, Store};

use crate::concurrency::{until_waiting, writer};
use crate::database::{Database, fresh, on_both_engines, once};
use crate::people::organization;
use crate::scene::Scene;

const FILE: &[u8] = b"Phone,First\n2125550100,Abby\n2125550101,Bea\n2125550102,Cal\n";

async fn campaign(database: &Database) -> (Actor, CampaignId) {
    let admin = organization(database, "US").await;
    (admin, database.store.create_campaign(admin, "Canvass").await.unwrap())
}

/// An import of this file, read as it is guessed, that was started.
async fn started(store: &Store, admin: Actor, campaign: CampaignId, file: &[u8]) -> (ImportId, Run) {
    let import = store.store_upload(admin, campaign, "contacts.csv", file.to_vec()).await.unwrap();
    let columns = store.read_upload(admin, import).await.unwrap().guess;
    (import, store.start_import(admin, import, columns).await.unwrap())
}

async fn import(store: &Store, admin: Actor, campaign: CampaignId, file: &[u8]) -> DryRun {
    started(store, admin, campaign, file).await.1.run().await.unwrap()
}

async fn count(store: &Store, table: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(store.reader()).await.unwrap()
}

/// Contacts, their numbers, their conversations, and imports on their way.
async fn counts(store: &Store) -> [i64; 4] {
    let mut counts = [0; 4];
    for (table, count_of) in ["contact", "contact_number", "conversation", "arrival"].into_iter().zip(&mut counts) {
        *count_of = count(store, table).await;
    }
    counts
}

async fn run(store: &Store, statements: &[String]) {
    let mut transaction = store.begin().await.unwrap();
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// An import that was running when the server stopped: three contacts with their numbers, and whether it was decided.
async fn left(store: &Store, admin: Actor, campaign: CampaignId, decided: bool) -> (ImportId, DryRun) {
    let import = store.store_upload(admin, campaign, "contacts.csv", FILE.to_vec()).await.unwrap();
    let columns = store.read_upload(admin, import).await.unwrap().guess;
    let checked = store.check_import(admin, import, columns.clone()).await.unwrap();
    let _ = store.start_import(admin, import, columns).await.unwrap();
    let organization = admin.organization;
    let result = if decided { format!("'{}'", serde_json::to_string(&checked).unwrap()) } else { "NULL".to_owned() };
    let contacts = "SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3";
    let phone = "'+1212555010' || CAST(number - 1 AS TEXT)";
    run(
        store,
        &[
            format!(
                "INSERT INTO arrival (organization_id, campaign_id, import_id, first_id, after_id, result, seen_at)
             VALUES ({organization}, {campaign}, {import}, 1, 5000, {result}, {})",
                store.now().get()
            ),
            format!(
            "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
             SELECT {organization}, number, {campaign}, {phone}, 'Left', '', '{{}}' FROM ({contacts}) AS series"
        ),
            format!(
                "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
             SELECT {organization}, {phone}, {campaign}, number FROM ({contacts}) AS series"
            ),
        ],
    )
    .await;
    (import, checked)
}

on_both_engines! {
    async fn others_write_while_an_import_runs(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database).await;
        let elsewhere = store.create_campaign(admin, "Elsewhere").await.unwrap();
        let rows = (0..30_000).map(|row| format!("212{:07},N{row}", 2_000_000 + row * 7_919 % 30_000));
        let file = std::iter::once("Phone,First".to_owned()).chain(rows).collect::<Vec<_>>().join("\n");
        let running = tokio::spawn(started(store, admin, id, file.as_bytes()).await.1.run());
        let total = async || {
            let list = store.list_campaigns(admin).await.unwrap();
            list.into_iter().find(|row| row.id == id).unwrap().counts.total()
        };
        let (mut written, mut seen) = (0, Vec::new());
        while !running.is_finished() {
            store.rename_campaign(admin, elsewhere, &format!("Elsewhere {written}")).await.unwrap();
            seen.push(total().await);
            written += 1;
        }
        assert_eq!(running.await.unwrap().unwrap().good, 30_000);
        assert!(written > 20, "{written} acts while it ran");
        assert_eq!(seen[..seen.len() / 3].iter().max(), Some(&0), "nothing of it is seen while it comes in");
        assert!(seen.is_sorted());
        assert_eq!(total().await, 30_000);
    }
}

on_both_engines! {
    async fn two_imports_into_one_campaign_at_once_are_one_after_the_other(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database).await;
        let file = |order: fn(u32) -> u32| {
            let rows = (0..3_000).map(|row| format!("212{:07},N\n", 2_000_000 + order(row)));
            format!("Phone,First\n{}", rows.collect::<String>()).into_bytes()
        };
        let one = import(store, admin, id, &file(|row| row)).await;
        assert_eq!((one.good, one.present), (3_000, 0));
        let (one, other) = (file(|row| row + 2_000), file(|row| 7_000 - row));
        let (one, other) = tokio::join!(import(store, admin, id, &one), import(store, admin, id, &other));
        // 2,000 to 4,999 and 4,001 to 7,000, of which 2,000 to 2,999 were there and 4,001 to 4,999 are in both.
        assert_eq!(one.good + other.good, 2_000 + 2_001);
        assert_eq!(one.present + other.present, 1_000 + 999);
        let total = 3_000 + 4_001;
        let [contacts, numbers, conversations, arrivals] = counts(store).await;
        assert_eq!([contacts, numbers, conversations, arrivals], [total, total, total, 0]);
        let strays = "SELECT count(*) FROM contact_number JOIN contact ON contact.organization_id = contact_number.organization_id
            AND contact.phone = contact_number.phone AND contact.conversation_id <> contact_number.conversation_id";
        let strays: i64 = sqlx::query_scalar(strays).fetch_one(store.reader()).await.unwrap();
        assert_eq!(strays, 0, "what comes in from a number goes to its contact");
        assert_eq!(store.take_in_names().await, Ok(7_001), "all of their names are due");
    }
}

once! {
async fn what_an_import_left_that_was_not_decided_is_removed() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let elsewhere = store.create_campaign(admin, "Elsewhere").await.unwrap();
    import(store, admin, elsewhere, FILE).await;
    let (failed, _) = left(store, admin, id, false).await;
    assert_eq!(counts(store).await, [6, 6, 3, 1]);
    assert_eq!(store.mark_interrupted_imports().await, Ok(1));
    store.finish_interrupted_imports().await.unwrap();
    assert_eq!(counts(store).await, [3, 3, 3, 0], "those of the other campaign stay");
    assert!(matches!(store.import_progress(admin, failed).await, Ok(Progress::Failed { .. })));
    assert_eq!(import(store, admin, id, FILE).await.good, 3);
}
}

once! {
async fn what_an_import_left_that_was_decided_is_completed() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let (decided, checked) = left(store, admin, id, true).await;
    // One of them came in before the server stopped, and was written to. One has opted out since.
    let organization = admin.organization;
    run(
        store,
        &[
            format!(
                "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing)
             VALUES ({organization}, 1, {id}, 3, 3)"
            ),
            format!(
                "INSERT INTO opt_out (organization_id, phone, opted_out_at) VALUES ({organization}, '+12125550101', 1)"
            ),
        ],
    )
    .await;
    // Archived or not: it was decided before.
    store.act_on_campaign(admin, id, CampaignAction::Archive).await.unwrap();
    assert_eq!(store.mark_interrupted_imports().await, Ok(0));
    store.finish_interrupted_imports().await.unwrap();
    assert_eq!(counts(store).await, [3, 3, 3, 0]);
    let Ok(Progress::Done { result, .. }) = store.import_progress(admin, decided).await else { panic!("done") };
    assert_eq!(result, DryRun { opted_out: 1, ..checked });
    let counts = store.list_campaigns(admin).await.unwrap()[0].counts;
    let standings = [Standing::Replied, Standing::NotStarted, Standing::OptedOut];
    assert_eq!(standings.map(|standing| counts.get(standing)), [1, 1, 1]);
    // Once is enough.
    store.finish_interrupted_imports().await.unwrap();
    assert_eq!(crate::arriving::counts(store).await, [3, 3, 3, 0]);
}
}

once! {
async fn the_next_import_into_the_campaign_looks_after_what_another_process_left() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    for decided in [false, true] {
        let (admin, id) = campaign(&database).await;
        let (lost, _) = left(store, admin, id, decided).await;
        let mut next = tokio::spawn(started(store, admin, id, FILE).await.1.run());
        // As long as it may still run, it is waited for.
        let waited = tokio::time::timeout(std::time::Duration::from_millis(500), &mut next).await;
        assert!(waited.is_err(), "it was heard of just now");
        database.clock.advance_seconds(61);
        let next = next.await.unwrap().unwrap();
        let expected = if decided { (0, 3) } else { (3, 0) };
        assert_eq!((next.good, next.present), expected);
        if decided {
            assert!(matches!(store.import_progress(admin, lost).await, Ok(Progress::Done { .. })));
        }
        let [contacts, numbers, conversations, arrivals] = counts(store).await;
        assert_eq!((contacts, numbers, arrivals), (conversations, conversations, 0));
    }
}
}

once! {
async fn an_import_that_is_started_again_does_not_wait_for_itself() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    // What came in could not be removed when it failed: there was no room.
    let (failed, _) = left(store, admin, id, false).await;
    run(store, &[format!("UPDATE contact_import SET status = 4, result = '\"No room.\"' WHERE import_id = {failed}")])
        .await;
    let columns = store.read_upload(admin, failed).await.unwrap().guess;
    let again = store.start_import(admin, failed, columns).await.unwrap().run();
    let done = tokio::time::timeout(std::time::Duration::from_secs(30), again).await.expect("it goes on at once");
    assert_eq!(done.unwrap().good, 3);
    assert_eq!(counts(store).await, [3, 3, 3, 0]);
}
}

once! {
async fn an_import_that_fails_leaves_nothing() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let (upload, import) = started(store, admin, id, FILE).await;
    run(
        store,
        &["CREATE TRIGGER broken BEFORE INSERT ON contact_number WHEN new.phone = '+12125550102'
        BEGIN SELECT RAISE(FAIL, 'no room'); END"
            .to_owned()],
    )
    .await;
    assert!(import.run().await.is_err());
    assert_eq!(counts(store).await, [0, 0, 0, 0]);
    assert!(matches!(store.import_progress(admin, upload).await, Ok(Progress::Failed { .. })));
    run(store, &["DROP TRIGGER broken".to_owned()]).await;
    let columns = store.read_upload(admin, upload).await.unwrap().guess;
    assert_eq!(store.start_import(admin, upload, columns).await.unwrap().run().await.unwrap().good, 3);
}
}

once! {
async fn an_import_that_is_decided_goes_on_once_the_database_takes_it() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let (upload, import) = started(store, admin, id, FILE).await;
    run(
        store,
        &["CREATE TRIGGER broken BEFORE INSERT ON conversation BEGIN SELECT RAISE(FAIL, 'no room'); END".to_owned()],
    )
    .await;
    let mut running = tokio::spawn(import.run());
    let waited = tokio::time::timeout(std::time::Duration::from_millis(500), &mut running).await;
    assert!(waited.is_err());
    assert_eq!(counts(store).await, [3, 3, 0, 1]);
    assert!(matches!(store.import_progress(admin, upload).await, Ok(Progress::Running { .. })));
    run(store, &["DROP TRIGGER broken".to_owned()]).await;
    assert_eq!(running.await.unwrap().unwrap().good, 3);
    assert_eq!(counts(store).await, [3, 3, 3, 0]);
}
}

// On PostgreSQL each would wait for numbers of the other, in a circle.
once! {
async fn an_import_waits_until_the_one_before_it_has_ended_and_brings_nothing_until_then() {
    let database = fresh(Engine::Postgres).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let (first, second) = (started(store, admin, id, FILE).await.1, started(store, admin, id, FILE).await.1);
    let sending = writer(&database, Scene { admin, campaign: id }).await;
    let first = tokio::spawn(first.run());
    until_waiting(&database, 1).await;
    let second = tokio::spawn(second.run());
    let waiting = tokio::time::timeout(std::time::Duration::from_secs(20), until_waiting(&database, 2));
    waiting.await.expect("it waits for its turn, and for no number");
    sending.commit().await.unwrap();
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!((first.good, second.good, second.present), (3, 0, 3));
    let believed: i64 = sqlx::query_scalar("SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'contact'")
        .fetch_one(store.reader())
        .await
        .unwrap();
    assert_eq!(believed, 3, "statements are planned by what there is now");
}
}

// On PostgreSQL all of it is there, and seen by nobody, when the import waits for the campaign.
once! {
async fn who_opts_out_or_in_again_while_an_import_ends_stands_so_in_it() {
    let database = fresh(Engine::Postgres).await;
    let store = &database.store;
    let (admin, id) = campaign(&database).await;
    let number = |last: u8| format!("+121255501{last:02}").parse().unwrap();
    store.opt_number(admin, number(0), true).await.unwrap();
    store.opt_number(admin, number(2), true).await.unwrap();
    let (_, import) = started(store, admin, id, FILE).await;
    let sending = writer(&database, Scene { admin, campaign: id }).await;
    let importing = tokio::spawn(import.run());
    until_waiting(&database, 1).await;
    database.clock.advance_seconds(60);
    store.opt_number(admin, number(1), true).await.unwrap();
    store.opt_number(admin, number(2), false).await.unwrap();
    sending.commit().await.unwrap();
    let result = importing.await.unwrap().unwrap();
    assert_eq!((result.good, result.opted_out), (3, 2));
    let counts = store.list_campaigns(admin).await.unwrap()[0].counts;
    assert_eq!((counts.get(Standing::OptedOut), counts.get(Standing::NotStarted)), (2, 1));
    let out: Vec<String> = sqlx::query_scalar(
        "SELECT contact.phone FROM contact JOIN conversation
             ON conversation.organization_id = contact.organization_id
             AND conversation.conversation_id = contact.conversation_id
         WHERE conversation.opted_out = 1 ORDER BY contact.phone",
    )
    .fetch_all(store.reader())
    .await
    .unwrap();
    assert_eq!(out, ["+12125550100", "+12125550101"]);
}
}
