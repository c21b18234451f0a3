//! A campaign as CSV, in pages: however large it is, no more than a page of it is in memory.

use std::collections::BTreeMap;

use handoff_core::csv::{cell, headers};
use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::permission::Act;
use handoff_core::{CampaignId, Instant};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::campaign::find;
use super::engine::Engine;
use super::row::stored;
use super::state::state;
use super::{Actor, Store};
use crate::model::ApiError;

/// The contact of each row of a `page`, found by its key. `LIMIT` and `CROSS JOIN` keep the engines from anything else:
/// they would rather read all contacts, for each page again.
macro_rules! contacts {
    (sqlite) => {
        " CROSS JOIN contact ON contact.organization_id = page.organization_id
            AND contact.conversation_id = page.conversation_id"
    };
    (postgres) => {
        " CROSS JOIN LATERAL (
            SELECT contact.campaign_id, contact.phone, contact.first_name, contact.last_name, contact.fields
            FROM contact
            WHERE contact.organization_id = page.organization_id AND contact.conversation_id = page.conversation_id
            LIMIT 1
        ) AS contact"
    };
}

/// The address of the member of a row: names repeat.
macro_rules! address {
    () => {
        "coalesce((SELECT account.email FROM account WHERE account.account_id = member.account_id), '')"
    };
}

/// Where a page of whole conversations ends: at the conversation of the row with which it is full, or the last one. Thus
/// rows of a conversation can be in the order in which they were written, which their key does not tell.
macro_rules! edge {
    ($table:literal, $key:literal) => {
        concat!(
            "coalesce((
                SELECT edge.conversation_id FROM ",
            $table,
            " AS edge
                WHERE edge.organization_id = $1 AND edge.conversation_id > $2 AND edge.conversation_id <= $3
                ORDER BY edge.conversation_id, edge.",
            $key,
            " LIMIT 1 OFFSET $4
            ), $3)"
        )
    };
}

/// All statements of an engine: a page by the primary key, between the campaign's first and last conversation. What
/// lies between them of other campaigns is left out when it is written. `$4` is the rows of a page less one.
macro_rules! pages {
    ($engine:ident) => {
        [
            concat!(
                "SELECT page.conversation_id AS page_key, contact.campaign_id,
                    contact.phone, contact.first_name, contact.last_name, contact.fields, page.assigned_at,
                    coalesce(member.name, '') AS owner_name, ",
                address!(),
                " AS owner_address, page.status, page.opted_out, page.escalated,
                    page.assignee_id, page.waiting_since, page.contact_wrote_at, page.we_wrote_at,
                    page.assignee_wrote_at
                FROM (
                    SELECT * FROM conversation
                    WHERE organization_id = $1 AND conversation_id > $2 AND conversation_id <= $3
                    ORDER BY conversation_id
                    LIMIT $4 + 1
                ) AS page",
                contacts!($engine),
                " LEFT JOIN member ON member.organization_id = page.organization_id
                    AND member.member_id = page.assignee_id
                ORDER BY page.conversation_id"
            ),
            concat!(
                "SELECT page.conversation_id AS page_key, page.message_id, contact.campaign_id,
                    contact.phone, contact.first_name, contact.last_name, page.direction, page.kind, page.delivery,
                    page.written_at, page.segments, page.body, coalesce(member.name, '') AS written_by, ",
                address!(),
                " AS written_by_address
                FROM (
                    SELECT * FROM message
                    WHERE organization_id = $1 AND conversation_id > $2 AND conversation_id <= ",
                edge!("message", "message_id"),
                ") AS page",
                contacts!($engine),
                " LEFT JOIN member ON member.organization_id = page.organization_id
                    AND member.member_id = page.written_by
                ORDER BY page.conversation_id, page.sequence, page.written_at, page.message_id"
            ),
            // With what was recorded under questions and choices that were deleted since.
            concat!(
                "SELECT page.conversation_id AS page_key, contact.campaign_id,
                    contact.phone, contact.first_name, contact.last_name, survey_question.text AS question,
                    coalesce(survey_choice.text, page.text, '') AS answer, page.answered_at,
                    coalesce(member.name, '') AS answered_by, ",
                address!(),
                " AS answered_by_address
                FROM (
                    SELECT * FROM survey_answer
                    WHERE organization_id = $1 AND conversation_id > $2 AND conversation_id <= ",
                edge!("survey_answer", "question_id"),
                ") AS page",
                contacts!($engine),
                " JOIN survey_question ON survey_question.organization_id = page.organization_id
                    AND survey_question.question_id = page.question_id
                LEFT JOIN survey_choice ON survey_choice.organization_id = page.organization_id
                    AND survey_choice.question_id = page.question_id AND survey_choice.choice_id = page.choice_id
                LEFT JOIN member ON member.organization_id = page.organization_id
                    AND member.member_id = page.answered_by
                ORDER BY page.conversation_id, page.answered_at, survey_question.place, page.question_id"
            ),
        ]
    };
}

/// Read from `conversation_by_assignee` alone. 0 and 0 for a campaign without conversations.
const BOUNDS: &str = "
    SELECT coalesce(min(conversation_id), 0) AS first, coalesce(max(conversation_id), 0) AS last, count(*) AS conversations
    FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2";

const SQLITE: [&str; 3] = pages!(sqlite);

const POSTGRES: [&str; 3] = pages!(postgres);

const fn page_statements(engine: Engine) -> [&'static str; 3] {
    match engine {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    }
}

/// The statements of this file, for the test that prepares each on both engines.
pub const fn statements(engine: Engine) -> [&'static str; 4] {
    let [conversations, messages, answers] = page_statements(engine);
    [BOUNDS, conversations, messages, answers]
}

/// The fewest rows of a page that is not the last: it ends with a whole conversation.
const PAGE: i64 = 5_000;

/// What of a campaign is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every conversation, with its contact, its status and its owner.
    Conversations,
    /// Every message.
    Messages,
    /// Every answer to a survey question.
    Answers,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Conversations, Self::Messages, Self::Answers];

    /// The name of its file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations.csv",
            Self::Messages => "messages.csv",
            Self::Answers => "answers.csv",
        }
    }

    const fn statement(self, engine: Engine) -> &'static str {
        let [conversations, messages, answers] = page_statements(engine);
        match self {
            Self::Conversations => conversations,
            Self::Messages => messages,
            Self::Answers => answers,
        }
    }
}

