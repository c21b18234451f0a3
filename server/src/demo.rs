//! The demo organization: made-up people and campaigns in every state, the same for the same seed.

mod people;

use handoff_core::account::Country;
use handoff_core::campaign::CampaignStatus;
use handoff_core::permission::Role;
use handoff_core::status::{Standing, Status};
use handoff_core::{CampaignId, Instant, OrganizationId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{Any, AssertSqlSafe, Transaction};

use crate::api::ApiError;
use crate::secret::hash_password;
use crate::store::Store;

/// The password of every demo account.
pub const PASSWORD: &str = "handoff-demo";

/// Who can sign in to the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoSignIns {
    /// Their e-mail addresses, with what they are.
    pub people: Vec<(String, Role)>,
}

impl DemoSignIns {
    /// What to tell the person at the terminal.
    pub fn lines(&self) -> Vec<String> {
        let people = self.people.iter().map(|(email, role)| format!("  {email}  {PASSWORD}  ({})", role.label()));
        std::iter::once("Sign in as one of these:".to_owned()).chain(people).collect()
    }
}

const NAME: &str = "River County Votes";

/// A campaign of the demo: name, status, age in days, conversations unassigned and given to texters, how far along.
struct Plan {
    name: &'static str,
    status: CampaignStatus,
    days: i64,
    unassigned: u32,
    assigned: u32,
    texters: usize,
    message: &'static str,
    /// How much of what texters hold is started, in percent.
    started: u32,
}

const CAMPAIGNS: [Plan; 5] = [
    Plan {
        name: "Weekend of action",
        status: CampaignStatus::Active,
        days: 2,
        unassigned: 1_240,
        assigned: 2_600,
        texters: 24,
        message: "Hi {first_name|there}, it's River County Votes! Can you knock on doors with us in {city} this Saturday?",
        started: 70,
    },
    Plan {
        name: "Pledge to vote",
        status: CampaignStatus::Active,
        days: 1,
        unassigned: 12,
        assigned: 0,
        texters: 4,
        message: "Hi {first_name|there}, will you pledge to vote early this year? Reply YES and we'll send you the hours.",
        started: 0,
    },
    Plan {
        name: "Food bank volunteers",
        status: CampaignStatus::Paused,
        days: 9,
        unassigned: 80,
        assigned: 640,
        texters: 9,
        message: "Hi {first_name|there}, the food bank needs hands in {city}. Could you spare two hours next week?",
        started: 95,
    },
    Plan {
        name: "Town hall invitation",
        status: CampaignStatus::Draft,
        days: 0,
        unassigned: 400,
        assigned: 0,
        texters: 0,
        message: "Hi {first_name|there}, our town hall is on Thursday at 7. May we save you a seat?",
        started: 0,
    },
    Plan {
        name: "Spring phone bank",
        status: CampaignStatus::Archived,
        days: 180,
        unassigned: 0,
        assigned: 900,
        texters: 12,
        message: "Hi {first_name|there}, thank you for calling with us this spring!",
        started: 100,
    },
];

/// Rows in one statement: within both engines' limits on bound values.
const BATCH: usize = 500;

/// Fills an empty database with the demo organization.
///
/// # Errors
/// If the database refuses.
pub async fn fill(store: &Store, seed: u64) -> Result<DemoSignIns, ApiError> {
    let hash = hash_password(PASSWORD.to_owned()).await?;
    let mut random = StdRng::seed_from_u64(seed);
    let mut transaction = store.begin().await?;
    let country = Country::parse("US").map_err(|error| ApiError::invalid("country", error))?;
    let organization = store.create_organization(&mut transaction, &people::name(NAME)?, country).await?;
    let roster = people::roster();
    let members = people::add(&mut transaction, store, organization, &roster, &hash, &mut random).await?;
    for plan in &CAMPAIGNS {
        add_campaign(&mut transaction, store, organization, plan, &members, &mut random).await?;
    }
    transaction.commit().await?;
    // One of each is enough to be told; all have the same password.
    let first = |role: Role| roster.iter().find(|person| person.role == role);
    let people = Role::ALL.into_iter().filter_map(first).map(|person| (person.email.clone(), person.role));
    Ok(DemoSignIns { people: people.collect() })
}

const DAY: i64 = 24 * 60 * 60;

