//! Who holds how much of a campaign, as the database has it now.

use handoff_core::campaign::CampaignStatus;
use handoff_core::naming::told_apart;
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};
use handoff_core::{CampaignId, Instant, MemberId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::collections::BTreeMap;

use super::failure::{Sound, ids};
use super::row::{count, owner};
use crate::model::overview::{Overview, Person};
use crate::model::{ApiError, Thing};

const CAMPAIGN: &str = "SELECT name, status FROM campaign WHERE organization_id = $1 AND campaign_id = $2";

/// Read from `conversation_by_assignee` alone.
const TALLY: &str = "
    SELECT assignee_id, standing, count(*) AS conversations
    FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2
    GROUP BY assignee_id, standing";

/// The name of a member, who is called so in the statement, in words that are kept or stand by themselves: with the
/// e-mail address behind it, as [`handoff_core::naming::told_apart`] writes it, if the organization has somebody else of
/// that name.
macro_rules! told_apart_name {
    () => {
        told_apart_name!("member")
    };
    ($member:literal) => {
        concat!(
            "CASE WHEN EXISTS (
            SELECT 1 FROM member AS namesake
            WHERE namesake.organization_id = ",
            $member,
            ".organization_id AND namesake.name = ",
            $member,
            ".name
                AND namesake.member_id <> ",
            $member,
            ".member_id
        ) THEN ",
            $member,
            ".name || ' (' || coalesce((
            SELECT account.email FROM account WHERE account.account_id = ",
            $member,
            ".account_id
        ), '') || ')' ELSE ",
            $member,
            ".name END"
        )
    };
}
pub(super) use told_apart_name;

const TEXTERS: &str = "
    SELECT member.member_id, member.name, member.active, member.last_seen_at,
        (SELECT account.email FROM account WHERE account.account_id = member.account_id) AS email
    FROM campaign_texter
    JOIN member ON member.organization_id = campaign_texter.organization_id
        AND member.member_id = campaign_texter.member_id
    WHERE campaign_texter.organization_id = $1 AND campaign_texter.campaign_id = $2";

const MEMBER: &str = concat!(
    "SELECT ",
    told_apart_name!(),
    " AS name, member.last_seen_at FROM member WHERE member.organization_id = $1 AND member.member_id = $2"
);

const FORMER: &str = "
    SELECT member.name, member.last_seen_at,
        (SELECT account.email FROM account WHERE account.account_id = member.account_id) AS email
    FROM member WHERE member.organization_id = $1 AND member.member_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 6] = [CAMPAIGN, TALLY, TEXTERS, MEMBER, FORMER, ESCALATED];

/// Reads the name and status of a campaign.
///
/// # Errors
/// If the organization has no such campaign.
pub async fn campaign(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<(String, CampaignStatus), ApiError> {
    let row = sqlx::query(CAMPAIGN)
        .bind(organization.get())
        .bind(campaign.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Campaign))?;
    let status =
        CampaignStatus::from_number(row.try_get::<i32, _>("status")?.into()).sound("campaign", "status", campaign)?;
    Ok((row.try_get("name")?, status))
}

/// Reads who holds how much, with everyone's name.
///
/// # Errors
/// If the organization has no such campaign.
pub async fn read(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign_id: CampaignId,
) -> Result<Overview, ApiError> {
    let (name, status) = campaign(transaction, organization, campaign_id).await?;
    let (unassigned, mut held) = counts(transaction, organization, campaign_id).await?;
    let mut holders = Vec::new();
    let mut people = BTreeMap::new();
    let texters =
        sqlx::query(TEXTERS).bind(organization.get()).bind(campaign_id.get()).fetch_all(&mut **transaction).await?;
    for row in texters {
        let member = MemberId(row.try_get("member_id")?);
        let active = row.try_get::<i32, _>("active")? == 1;
        holders.push(Holder { member, active, counts: held.remove(&member).unwrap_or_default() });
        people.insert(member, (person(&row, member)?, address(&row)?));
    }
    // Those who left the campaign while they held conversations: normally nobody.
    for (member, counts) in held {
        let row = sqlx::query(FORMER).bind(organization.get()).bind(member.get()).fetch_one(&mut **transaction).await?;
        holders.push(Holder { member, active: false, counts });
        people.insert(member, (person(&row, member)?, address(&row)?));
    }
    Ok(Overview {
        campaign: campaign_id,
        name,
        status,
        tally: Tally::new(unassigned, holders),
        people: named(people),
        escalated: escalations(transaction, organization, campaign_id).await?,
    })
}

/// Reads the name of a member, whatever became of them.
pub(super) async fn member_name(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    member: MemberId,
) -> Result<Option<String>, ApiError> {
    let row =
        sqlx::query(MEMBER).bind(organization.get()).bind(member.get()).fetch_optional(&mut **transaction).await?;
    Ok(row.map(|row| row.try_get("name")).transpose()?)
}

pub(super) fn person(row: &AnyRow, id: MemberId) -> Result<Person, ApiError> {
    let last_active = row.try_get::<Option<i64>, _>("last_seen_at")?.map(Instant);
    Ok(Person { id, name: row.try_get("name")?, online: false, last_active })
}

/// Their address, to tell them from others of their name.
fn address(row: &AnyRow) -> Result<String, ApiError> {
    Ok(row.try_get::<Option<String>, _>("email")?.unwrap_or_default())
}

/// Everybody by id, those of one name with their address.
fn named(people: BTreeMap<MemberId, (Person, String)>) -> Vec<Person> {
    let names = told_apart(people.values().map(|(person, address)| (person.name.as_str(), address.as_str())));
    people.into_values().zip(names).map(|((person, _), name)| Person { name, ..person }).collect()
}

async fn counts(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<(Counts, BTreeMap<MemberId, Counts>), ApiError> {
    let rows = sqlx::query(TALLY).bind(organization.get()).bind(campaign.get()).fetch_all(&mut **transaction).await?;
    let mut unassigned = Counts::default();
    let mut held: BTreeMap<MemberId, Counts> = BTreeMap::new();
    for row in rows {
        let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).sound(
            "conversation",
            "standing",
            ids(&row),
        )?;
        let count = count(&row, "conversations")?;
        match owner(&row, "assignee_id")? {
            None => unassigned.add(standing, count),
            Some(member) => held.entry(member).or_default().add(standing, count),
        }
    }
    Ok((unassigned, held))
}

const ESCALATED: &str = "
    SELECT count(*) AS escalated
    FROM escalation
    CROSS JOIN conversation
    WHERE escalation.organization_id = $1
        AND conversation.organization_id = escalation.organization_id
        AND conversation.conversation_id = escalation.conversation_id
        AND conversation.campaign_id = $2 AND conversation.escalated = 1";

/// How many conversations of a campaign are escalated.
pub(super) async fn escalations(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<u32, ApiError> {
    let row =
        sqlx::query(ESCALATED).bind(organization.get()).bind(campaign.get()).fetch_one(&mut **transaction).await?;
    count(&row, "escalated")
}
