//! A database that fails in the middle of an act: nothing of it stays, and what comes after it works.

use std::time::Duration;

use handoff_core::permission::Act;
use handoff_server::model::import::Progress;
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;

use crate::database::{Database, on_both_engines};
use crate::import::{campaign, upload};

/// Longer than it takes until it is tried again.
const SOON: Duration = Duration::from_secs(20);

/// Makes every new contact fail, and every mark that an import failed. SQLite takes the whole transaction back by itself
/// then, as it does on a full disk.
async fn begin_to_fail(database: &Database) {
    let statement = match database.store.engine() {
        Engine::Sqlite => {
            "CREATE TRIGGER no_contact BEFORE INSERT ON contact BEGIN SELECT RAISE(ROLLBACK, 'failing'); END;
             CREATE TRIGGER no_mark BEFORE UPDATE ON contact_import WHEN new.status = 4
             BEGIN SELECT RAISE(ROLLBACK, 'failing'); END;"
        }
        Engine::Postgres => {
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'failing'; END $$;
             CREATE TRIGGER no_contact BEFORE INSERT ON contact FOR EACH ROW EXECUTE FUNCTION fail();
             CREATE TRIGGER no_mark BEFORE UPDATE ON contact_import FOR EACH ROW WHEN (new.status = 4)
             EXECUTE FUNCTION fail();"
        }
    };
    write(database, statement).await;
}

async fn stop_failing(database: &Database) {
    write(
        database,
        match database.store.engine() {
            Engine::Sqlite => "DROP TRIGGER no_contact; DROP TRIGGER no_mark",
            Engine::Postgres => "DROP TRIGGER no_contact ON contact; DROP TRIGGER no_mark ON contact_import",
        },
    )
    .await;
}

async fn write(database: &Database, statement: &'static str) {
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn status(database: &Database) -> i32 {
    sqlx::query_scalar("SELECT status FROM contact_import").fetch_one(database.store.reader()).await.unwrap()
}

/// Members' acts that write and that read work.
async fn goes_on(database: &Database, admin: Actor) {
    for _ in 0..40 {
        database.store.write(admin, Act::ManageCampaigns).await.unwrap().commit().await.unwrap();
        database.store.read(admin, Act::ManageCampaigns).await.unwrap().commit().await.unwrap();
    }
}

on_both_engines! {
    async fn an_import_that_fails_is_failed_even_where_that_cannot_be_written_at_first(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let (file, columns) = upload(store, admin, id, b"Phone\n2125550100\n").await;
        begin_to_fail(&database).await;
        let run = store.start_import(admin, file, columns.clone()).await.unwrap();
        run.run().await.unwrap_err();
        // Whoever asks hears it already.
        let progress = store.import_progress(admin, file).await.unwrap();
        assert!(matches!(&progress, Progress::Failed { reason } if reason.contains("nothing was imported")), "{progress:?}");
        assert_eq!(status(&database).await, 2, "it is not written down yet");
        goes_on(&database, admin).await;
        stop_failing(&database).await;
        let written = async {
            while status(&database).await != 4 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, written).await.expect("it is written down by itself");
        assert_eq!(store.import_progress(admin, file).await, Ok(progress));
        let again = store.start_import(admin, file, columns).await.unwrap();
        assert_eq!(again.run().await.unwrap().good, 1);
    }
}

on_both_engines! {
    async fn what_the_database_took_back_by_itself_breaks_nothing_after_it(database: Database) {
        let store = &database.store;
        let (admin, id) = campaign(&database, "US").await;
        let contact = "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
            VALUES ($1, 7, $2, '+12025550001', 'Lee', '', '{}')";
        begin_to_fail(&database).await;
        // More often than there are connections.
        for _ in 0..40 {
            let mut transaction = store.begin().await.unwrap();
            let added = sqlx::query(contact).bind(admin.organization.get()).bind(id.get()).execute(&mut *transaction).await;
            added.unwrap_err();
            drop(transaction);
        }
        goes_on(&database, admin).await;
    }
}