/// An export under way.
#[derive(Clone)]
pub struct Export {
    store: Store,
    actor: Actor,
    campaign: CampaignId,
    part: Part,
    custom_fields: Vec<String>,
    /// The last conversation that was read: at first, before the campaign's first one.
    after: i64,
    /// The campaign's last conversation.
    last: i64,
    begun: bool,
    ended: bool,
}

impl Store {
    /// Begins to export a part of a campaign. Answers the campaign's name too.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn export(&self, actor: Actor, campaign: CampaignId, part: Part) -> Result<(String, Export), ApiError> {
        let mut transaction = self.read(actor, Act::Export).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        let bounds = sqlx::query(BOUNDS)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .fetch_one(&mut *transaction)
            .await?;
        let export = Export {
            store: self.clone(),
            actor,
            campaign,
            part,
            custom_fields: found.custom_fields,
            after: bounds.try_get::<i64, _>("first")? - 1,
            last: bounds.try_get("last")?,
            begun: false,
            ended: false,
        };
        Ok((found.name, export))
    }
}

impl Export {
    /// Writes the next page: its rows as CSV. None when there are no more.
    ///
    /// Each page is read on its own, so that a slow download holds up nobody: what changes meanwhile may be in it or
    /// not, and each row is there once.
    ///
    /// # Errors
    /// If the member may not any more, or the database fails: then the file is not complete.
    pub async fn page(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        if self.ended {
            return Ok(None);
        }
        let mut transaction = self.store.read(self.actor, Act::Export).await?;
        let rows = self.read(&mut transaction).await?;
        transaction.commit().await?;
        self.ended = rows.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        // With a byte-order mark, spreadsheets know that it is UTF-8.
        let begun = if self.begun { Vec::new() } else { "\u{feff}".as_bytes().to_vec() };
        let mut writer = csv::Writer::from_writer(begun);
        if !self.begun {
            self.begun = true;
            self.header(&mut writer).map_err(|error| broken(&error))?;
        }
        for row in &rows {
            self.after = row.try_get("page_key")?;
            if row.try_get::<i64, _>("campaign_id")? == self.campaign.get() {
                let record = self.record(row)?;
                let cells = record.iter().map(|text| cell(text).into_owned());
                writer.write_record(cells).map_err(|error| broken(&error))?;
            }
        }
        let bytes = writer.into_inner().map_err(|error| broken(&error.into_error().into()))?;
        Ok(Some(bytes))
    }

