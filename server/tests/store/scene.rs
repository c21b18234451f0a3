//! A campaign to test with: an organization, an admin, texters, conversations in any state.

use handoff_core::plan::Owner;
use handoff_core::status::{Standing, Status};
use handoff_core::{CampaignId, ConversationId, MemberId, OrganizationId};
use handoff_server::store::Actor;
use sqlx::Row;

use crate::database::{Database, START};

/// Ids of a scene are its own, so that two scenes share a database.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// The admin who acts.
    pub admin: Actor,
    /// The campaign.
    pub campaign: CampaignId,
}

/// A conversation as the tests make it.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Who holds it.
    pub owner: Owner,
    /// Its status.
    pub status: Status,
    /// Whether its contact opted out.
    pub opted_out: bool,
    /// Since when it waits.
    pub waiting_since: i64,
}

/// Texters have the ids 1 to `texters`; the admin has 1000.
pub async fn scene(database: &Database, organization: i64, texters: i64) -> Scene {
    let campaign = CampaignId(organization * 1_000_000);
    let admin = MemberId(1_000);
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query("INSERT INTO organization (organization_id, name, country, created_at) VALUES ($1, 'Test', 'US', $2)")
        .bind(organization)
        .bind(START.get())
        .execute(&mut *transaction)
        .await
        .unwrap();
    for member in (1..=texters).chain([admin.get()]) {
        sqlx::query(
            "INSERT INTO member (organization_id, member_id, account_id, name, role, active, created_at)
             VALUES ($1, $2, $3, $4, $5, 1, $6)",
        )
        .bind(organization)
        .bind(member)
        .bind(organization * 10_000 + member)
        .bind(format!("Texter {member}"))
        .bind(if member == admin.get() { 1 } else { 2 })
        .bind(START.get())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    sqlx::query(
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by)
         VALUES ($1, $2, 'Test campaign', 2, '', '[]', $3, $4)",
    )
    .bind(organization)
    .bind(campaign.get())
    .bind(START.get())
    .bind(admin.get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    for member in 1..=texters {
        sqlx::query(
            "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(organization)
        .bind(campaign.get())
        .bind(member)
        .bind(START.get())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
    Scene { admin: Actor { organization: OrganizationId(organization), member: admin }, campaign }
}

/// Adds conversations, the first with id `first`.
pub async fn add(database: &Database, scene: Scene, first: i64, conversations: &[Made]) {
    let mut transaction = database.store.begin().await.unwrap();
    for (made, id) in conversations.iter().zip(first..) {
        sqlx::query(
            "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, opted_out,
                 standing, waiting_since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(scene.admin.organization.get())
        .bind(id)
        .bind(scene.campaign.get())
        .bind(made.owner.map(MemberId::get))
        .bind(made.status as i32)
        .bind(i32::from(made.opted_out))
        .bind(Standing::of(made.status, made.opted_out) as i32)
        .bind(made.waiting_since)
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
}

/// So many conversations not started, held by `owner`.
pub async fn add_not_started(database: &Database, scene: Scene, first: i64, owner: Owner, count: usize) {
    let made = Made { owner, status: Status::NotStarted, opted_out: false, waiting_since: 0 };
    add(database, scene, first, &vec![made; count]).await;
}

/// Everything in one campaign: id and owner, by id.
pub async fn owners(database: &Database, scene: Scene) -> Vec<(ConversationId, Owner)> {
    sqlx::query(
        "SELECT conversation_id, assignee_id FROM conversation WHERE organization_id = $1 AND campaign_id = $2
         ORDER BY conversation_id",
    )
    .bind(scene.admin.organization.get())
    .bind(scene.campaign.get())
    .fetch_all(database.store.reader())
    .await
    .unwrap()
    .iter()
    .map(|row| {
        let owner: Option<i64> = row.get("assignee_id");
        (ConversationId(row.get("conversation_id")), owner.map(MemberId))
    })
    .collect()
}

/// Runs one statement of the test's own with two numbers.
pub async fn run(database: &Database, statement: &'static str, first: i64, second: i64) {
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(statement).bind(first).bind(second).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}
