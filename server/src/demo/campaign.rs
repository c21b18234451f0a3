//! One campaign of the demo: its conversations, with all that happened in them.

use std::collections::BTreeMap;

use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::conversation::ConversationState;
use handoff_core::{CampaignId, Instant, MemberId};
use rand::RngExt;
use rand::rngs::StdRng;

use super::people::{self, Contact};
use super::plan::Plan;
use super::prepared::{self, Prepared};
use super::requests;
use super::rows::{AnswerRow, EscalationRow, MessageRow, OptOutRow, Row, Writer};
use super::story::{Ending, Reader, Story, Times, tell};
use super::talks::Given;
use crate::clock::minute_of_day;
use crate::model::ApiError;
use crate::store::Store;
use crate::store::failure::Sound;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Who has opted out so far, by number. What a later campaign imports of them is opted out from the beginning.
pub(super) type OptedOut = BTreeMap<String, (Instant, Option<MemberId>)>;

/// All that is written of a campaign.
#[derive(Default)]
struct Written {
    conversations: Vec<Row>,
    messages: Vec<MessageRow>,
    answers: Vec<AnswerRow>,
    escalations: Vec<EscalationRow>,
}

/// Adds a campaign with its conversations.
pub(super) async fn add(
    writer: &mut Writer<'_>,
    store: &Store,
    plan: &Plan,
    members: &people::Members,
    opted_out: &mut OptedOut,
    random: &mut StdRng,
) -> Result<(), ApiError> {
    let campaign = CampaignId(store.next_id());
    let created = made_at(plan, store.now())?;
    write_campaign(writer, store, plan, campaign, created, members.admin).await?;
    let texters: Vec<MemberId> = members.texters.iter().copied().take(plan.texters).collect();
    for texter in &texters {
        sqlx::query(
            "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(writer.organization.get())
        .bind(campaign.get())
        .bind(texter.get())
        .bind(created.get())
        .execute(&mut **writer.transaction)
        .await?;
    }
    let prepared = prepared::add(writer.transaction, store, writer.organization, campaign, plan, created).await?;
    let mut written = Written::default();
    for index in 0..plan.unassigned + plan.assigned {
        let contact = people::contact(plan.first_contact + index);
        let id = store.next_id();
        let (ending, texter) = lot(plan, index, &texters, random);
        let nothing = ConversationState { assignee: texter, ..ConversationState::NEW };
        let told = match (ending, texter) {
            _ if opted_out.contains_key(&contact.phone) => Err(ConversationState { opted_out: true, ..nothing }),
            (Some(ending), Some(texter)) => {
                let times = times(plan, created, store.now(), random);
                let reader =
                    Reader { first_name: contact.first_name, last_name: contact.last_name, city: contact.city };
                let held = tell(plan, &reader, texter, times, ending, random);
                Ok((texter, brought_to_today(held, plan, times, random)))
            }
            _ => Err(nothing),
        };
        let (state, assigned_at) = match &told {
            Ok((_, Story { state, note: Some((_, at)), .. })) => (*state, Some(*at)),
            Ok((_, Story { state, .. })) | Err(state) => (*state, state.assignee.map(|_| created)),
        };
        let begun_at = told.as_ref().ok().and_then(|(_, story)| story.said.iter().map(|said| said.at).min());
        if let Ok((texter, story)) = told {
            opted_out.extend(story.opted_out.map(|when| (contact.phone.clone(), when)));
            written.add(|| store.next_id(), id, texter, story, &prepared);
        }
        let Contact { first_name, last_name, city, phone } = contact;
        written.conversations.push(Row {
            id,
            first_name,
            last_name,
            phone,
            city,
            state,
            assigned_at,
            begun_at,
            moved_by: None,
        });
    }
    if let Some(requests) = &plan.requests {
        requests::add(writer, store, campaign, requests, &texters, members.admin, &mut written.conversations).await?;
    }
    writer.conversations(campaign, &written.conversations).await?;
    writer.messages(&written.messages).await?;
    writer.answers(&written.answers).await?;
    writer.escalations(&written.escalations).await
}

/// Who opted out, as rows.
pub(super) fn opt_out_rows(opted_out: &OptedOut) -> Vec<OptOutRow> {
    opted_out.iter().map(|(phone, (at, by))| OptOutRow { phone: phone.clone(), at: *at, by: *by }).collect()
}

/// When a campaign was made: at ten in the morning where it is. A draft is a few hours old.
fn made_at(plan: &Plan, now: Instant) -> Result<Instant, ApiError> {
    if plan.days == 0 {
        return Ok(now.plus_seconds(-3 * HOUR));
    }
    let zone = TimeZoneName::parse(plan.time_zone).expected("a zone of the demo is one")?;
    let minute = minute_of_day(&zone, now).expected("a zone of the demo has a time")?;
    Ok(now.plus_seconds(-plan.days * DAY - (i64::from(minute.get()) - 10 * 60) * MINUTE))
}

/// When what happens in a conversation: by day, in the first days of the campaign.
fn times(plan: &Plan, created: Instant, now: Instant, random: &mut StdRng) -> Times {
    let day = random.random_range(0..plan.days.clamp(1, 3));
    let begins = created.plus_seconds(day * DAY + random.random_range(10 * MINUTE..8 * HOUR));
    Times { created, begins, until: now.plus_seconds(-20) }
}

/// In an active campaign, some conversations were held today, if it is day there. When it was decides nothing else: the
/// demo is the same at every hour.
fn brought_to_today(story: Story, plan: &Plan, times: Times, random: &mut StdRng) -> Story {
    let (chosen, ago) = (random.random_range(0..100) < 12, random.random_range(2 * MINUTE..3 * HOUR));
    // Campaigns are made at ten. Follow-ups keep their time, and so do calls for the admins.
    let today = (times.until.get() - times.created.get()) / 1_000_000 % DAY;
    let takes = (story.ended().get() - times.begins.get()) / 1_000_000;
    let fits = today < 11 * HOUR && takes + ago < today;
    let stays = story.note.is_some() || story.said.iter().any(|said| said.follow_up.is_some());
    if plan.status != CampaignStatus::Active || !chosen || !fits || stays {
        return story;
    }
    let later = times.until.plus_seconds(-ago).get() - story.ended().get();
    story.later(later / 1_000_000)
}

/// What becomes of the conversation at this place of the list, and whose it is or was.
fn lot(plan: &Plan, index: u32, texters: &[MemberId], random: &mut StdRng) -> (Option<Ending>, Option<MemberId>) {
    let escalated = index < plan.unassigned && index >= plan.unassigned - plan.escalated;
    if texters.is_empty() || (index < plan.unassigned && !escalated) {
        return (None, None);
    }
    // Given out by turns that favour the first few, as it is in life: nobody's progress looks like another's.
    let pick = random.random_range(0..texters.len()).min(random.random_range(0..texters.len()));
    let texter = texters.get(pick).copied();
    if escalated {
        return (Some(Ending::Escalated), texter);
    }
    let started = random.random_range(0..100) < plan.started;
    (started.then(|| Ending::any(random, plan.status == CampaignStatus::Archived)), texter)
}

impl Written {
    fn add(
        &mut self,
        next_id: impl Fn() -> i64,
        conversation: i64,
        texter: MemberId,
        story: Story,
        prepared: &Prepared,
    ) {
        self.messages.extend(story.said.into_iter().map(|said| MessageRow {
            conversation,
            id: next_id(),
            body: said.body,
            at: said.at,
            ours: said.ours,
            follow_up: said.follow_up.and_then(|place| prepared.follow_ups.get(place).copied()),
        }));
        for (question, given, at) in story.answers {
            let Some((question, choices)) = prepared.survey.get(question) else { continue };
            let (choice, words) = match given {
                Given::Choice(place) => (choices.get(place).copied(), None),
                Given::Words(words) => (None, Some(words)),
            };
            self.answers.push(AnswerRow { conversation, question: *question, choice, words, at, by: texter });
        }
        self.escalations.extend(story.note.map(|(note, at)| EscalationRow { conversation, note, at, by: texter }));
    }
}

async fn write_campaign(
    writer: &mut Writer<'_>,
    store: &Store,
    plan: &Plan,
    campaign: CampaignId,
    created: Instant,
    admin: MemberId,
) -> Result<(), ApiError> {
    let day = |days: i64| store.now().plus_seconds(days * DAY).get();
    sqlx::query(
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by, time_zone, opens, closes, initial_from, initial_until)
         VALUES ($1, $2, $3, $4, $5, '[\"city\"]', $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(writer.organization.get())
    .bind(campaign.get())
    .bind(plan.name)
    .bind(plan.status as i32)
    .bind(plan.message)
    .bind(created.get())
    .bind(admin.get())
    .bind(plan.time_zone)
    .bind(i32::from(plan.hours.0))
    .bind(i32::from(plan.hours.1))
    .bind(plan.window.map(|(from, _)| day(from)))
    .bind(plan.window.map(|(_, until)| day(until)))
    .execute(&mut **writer.transaction)
    .await?;
    Ok(())
}
