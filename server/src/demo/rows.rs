//! Writing many rows at once.

use handoff_core::contact::Phone;
use handoff_core::conversation::ConversationState;
use handoff_core::message::{Delivery, Direction, Kind, segments};
use handoff_core::opt_out::Asks;
use handoff_core::{CampaignId, ChoiceId, FollowUpId, Instant, MemberId, OperationId, OrganizationId, QuestionId};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe, Transaction};

use crate::model::ApiError;
use crate::store::names;

/// Rows in one statement: within both engines' limits on bound values.
const BATCH: usize = 500;

/// A statement whose values are being bound.
type Binding<'a> = Query<'a, Any, AnyArguments>;

/// A transaction in one organization, and where rows go.
pub(super) struct Writer<'a> {
    pub(super) transaction: &'a mut Transaction<'static, Any>,
    pub(super) organization: OrganizationId,
}

/// A contact with its conversation.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) phone: String,
    pub(super) city: &'static str,
    pub(super) state: ConversationState,
    pub(super) assigned_at: Option<Instant>,
    /// When the initial message was sent.
    pub(super) begun_at: Option<Instant>,
    /// The operation that moved it there.
    pub(super) moved_by: Option<OperationId>,
}

/// A message of a conversation.
pub(super) struct MessageRow {
    pub(super) conversation: i64,
    pub(super) id: i64,
    pub(super) body: String,
    pub(super) at: Instant,
    pub(super) ours: Option<(MemberId, Kind, Delivery)>,
    pub(super) follow_up: Option<FollowUpId>,
}

/// An answer to a survey question.
pub(super) struct AnswerRow {
    pub(super) conversation: i64,
    pub(super) question: QuestionId,
    pub(super) choice: Option<ChoiceId>,
    pub(super) words: Option<&'static str>,
    pub(super) at: Instant,
    pub(super) by: MemberId,
}

/// Why the admins were called.
pub(super) struct EscalationRow {
    pub(super) conversation: i64,
    pub(super) note: &'static str,
    pub(super) at: Instant,
    pub(super) by: MemberId,
}

/// A number that gets no more messages.
pub(super) struct OptOutRow {
    pub(super) phone: String,
    pub(super) at: Instant,
    pub(super) by: Option<MemberId>,
}

/// `($1, $2, $3), ($4, $5, $6)`: so many rows of so many places.
fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

