//! The made-up organization holds together: what is counted, what was said and what was prepared agree.

use handoff_core::{CampaignId, MemberId, OrganizationId};
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use sqlx::Row;

use crate::database::{Database, fresh, on_both_engines};

/// How many rows a statement counts.
async fn count(database: &Database, statement: &'static str) -> i64 {
    sqlx::query(statement).fetch_one(database.store.reader()).await.unwrap().get(0)
}

/// Things that must not be there, each as what counts them.
const CONTRADICTIONS: [(&str, &str); 12] = [
    (
        "a contact whose name is neither taken in nor due",
        "SELECT count(*) FROM contact WHERE NOT EXISTS (
             SELECT 1 FROM name_due WHERE name_due.organization_id = contact.organization_id
                 AND name_due.campaign_id = contact.campaign_id
                 AND contact.conversation_id BETWEEN name_due.first_id AND name_due.after_id - 1)
             AND NOT EXISTS (
             SELECT 1 FROM contact_name WHERE contact_name.organization_id = contact.organization_id
                 AND contact_name.campaign_id = contact.campaign_id
                 AND contact_name.conversation_id = contact.conversation_id)",
    ),
    ("an invite link that its page cannot name", "SELECT count(*) FROM invite_link WHERE link_id IS NULL"),
    (
        "a conversation that was begun, without a message",
        "SELECT count(*) FROM conversation WHERE status <> 2 AND NOT EXISTS (
             SELECT 1 FROM message WHERE message.organization_id = conversation.organization_id
                 AND message.conversation_id = conversation.conversation_id)",
    ),
    (
        "a conversation that was not begun, with a message",
        "SELECT count(*) FROM conversation WHERE status = 2 AND EXISTS (
             SELECT 1 FROM message WHERE message.organization_id = conversation.organization_id
                 AND message.conversation_id = conversation.conversation_id)",
    ),
    (
        "times that are not those of the last messages; 4 and 5 are confirmations, which are no answers",
        "SELECT count(*) FROM (
             SELECT conversation.contact_wrote_at, conversation.we_wrote_at,
                 max(CASE WHEN message.direction = 1 THEN message.written_at END) AS theirs,
                 max(CASE WHEN message.kind <= 3 THEN message.written_at END) AS ours
             FROM conversation
             LEFT JOIN message ON message.organization_id = conversation.organization_id
                 AND message.conversation_id = conversation.conversation_id
             GROUP BY conversation.conversation_id, conversation.contact_wrote_at, conversation.we_wrote_at
         ) AS written
         WHERE coalesce(contact_wrote_at, 0) <> coalesce(theirs, 0) OR coalesce(we_wrote_at, 0) <> coalesce(ours, 0)",
    ),
    (
        "a status that the last message contradicts",
        "SELECT count(*) FROM conversation
         WHERE (status = 1 AND coalesce(contact_wrote_at, 0) < coalesce(we_wrote_at, 0))
             OR (status = 3 AND (contact_wrote_at IS NULL OR contact_wrote_at > we_wrote_at))
             OR (status = 4 AND contact_wrote_at IS NOT NULL)",
    ),
    (
        "an opt-out in one place and not in the other",
        "SELECT count(*) FROM contact
         JOIN conversation ON conversation.organization_id = contact.organization_id
             AND conversation.conversation_id = contact.conversation_id
         LEFT JOIN opt_out ON opt_out.organization_id = contact.organization_id AND opt_out.phone = contact.phone
         WHERE conversation.opted_out <> CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "a call for the admins without its note, or one that somebody holds",
        "SELECT count(*) FROM conversation
         LEFT JOIN escalation ON escalation.organization_id = conversation.organization_id
             AND escalation.conversation_id = conversation.conversation_id
         WHERE conversation.escalated <> CASE WHEN escalation.note IS NULL THEN 0 ELSE 1 END
             OR (conversation.escalated = 1 AND conversation.assignee_id IS NOT NULL)",
    ),
    (
        "a request that gave other conversations than those which the texter holds by it",
        "SELECT count(*) FROM operation
         WHERE kind = 5 AND moved <> (
             SELECT count(*) FROM conversation
             WHERE conversation.organization_id = operation.organization_id
                 AND conversation.moved_by = operation.operation_id
                 AND conversation.assignee_id = operation.committed_by
                 AND conversation.assigned_at = operation.committed_at)",
    ),
    (
        "a conversation that was begun before it was requested",
        "SELECT count(*) FROM conversation
         JOIN message ON message.organization_id = conversation.organization_id
             AND message.conversation_id = conversation.conversation_id
         WHERE conversation.moved_by IS NOT NULL AND message.written_at < conversation.assigned_at",
    ),
    (
        "a message from the future, or from before its campaign",
        "SELECT count(*) FROM message
         JOIN conversation ON conversation.organization_id = message.organization_id
             AND conversation.conversation_id = message.conversation_id
         JOIN campaign ON campaign.organization_id = conversation.organization_id
             AND campaign.campaign_id = conversation.campaign_id
         WHERE message.written_at > 1793534400000000 OR message.written_at < campaign.created_at",
    ),
    (
        "a follow-up outside of its time",
        "SELECT count(*) FROM follow_up_sent
         JOIN follow_up ON follow_up.organization_id = follow_up_sent.organization_id
             AND follow_up.follow_up_id = follow_up_sent.follow_up_id
         WHERE follow_up_sent.sent_at < follow_up.created_at OR follow_up_sent.sent_at >= follow_up.expires_at",
    ),
];