async fn add_campaign(
    transaction: &mut Transaction<'static, Any>,
    store: &Store,
    organization: OrganizationId,
    plan: &Plan,
    members: &people::Members,
    random: &mut StdRng,
) -> Result<(), ApiError> {
    let campaign = CampaignId(store.next_id());
    let created = store.now().plus_seconds(-plan.days * DAY - 3_600);
    sqlx::query(
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by, opens, closes)
         VALUES ($1, $2, $3, $4, $5, '[\"city\"]', $6, $7, 0, 1440)",
    )
    .bind(organization.get())
    .bind(campaign.get())
    .bind(plan.name)
    .bind(plan.status as i32)
    .bind(plan.message)
    .bind(created.get())
    .bind(members.admin.get())
    .execute(&mut **transaction)
    .await?;
    let texters: Vec<i64> = members.texters.iter().map(|member| member.get()).take(plan.texters).collect();
    for texter in &texters {
        sqlx::query(
            "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(organization.get())
        .bind(campaign.get())
        .bind(*texter)
        .bind(created.get())
        .execute(&mut **transaction)
        .await?;
    }
    let total = plan.unassigned + plan.assigned;
    let first_id = store.ids.block(total);
    let rows: Vec<Row> =
        (0..total).zip(first_id..).map(|(index, id)| row(plan, index, id, &texters, created, random)).collect();
    for batch in rows.chunks(BATCH) {
        add_contacts(transaction, organization, campaign, batch).await?;
        add_conversations(transaction, organization, campaign, batch).await?;
    }
    Ok(())
}

/// A contact with its conversation.
struct Row {
    id: i64,
    first_name: &'static str,
    last_name: &'static str,
    phone: String,
    city: &'static str,
    assignee: Option<i64>,
    status: Status,
    opted_out: bool,
    contact_wrote_at: Option<i64>,
    we_wrote_at: Option<i64>,
    waiting_since: i64,
    assigned_at: Option<i64>,
}

fn row(plan: &Plan, index: u32, id: i64, texters: &[i64], created: Instant, random: &mut StdRng) -> Row {
    let (first_name, last_name, city, phone) = people::contact(index, random);
    // Given out by turns that favour the first few, as it is in life: nobody's progress looks like another's.
    let assignee = (index >= plan.unassigned && !texters.is_empty()).then(|| {
        let last = texters.len() - 1;
        let pick = random.random_range(0..texters.len()).min(random.random_range(0..=last));
        texters.get(pick).copied().unwrap_or_default()
    });
    let started = assignee.is_some() && random.random_range(0..100) < plan.started;
    let status = match random.random_range(0..100) {
        _ if !started => Status::NotStarted,
        0..=13 if plan.status != CampaignStatus::Archived => Status::NeedsReply,
        0..=36 => Status::Replied,
        37..=46 => Status::Resolved,
        _ => Status::Waiting,
    };
    let wrote = created.plus_seconds(random.random_range(600..3_000)).get();
    let answered = wrote + random.random_range(20..1_200) * 1_000_000;
    let (contact_wrote_at, we_wrote_at) = match status {
        Status::NotStarted => (None, None),
        Status::Waiting => (None, Some(wrote)),
        Status::NeedsReply => (Some(answered), Some(wrote)),
        Status::Replied | Status::Resolved => (Some(wrote + 20_000_000), Some(answered)),
    };
    Row {
        id,
        first_name,
        last_name,
        phone,
        city,
        assignee,
        status,
        opted_out: started && random.random_range(0..100) < 4,
        contact_wrote_at,
        we_wrote_at,
        waiting_since: match status {
            Status::NotStarted => 0,
            Status::NeedsReply => answered,
            _ => we_wrote_at.unwrap_or(0),
        },
        assigned_at: assignee.map(|_| created.get()),
    }
}

/// `($1, $2, $3), ($4, $5, $6)`: so many rows of so many places, after an `INSERT … VALUES`.
fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

async fn add_contacts(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    batch: &[Row],
) -> Result<(), ApiError> {
    let statement = format!(
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         VALUES {}",
        places(batch.len(), 7)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for row in batch {
        query = query
            .bind(organization.get())
            .bind(row.id)
            .bind(campaign.get())
            .bind(row.phone.as_str())
            .bind(row.first_name)
            .bind(row.last_name)
            .bind(format!("{{\"city\":\"{}\"}}", row.city));
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}

async fn add_conversations(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    batch: &[Row],
) -> Result<(), ApiError> {
    let statement = format!(
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, opted_out,
             standing, waiting_since, contact_wrote_at, we_wrote_at, assignee_wrote_at, assigned_at)
         VALUES {}",
        places(batch.len(), 12)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for row in batch {
        query = query
            .bind(organization.get())
            .bind(row.id)
            .bind(campaign.get())
            .bind(row.assignee)
            .bind(row.status as i32)
            .bind(i32::from(row.opted_out))
            .bind(Standing::of(row.status, row.opted_out) as i32)
            .bind(row.waiting_since)
            .bind(row.contact_wrote_at)
            .bind(row.we_wrote_at)
            .bind(row.we_wrote_at)
            .bind(row.assigned_at);
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}
