//! A campaign that may send, for tests of messages.

use handoff_core::conversation::ConversationState;
use handoff_core::message::Kind;
use handoff_core::plan::Owner;
use handoff_core::{CampaignId, ConversationId, Instant, MemberId, MessageId};
use handoff_server::model::ApiError;
use handoff_server::model::conversation::Sent;
use handoff_server::store::Actor;
use handoff_server::store::send::Draft;
use sqlx::Row;

use crate::database::Database;
use crate::scene::{Scene, scene};

/// A scene whose campaign sends at any hour, with an initial message.
pub async fn talk(database: &Database, organization: i64, texters: i64) -> Scene {
    let scene = scene(database, organization, texters).await;
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(
        "UPDATE campaign SET time_zone = 'UTC', opens = 0, closes = 1440, initial_message = 'Hi {first_name|there}!'
         WHERE organization_id = $1 AND campaign_id = $2",
    )
    .bind(organization)
    .bind(scene.campaign.get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    scene
}

/// Another campaign of the same organization, alike, with the same texters.
pub async fn second_campaign(database: &Database, scene: Scene) -> Scene {
    let second = Scene { campaign: CampaignId(scene.campaign.get() + 1), ..scene };
    let mut transaction = database.store.begin().await.unwrap();
    for statement in [
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by, time_zone, opens, closes)
         SELECT organization_id, $3, 'Second campaign', status, initial_message, custom_fields, created_at, created_by,
             time_zone, opens, closes
         FROM campaign WHERE organization_id = $1 AND campaign_id = $2",
        "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at)
         SELECT organization_id, $3, member_id, added_at FROM campaign_texter
         WHERE organization_id = $1 AND campaign_id = $2",
    ] {
        sqlx::query(statement)
            .bind(scene.admin.organization.get())
            .bind(scene.campaign.get())
            .bind(second.campaign.get())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    second
}

/// A number of its own for each.
pub fn phone(number: i64) -> String {
    format!("+1202555{number:04}")
}

/// Adds a conversation that is not started, with its contact.
pub async fn contact(database: &Database, scene: Scene, id: i64, number: i64, first_name: &str, owner: Owner) {
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         VALUES ($1, $2, $3, $4, $5, '', '{}')",
    )
    .bind(scene.admin.organization.get())
    .bind(id)
    .bind(scene.campaign.get())
    .bind(phone(number))
    .bind(first_name)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
         SELECT organization_id, phone, campaign_id, conversation_id FROM contact
         WHERE organization_id = $1 AND conversation_id = $2",
    )
    .bind(scene.admin.organization.get())
    .bind(id)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, standing)
         VALUES ($1, $2, $3, $4, 2, 2)",
    )
    .bind(scene.admin.organization.get())
    .bind(id)
    .bind(scene.campaign.get())
    .bind(owner.map(MemberId::get))
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}

/// A message as the page sends it.
pub fn draft(conversation: i64, message: i64, kind: Kind, text: &str) -> Draft {
    let (conversation, message) = (ConversationId(conversation), MessageId(message));
    Draft { conversation, message, kind, follow_up: None, text: Some(text.to_owned()), all: false }
}

/// Sends as a texter of the scene.
pub async fn send(database: &Database, scene: Scene, by: MemberId, draft: &Draft) -> Result<Sent, ApiError> {
    database.store.send(Actor { member: by, ..scene.admin }, draft).await.map(|(sent, _)| sent)
}

/// What the database has of a conversation.
pub async fn state(database: &Database, scene: Scene, conversation: i64) -> ConversationState {
    let row = sqlx::query(
        "SELECT status, opted_out, escalated, assignee_id, waiting_since, contact_wrote_at, we_wrote_at,
             assignee_wrote_at
         FROM conversation WHERE organization_id = $1 AND conversation_id = $2",
    )
    .bind(scene.admin.organization.get())
    .bind(conversation)
    .fetch_one(database.store.reader())
    .await
    .unwrap();
    let instant = |column: &str| row.get::<Option<i64>, _>(column).map(Instant);
    ConversationState {
        status: handoff_core::status::Status::from_number(row.get::<i32, _>("status").into()).unwrap(),
        opted_out: row.get::<i32, _>("opted_out") == 1,
        escalated: row.get::<i32, _>("escalated") == 1,
        assignee: row.get::<Option<i64>, _>("assignee_id").map(MemberId),
        waiting_since: Instant(row.get("waiting_since")),
        contact_wrote_at: instant("contact_wrote_at"),
        we_wrote_at: instant("we_wrote_at"),
        assignee_wrote_at: instant("assignee_wrote_at"),
    }
}

/// How many rows a table has in this organization.
pub async fn rows(database: &Database, scene: Scene, table: &'static str) -> i64 {
    let statement = format!("SELECT count(*) FROM {table} WHERE organization_id = $1");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .bind(scene.admin.organization.get())
        .fetch_one(database.store.reader())
        .await
        .unwrap()
}