    /// Reads a page: conversation by conversation, and within one in the order in which it was written.
    async fn read(&self, transaction: &mut Transaction<'static, Any>) -> Result<Vec<AnyRow>, ApiError> {
        let query = sqlx::query(self.part.statement(self.store.engine))
            .bind(self.actor.organization.get())
            .bind(self.after)
            .bind(self.last)
            .bind(PAGE - 1);
        Ok(query.fetch_all(&mut **transaction).await?)
    }

    fn header(&self, writer: &mut csv::Writer<Vec<u8>>) -> Result<(), csv::Error> {
        let mut ours = vec!["conversation", "phone", "first_name", "last_name"];
        ours.extend_from_slice(match self.part {
            Part::Conversations => &[
                "assignee",
                "assignee_email",
                "status",
                "opted_out",
                "escalated",
                "assigned_at_utc",
                "contact_wrote_at_utc",
                "we_wrote_at_utc",
            ],
            Part::Messages => &[
                "message",
                "from",
                "kind",
                "delivery",
                "written_at_utc",
                "written_by",
                "written_by_email",
                "segments",
                "text",
            ],
            Part::Answers => &["question", "answer", "answered_at_utc", "answered_by", "answered_by_email"],
        });
        let custom: &[String] = if self.part == Part::Conversations { &self.custom_fields } else { &[] };
        writer.write_record(headers(&ours, custom).iter().map(|name| cell(name).into_owned()))
    }

    fn record(&self, row: &AnyRow) -> Result<Vec<String>, ApiError> {
        let text = |column: &str| -> Result<String, ApiError> { Ok(row.try_get(column)?) };
        let mut record = vec![
            row.try_get::<i64, _>("page_key")?.to_string(),
            text("phone")?,
            text("first_name")?,
            text("last_name")?,
        ];
        match self.part {
            Part::Conversations => {
                let state = state(row)?;
                let assigned_at = row.try_get::<Option<i64>, _>("assigned_at")?.map(Instant);
                record.extend([
                    text("owner_name")?,
                    text("owner_address")?,
                    state.status.label().to_owned(),
                    yes(state.opted_out),
                    yes(state.escalated),
                    time(assigned_at),
                    time(state.contact_wrote_at),
                    time(state.we_wrote_at),
                ]);
                let mut fields: BTreeMap<String, String> = stored(&text("fields")?)?;
                record.extend(self.custom_fields.iter().map(|name| fields.remove(name).unwrap_or_default()));
            }
            Part::Messages => {
                let number = |column: &str| -> Result<Option<i64>, ApiError> {
                    Ok(row.try_get::<Option<i32>, _>(column)?.map(i64::from))
                };
                let inbound = number("direction")? == Some(Direction::Inbound as i64);
                let kind = number("kind")?.and_then(Kind::from_number).map(Kind::label);
                let delivery = number("delivery")?.and_then(Delivery::from_number).map(Delivery::label);
                record.extend([
                    row.try_get::<i64, _>("message_id")?.to_string(),
                    if inbound { "contact" } else { "us" }.to_owned(),
                    kind.unwrap_or_default().to_owned(),
                    delivery.unwrap_or_default().to_owned(),
                    time(Some(Instant(row.try_get("written_at")?))),
                    text("written_by")?,
                    text("written_by_address")?,
                    row.try_get::<i32, _>("segments")?.to_string(),
                    text("body")?,
                ]);
            }
            Part::Answers => record.extend([
                text("question")?,
                text("answer")?,
                time(Some(Instant(row.try_get("answered_at")?))),
                text("answered_by")?,
                text("answered_by_address")?,
            ]),
        }
        Ok(record)
    }
}

fn broken(error: &csv::Error) -> ApiError {
    tracing::error!(%error, "an export cannot be written");
    ApiError::Broken
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// A point in time in UTC, to the second, in the form that spreadsheets take for one. The column's name says UTC.
pub(crate) fn time(at: Option<Instant>) -> String {
    let second = at.and_then(|at| jiff::Timestamp::from_second(at.get().div_euclid(1_000_000)).ok());
    second.map(|second| second.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}