impl Writer<'_> {
    /// Inserts rows, many with each statement. `bind` binds all of a row's values but the first, the organization.
    async fn insert<R>(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: &[R],
        bind: impl for<'q> Fn(Binding<'q>, &'q R) -> Binding<'q>,
    ) -> Result<(), ApiError> {
        for batch in rows.chunks(BATCH) {
            let statement = format!(
                "INSERT INTO {table} (organization_id, {}) VALUES {}",
                columns.join(", "),
                places(batch.len(), columns.len() + 1)
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for row in batch {
                query = bind(query.bind(self.organization.get()), row);
            }
            query.execute(&mut **self.transaction).await?;
        }
        Ok(())
    }

    /// Writes contacts with their conversations.
    pub(super) async fn conversations(&mut self, campaign: CampaignId, rows: &[Row]) -> Result<(), ApiError> {
        let columns = ["conversation_id", "campaign_id", "phone", "first_name", "last_name", "fields"];
        self.insert("contact", &columns, rows, |query, row| {
            query
                .bind(row.id)
                .bind(campaign.get())
                .bind(row.phone.as_str())
                .bind(row.first_name)
                .bind(row.last_name)
                .bind(format!("{{\"city\":\"{}\"}}", row.city))
        })
        .await?;
        let columns = ["phone", "campaign_id", "conversation_id"];
        self.insert("contact_number", &columns, rows, |query, row| {
            query.bind(row.phone.as_str()).bind(campaign.get()).bind(row.id)
        })
        .await?;
        // Their names are found as those of an import are.
        let ids = rows.iter().map(|row| row.id);
        if let (Some(first), Some(last)) = (ids.clone().min(), ids.max()) {
            names::due(self.transaction, self.organization, campaign, first, last + 1).await?;
        }
        let columns = [
            "conversation_id",
            "campaign_id",
            "assignee_id",
            "status",
            "opted_out",
            "escalated",
            "standing",
            "waiting_since",
            "contact_wrote_at",
            "we_wrote_at",
            "assignee_wrote_at",
            "assigned_at",
            "moved_by",
        ];
        self.insert("conversation", &columns, rows, |query, Row { id, state, assigned_at, moved_by, .. }| {
            query
                .bind(*id)
                .bind(campaign.get())
                .bind(state.assignee.map(MemberId::get))
                .bind(state.status as i32)
                .bind(i32::from(state.opted_out))
                .bind(i32::from(state.escalated))
                .bind(state.standing() as i32)
                .bind(state.waiting_since.get())
                .bind(state.contact_wrote_at.map(Instant::get))
                .bind(state.we_wrote_at.map(Instant::get))
                .bind(state.assignee_wrote_at.map(Instant::get))
                .bind(assigned_at.map(Instant::get))
                .bind(moved_by.map(OperationId::get))
        })
        .await
    }

    /// Writes who joined a campaign by its link: who, when, and the first request.
    pub(super) async fn joined(
        &mut self,
        campaign: CampaignId,
        rows: &[(MemberId, Instant, OperationId)],
    ) -> Result<(), ApiError> {
        let columns = ["campaign_id", "member_id", "joined_at", "operation_id", "first_requested_at"];
        self.insert("invite_join", &columns, rows, |query, (member, at, operation)| {
            query.bind(campaign.get()).bind(member.get()).bind(at.get()).bind(operation.get()).bind(at.get())
        })
        .await
    }

    /// Writes which conversations operations gave, none of which anybody had.
    pub(super) async fn given(&mut self, rows: &[(OperationId, Vec<i64>)]) -> Result<(), ApiError> {
        let columns = ["operation_id", "first_place", "moved", "first_id", "conversations"];
        self.insert("operation_move", &columns, rows, |query, (operation, conversations)| {
            let first = conversations.iter().min().copied().unwrap_or_default();
            let list: Vec<String> = conversations.iter().map(|id| (id - first).to_string()).collect();
            let moved = i64::try_from(conversations.len()).unwrap_or(i64::MAX);
            query.bind(operation.get()).bind(0_i64).bind(moved).bind(first).bind(list.join(","))
        })
        .await
    }

    /// Writes messages, and notes which follow-ups were sent where.
    pub(super) async fn messages(&mut self, rows: &[MessageRow]) -> Result<(), ApiError> {
        let columns = [
            "conversation_id",
            "message_id",
            "direction",
            "kind",
            "delivery",
            "asks",
            "body",
            "segments",
            "written_at",
            "written_by",
            "follow_up_id",
            "gateway_id",
        ];
        self.insert("message", &columns, rows, |query, row| {
            let direction = if row.ours.is_some() { Direction::Outbound } else { Direction::Inbound };
            let segments = segments::count(&row.body).segments;
            query
                .bind(row.conversation)
                .bind(row.id)
                .bind(direction as i32)
                .bind(row.ours.map(|(_, kind, _)| kind as i32))
                .bind(row.ours.map(|(.., delivery)| delivery.number()))
                .bind(row.ours.is_none().then(|| Asks::of(&row.body) as i32))
                .bind(row.body.as_str())
                .bind(i64::try_from(segments).unwrap_or(i64::MAX))
                .bind(row.at.get())
                .bind(row.ours.map(|(by, ..)| by.get()))
                .bind(row.follow_up.map(FollowUpId::get))
                .bind(format!("demo-{}", row.id))
        })
        .await?;
        let sent: Vec<(i64, FollowUpId, Instant)> =
            rows.iter().filter_map(|row| Some((row.conversation, row.follow_up?, row.at))).collect();
        let columns = ["conversation_id", "follow_up_id", "sent_at"];
        self.insert("follow_up_sent", &columns, &sent, |query, (conversation, follow_up, at)| {
            query.bind(*conversation).bind(follow_up.get()).bind(at.get())
        })
        .await
    }

    /// Writes what was recorded of surveys.
    pub(super) async fn answers(&mut self, rows: &[AnswerRow]) -> Result<(), ApiError> {
        let columns = ["conversation_id", "question_id", "choice_id", "text", "answered_at", "answered_by"];
        self.insert("survey_answer", &columns, rows, |query, row| {
            query
                .bind(row.conversation)
                .bind(row.question.get())
                .bind(row.choice.map(ChoiceId::get))
                .bind(row.words)
                .bind(row.at.get())
                .bind(row.by.get())
        })
        .await
    }

    /// Writes why the admins were called.
    pub(super) async fn escalations(&mut self, rows: &[EscalationRow]) -> Result<(), ApiError> {
        let columns = ["conversation_id", "note", "escalated_at", "escalated_by"];
        self.insert("escalation", &columns, rows, |query, row| {
            query.bind(row.conversation).bind(row.note).bind(row.at.get()).bind(row.by.get())
        })
        .await
    }

    /// Writes who opted out, and marks all their conversations.
    pub(super) async fn opt_outs(&mut self, rows: &[OptOutRow]) -> Result<(), ApiError> {
        let columns = ["phone", "opted_out_at", "opted_out_by"];
        self.insert("opt_out", &columns, rows, |query, row| {
            query.bind(row.phone.as_str()).bind(row.at.get()).bind(row.by.map(MemberId::get))
        })
        .await?;
        sqlx::query(
            "UPDATE conversation SET opted_out = 1, standing = 6
             WHERE organization_id = $1 AND opted_out = 0 AND conversation_id IN (
                 SELECT contact_number.conversation_id FROM opt_out
                 JOIN contact_number ON contact_number.organization_id = opt_out.organization_id
                    AND contact_number.phone = opt_out.phone
                 WHERE opt_out.organization_id = $1
             )",
        )
        .bind(self.organization.get())
        .execute(&mut **self.transaction)
        .await?;
        Ok(())
    }

    /// Writes what numbers wrote that nobody knows: the id, the number, the text and when.
    pub(super) async fn strangers(&mut self, rows: &[(i64, Phone, &'static str, Instant)]) -> Result<(), ApiError> {
        let columns = ["message_id", "phone", "body", "received_at", "gateway_id"];
        self.insert("unknown_inbound", &columns, rows, |query, (id, phone, body, at)| {
            query.bind(*id).bind(phone.to_string()).bind(*body).bind(at.get()).bind(format!("demo-{id}"))
        })
        .await
    }
}
