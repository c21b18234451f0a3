//! A server without a gateway sends nothing, and says so.

use axum::http::StatusCode;
use handoff_core::sending::SendError;
use handoff_server::http::Settings;
use handoff_server::model::ApiError;
use handoff_server::model::messenger::Thread;
use serde_json::{Value, json};

use crate::browser::{Served, settings};
use crate::database::{Database, on_both_engines};

/// A conversation, 7, of an active campaign that sends at any hour.
async fn conversation(database: &Database, organization: i64) {
    let mut transaction = database.store.begin().await.unwrap();
    for statement in [
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by, opens, closes)
         VALUES ($1, 1, 'Test', 2, 'Hi!', '[]', 0, 0, 0, 1440)",
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         VALUES ($1, 7, 1, '+12025550001', 'Lee', '', '{}')",
        "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
         VALUES ($1, '+12025550001', 1, 7)",
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing)
         VALUES ($1, 7, 1, 2, 2)",
    ] {
        sqlx::query(statement).bind(organization).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

fn message() -> Value {
    json!({"conversation": 7, "message": 100, "kind": "Initial", "follow_up": null, "text": null, "all": false})
}

async fn queued(database: &Database) -> i64 {
    database.store.count_waiting().await.unwrap()
}

on_both_engines! {
    async fn nothing_is_queued_for_ever(database: Database) {
        let served = Served::with(&database, Settings { gateway: false, ..settings() });
        let admin = served.organization("ada@example.org").await;
        conversation(&database, admin.organization.get()).await;
        let cookie = served.sign_in("ada@example.org").await;
        let answer = served.call("/api/messenger/send", &cookie, message()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.error(), ApiError::Sending(SendError::NoGateway));
        // The page knows before anybody types.
        let answer = served.call("/api/messenger/thread", &cookie, json!({"conversation": 7})).await;
        let thread: Thread = serde_json::from_value(answer.json()).unwrap();
        assert_eq!(thread.refused, Some(SendError::NoGateway));
        // Opting out needs no gateway, only its confirmation does.
        let confirmation = json!({"message": 101, "text": "Goodbye"});
        let confirmed = json!({"conversation": 7, "confirmation": confirmation});
        let answer = served.call("/api/messenger/opt-out", &cookie, confirmed).await;
        assert_eq!(answer.error(), ApiError::Sending(SendError::NoGateway));
        let answer = served.call("/api/messenger/opt-out", &cookie, json!({"conversation": 7, "confirmation": null})).await;
        assert_eq!((answer.status, queued(&database).await), (StatusCode::OK, 0));
    }
}

on_both_engines! {
    async fn with_one_it_is_queued(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        conversation(&database, admin.organization.get()).await;
        let cookie = served.sign_in("ada@example.org").await;
        let answer = served.call("/api/messenger/send", &cookie, message()).await;
        assert_eq!((answer.status, queued(&database).await), (StatusCode::OK, 1), "{answer:?}");
        let answer = served.call("/api/messenger/thread", &cookie, json!({"conversation": 7})).await;
        assert_eq!(answer.json()["refused"], Value::Null);
    }
}
