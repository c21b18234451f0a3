//! Organizations, members and conversations for tests, as plain rows.

use handoff_core::permission::Role;
use handoff_core::{CampaignId, ConversationId, MemberId, OrganizationId};
use handoff_server::store::Actor;

use crate::database::Database;

/// Makes an organization with one admin.
pub async fn organization(database: &Database, country: &str) -> Actor {
    let store = &database.store;
    let organization = OrganizationId(store.next_id());
    let mut transaction = store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO organization (organization_id, name, country, created_at) VALUES ($1, 'Canvassers', $2, $3)",
    )
    .bind(organization.get())
    .bind(country)
    .bind(store.now().get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    let nobody = Actor { organization, member: MemberId(0) };
    Actor { organization, member: member(database, nobody, Role::Admin, "Ada Admin").await }
}

/// Makes an active member of the same organization.
pub async fn member(database: &Database, of: Actor, role: Role, name: &str) -> MemberId {
    let store = &database.store;
    let member = MemberId(store.next_id());
    let mut transaction = store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO member (organization_id, member_id, account_id, name, role, active, created_at)
         VALUES ($1, $2, $2, $3, $4, 1, $5)",
    )
    .bind(of.organization.get())
    .bind(member.get())
    .bind(name)
    .bind(role as i32)
    .bind(store.now().get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    member
}

/// Puts a member on a campaign.
pub async fn texter_of(database: &Database, of: Actor, campaign: CampaignId, member: MemberId) {
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(of.organization.get())
    .bind(campaign.get())
    .bind(member.get())
    .bind(database.store.now().get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}

/// Makes a conversation of a campaign.
pub async fn conversation(
    database: &Database,
    of: Actor,
    campaign: CampaignId,
    status: i32,
    opted_out: i32,
    assignee: Option<MemberId>,
) -> ConversationId {
    let conversation = ConversationId(database.store.next_id());
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, opted_out, assignee_id, standing)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(of.organization.get())
    .bind(conversation.get())
    .bind(campaign.get())
    .bind(status)
    .bind(opted_out)
    .bind(assignee.map(MemberId::get))
    .bind(if opted_out == 1 { 6 } else { status })
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    conversation
}