/// What a visitor finds: at least so many of each.
const FINDS: [(&str, i64, &str); 12] = [
    ("messages", 4_000, "SELECT count(*) FROM message"),
    ("people who wait for an answer", 150, "SELECT count(*) FROM conversation WHERE standing = 1"),
    ("opt-outs by word", 20, "SELECT count(*) FROM opt_out WHERE opted_out_by IS NULL"),
    ("opt-outs by hand", 5, "SELECT count(*) FROM opt_out WHERE opted_out_by IS NOT NULL"),
    ("escalated conversations", 8, "SELECT count(*) FROM conversation WHERE escalated = 1"),
    ("answers to surveys", 300, "SELECT count(*) FROM survey_answer"),
    ("replies for every campaign", 3, "SELECT count(*) FROM recommended_reply WHERE campaign_id IS NULL"),
    ("follow-ups that go on", 1, "SELECT count(*) FROM follow_up WHERE expires_at > 1793534400000000"),
    ("follow-ups that are over", 1, "SELECT count(*) FROM follow_up WHERE expires_at < 1793534400000000"),
    ("requests", 8, "SELECT count(*) FROM operation WHERE kind = 5"),
    ("texters who joined by link", 3, "SELECT count(*) FROM invite_join"),
    ("unknown numbers", 3, "SELECT count(*) FROM unknown_inbound"),
];

on_both_engines! {
    async fn the_demo_holds_together(database: Database) {
        handoff_server::demo::fill(&database.store, 1).await.unwrap();
        for (what, statement) in CONTRADICTIONS {
            assert_eq!(count(&database, statement).await, 0, "{what}");
        }
        for (what, least, statement) in FINDS {
            let found = count(&database, statement).await;
            assert!(found >= least, "{what}: {found}");
        }
        let row = sqlx::query("SELECT organization_id, campaign_id, made_by FROM invite_link")
            .fetch_one(database.store.reader())
            .await
            .unwrap();
        let admin = Actor { organization: OrganizationId(row.get(0)), member: MemberId(row.get(2)) };
        let shown = database.store.self_assignment(admin, CampaignId(row.get(1))).await.unwrap();
        assert!(shown.invite.is_some_and(|invite| invite.link.is_some()), "its invite link can be copied");
        let unassigned = "SELECT count(*) FROM conversation
            JOIN campaign ON campaign.organization_id = conversation.organization_id
                AND campaign.campaign_id = conversation.campaign_id
            WHERE campaign.name = 'Weekend of action' AND conversation.assignee_id IS NULL";
        assert_eq!(count(&database, unassigned).await, 1_240);
    }
}

/// How many conversations of each texter stand where, in the demo as it is made at an hour.
async fn standings(hours: i64) -> Vec<(i32, i64)> {
    let database = fresh(Engine::Sqlite).await;
    database.clock.advance_seconds(hours * 3_600);
    handoff_server::demo::fill(&database.store, 1).await.unwrap();
    let statement = "SELECT standing, count(*) AS conversations FROM conversation
        GROUP BY campaign_id, assignee_id, standing ORDER BY campaign_id, assignee_id, standing";
    let rows = sqlx::query(statement).fetch_all(database.store.reader()).await.unwrap();
    rows.iter().map(|row| (row.get("standing"), row.get("conversations"))).collect()
}

#[tokio::test]
async fn the_demo_is_the_same_at_every_hour() {
    let noon = standings(0).await;
    for hours in [4, 9, 15, 20] {
        assert_eq!(standings(hours).await, noon, "{hours} hours later");
    }
}
