//! `inbound_beside_1m_*`: answers of a small campaign, twenty at once, right after 1,000,000 contacts were imported beside
//! it, and beside 1,000. `campaigns_list_1m_*`: how often twenty viewers of the list of campaigns have the database read
//! it, and one viewer, in ten seconds of fifty events a second, with 1,000,000 conversations in 200 campaigns.
//!
//! Prints tab-separated lines: name, ours, floor (milliseconds of a thousand messages; readings), ratio.

#[expect(dead_code, reason = "moves are measured on the same ground with more of it")]
mod ground;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use handoff_core::conversation::ConversationState;
use handoff_core::{CampaignId, ConversationId};
use handoff_server::live::Live;
use handoff_server::overviews::CampaignLists;
use handoff_server::store::Actor;
use handoff_server::store::conversation::Done;
use handoff_server::store::engine::Engine;
use handoff_server::store::receive::{Inbound, Received};

use ground::{Ground, median, report, wanted};

/// Who answers at the same time, how often in a round, and rounds. The first warms up.
const AT_ONCE: u32 = 20;
const EACH: u32 = 15;
const ROUNDS: u32 = 9;

const SMALL: u32 = AT_ONCE * EACH * (ROUNDS + 1);

const CAMPAIGNS: &str = "
    WITH RECURSIVE series (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM series WHERE number < 200)
    INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
        created_by)
    SELECT 1, number, 'Campaign ' || CAST(number AS TEXT), 2, '', '[]', number, 500 FROM series";
const SPREAD: &str = "UPDATE conversation SET campaign_id = 1 + conversation_id % 200 WHERE organization_id = 1";

const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// A number of its own for each contact, as there may be in the United States.
fn phone(area: u32, number: u32) -> String {
    format!("+1{}{}{:04}", area + number / 500_000, 220 + number / 10_000 % 50, number % 10_000)
}

/// Imports so many contacts, in an order in which the numbers do not ascend.
async fn import(ground: &Ground, campaign: CampaignId, area: u32, contacts: u32) {
    let mut file = "Phone,First,Last\n".to_owned();
    for row in 0..u64::from(contacts) {
        let number = u32::try_from(row * 7_919 % u64::from(contacts)).expect("a number");
        writeln!(file, "{},Contact,{row}", phone(area, number)).expect("a string takes everything");
    }
    let store = &ground.store;
    let import = store.store_upload(ground.admin, campaign, "contacts.csv", file.into_bytes()).await.expect("stored");
    let columns = store.read_upload(ground.admin, import).await.expect("understood").guess;
    let result = store.start_import(ground.admin, import, columns).await.expect("started").run().await;
    assert_eq!(result.expect("imported").good, contacts);
}

/// A small campaign, and right before this returns so many others.
async fn beside(engine: Engine, others: u32) -> Ground {
    let ground = ground::lay(engine, others.min(1_001)).await;
    import(&ground, ground.campaign, 415, SMALL).await;
    let large = ground.store.create_campaign(ground.admin, "Large").await.expect("a campaign");
    import(&ground, large, 212, others).await;
    ground
}

/// A round of answers. Answers the milliseconds of a thousand.
async fn answers(ground: &Ground, round: u32) -> f64 {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|task| {
            let (store, organization) = (ground.store.clone(), ground.admin.organization);
            tokio::spawn(async move {
                for turn in 0..EACH {
                    let number = (round * AT_ONCE + task) * EACH + turn;
                    let inbound = Inbound {
                        organization,
                        gateway_id: format!("in-{number}"),
                        phone: phone(415, number).parse().expect("a number"),
                        body: "Yes, I can. What time?".to_owned(),
                    };
                    let received = store.receive(&inbound).await.expect("it is received");
                    assert!(matches!(received, Received::Conversation(_)));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("an answer");
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(AT_ONCE * EACH)
}

async fn inbound(engine: Engine) {
    let figure = format!("inbound_beside_1m_{}", name(engine));
    if !wanted(&figure) {
        return;
    }
    let few = beside(engine, 1_000).await;
    let many = beside(engine, 1_000_000).await;
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (mine, bare) = (answers(&many, round).await, answers(&few, round).await);
        if round > 0 {
            ours.push(mine);
            floor.push(bare);
        }
    }
    let (ours, floor) = (median(ours), median(floor));
    println!("{:.0} answers a second, {:.0} beside few", 1e6 / ours, 1e6 / floor);
    report(&figure, ours, floor);
}

/// How often so many viewers have the list read in ten seconds.
async fn readings(ground: &Ground, viewers: usize) -> f64 {
    let (live, lists) = (Live::default(), CampaignLists::default());
    let looking: Vec<_> = (0..viewers)
        .map(|_| {
            let (store, live, lists, admin): (_, _, _, Actor) =
                (ground.store.clone(), live.clone(), lists.clone(), ground.admin);
            tokio::spawn(async move {
                loop {
                    let mut news = live.listen();
                    assert_eq!(lists.read(&store, &live, admin).await.expect("a list").len(), 200);
                    // As a page does: it asks again once something has happened.
                    let _ = news.recv().await;
                }
            })
        })
        .collect();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    for tick in 0..500 {
        ticks.tick().await;
        let done = Done {
            campaign: CampaignId(1 + tick % 200),
            conversation: ConversationId(1_000_000_001 + tick),
            before: None,
            after: ConversationState::NEW,
        };
        live.conversation(ground.admin.organization, &done);
    }
    for viewer in &looking {
        viewer.abort();
    }
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let readings = lists.database_reads() as f64;
    readings
}

async fn campaigns_list(engine: Engine) {
    let figure = format!("campaigns_list_1m_{}", name(engine));
    if !wanted(&figure) {
        return;
    }
    let ground = ground::lay(engine, 1_000_000).await;
    let mut transaction = ground.store.begin().await.expect("a transaction");
    for statement in [CAMPAIGNS, SPREAD] {
        sqlx::query(statement).execute(&mut *transaction).await.expect("the ground is laid");
    }
    transaction.commit().await.expect("the ground is laid");
    ground.settle().await;
    let floor = readings(&ground, 1).await;
    let ours = readings(&ground, 20).await;
    report(&figure, ours, floor);
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        inbound(engine).await;
        campaigns_list(engine).await;
    }
}
