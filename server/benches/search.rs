//! `search_1m_*`: the first page of a search of one and of three words, and of A–Z, among a million conversations that
//! nobody holds, the worst of them at its 95th percentile, beside the first page of *Needs reply* of the same list.
//! `search_memory`: by how many megabytes the process grows while six admins type five letters at once.
//!
//! Prints tab-separated lines: name, ours, floor (milliseconds), ratio.

#[expect(dead_code, reason = "moves are measured on the same ground with more of it")]
mod ground;

use std::time::Instant;

use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_server::store::engine::Engine;
use sqlx::AssertSqlSafe;

use ground::{Ground, forget_peak_memory, peak_memory, report, wanted};

const CONVERSATIONS: u32 = 1_000_000;
/// First pages that are read of each kind, after some that warm up.
const OPENED: usize = 60;
const WARM: usize = 10;
const ADMINS: usize = 6;

const SYLLABLES: [&str; 32] = [
    "ma", "ri", "an", "na", "jo", "lu", "el", "ka", "ro", "be", "to", "mi", "sa", "le", "di", "fa", "ste", "gra",
    "hen", "wil", "os", "ta", "ve", "no", "ya", "zo", "qui", "xa", "thé", "ño", "bjö", "ły",
];

/// Everybody has written.
const ANSWERED: &str = "
    UPDATE conversation SET status = 1 + 2 * (conversation_id % 2), standing = 1 + 2 * (conversation_id % 2),
        opted_out = 0, contact_wrote_at = 1
    WHERE organization_id = 1";

/// Numbers that look like chance, and are the same each time.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).expect("31 bits")
}

/// Some syllables are in many names, others in few.
fn name(state: &mut u64, syllables: usize) -> String {
    let name: String = (0..syllables)
        .map(|_| {
            let (one, other) = (next(state) % SYLLABLES.len(), next(state) % SYLLABLES.len());
            SYLLABLES[one * other / SYLLABLES.len()]
        })
        .collect();
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

async fn lay(engine: Engine) -> Ground {
    let ground = ground::lay(engine, CONVERSATIONS).await;
    let insert = format!(
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         SELECT $1, $3 + given.place, $2, '+1' || CAST($3 + given.place AS TEXT), given.value ->> 0, given.value ->> 1,
             '{{}}'
         FROM {} AS given",
        engine.rows_of_json()
    );
    let mut transaction = ground.store.begin().await.expect("a transaction");
    let mut state = 1;
    for first in (0..CONVERSATIONS).step_by(10_000) {
        let names: Vec<[String; 2]> = (0..10_000).map(|_| [name(&mut state, 2), name(&mut state, 3)]).collect();
        sqlx::query(AssertSqlSafe(insert.clone()))
            .bind(1_i64)
            .bind(1_i64)
            .bind(1_000_000_001 + i64::from(first))
            .bind(serde_json::to_string(&names).expect("JSON"))
            .execute(&mut *transaction)
            .await
            .expect("contacts");
    }
    sqlx::query(ANSWERED).execute(&mut *transaction).await.expect("answered");
    sqlx::query("INSERT INTO name_due (organization_id, campaign_id, first_id, after_id) VALUES (1, 1, 0, 2000000000)")
        .execute(&mut *transaction)
        .await
        .expect("due");
    transaction.commit().await.expect("the ground is laid");
    let start = Instant::now();
    ground.store.take_in_names().await.expect("names are taken in");
    eprintln!("names of {CONVERSATIONS} contacts taken in within {:.1} s", start.elapsed().as_secs_f64());
    if engine == Engine::Postgres {
        sqlx::raw_sql("VACUUM ANALYZE").execute(ground.store.reader()).await.expect("the database settles");
    }
    ground.settle().await;
    ground
}

/// The time of a first page, in milliseconds.
async fn page(ground: &Ground, sort: Sort, search: &str) -> f64 {
    let start = Instant::now();
    let list = ground.store.list(ground.admin, ground.campaign, Whose::Unassigned, Tab::Responses, sort, search, None);
    list.await.expect("a page");
    start.elapsed().as_secs_f64() * 1_000.0
}

/// What 95 of a hundred first pages stay below.
async fn percentile(ground: &Ground, sort: Sort, searches: &[String]) -> f64 {
    let mut times = Vec::with_capacity(OPENED);
    for (at, search) in searches.iter().cycle().take(WARM + OPENED).enumerate() {
        let time = page(ground, sort, search).await;
        if at >= WARM {
            times.push(time);
        }
    }
    times.sort_by(f64::total_cmp);
    times[times.len() * 95 / 100]
}

async fn speed(ground: &Ground, engine: Engine) {
    let mut state = 7;
    let one: Vec<String> = (0..20).map(|_| name(&mut state, 2).to_lowercase()).collect();
    let parts = ["a", "x", "qu", "mar", "thé", "nobody"].map(str::to_owned);
    let three: Vec<String> =
        (0..20).map(|_| format!("{} {} {}", name(&mut state, 1), name(&mut state, 2), name(&mut state, 1))).collect();
    let floor = percentile(ground, Sort::NeedsReply, &[String::new()]).await;
    let mut worst = 0.0_f64;
    for (what, sort, searches) in [
        ("one word", Sort::NeedsReply, &one[..]),
        ("parts", Sort::NeedsReply, &parts),
        ("three words", Sort::NeedsReply, &three),
        ("one word, A–Z", Sort::AToZ, &one),
        ("three words, A–Z", Sort::AToZ, &three),
        ("A–Z", Sort::AToZ, &[String::new()]),
    ] {
        let time = percentile(ground, sort, searches).await;
        eprintln!("{what}: {time:.1} ms");
        worst = worst.max(time);
    }
    let name = if engine == Engine::Sqlite { "search_1m_sqlite" } else { "search_1m_postgres" };
    report(name, worst, floor);
}

async fn memory(ground: &Ground) {
    forget_peak_memory();
    let before = peak_memory();
    let typed = ["marin", "zoyan", "anele", "quixa", "osmar", "henri"];
    let typing = typed.iter().take(ADMINS).map(|word| async move {
        for letters in 1..=word.len() {
            page(ground, Sort::NeedsReply, &word[..letters]).await;
        }
    });
    futures::future::join_all(typing).await;
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        println!("search_memory\t{:.1}\t-\t-", after - before);
    }
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let name = if engine == Engine::Sqlite { "search_1m_sqlite" } else { "search_1m_postgres" };
        let of_memory = engine == Engine::Sqlite && wanted("search_memory");
        if !wanted(name) && !of_memory {
            continue;
        }
        let ground = lay(engine).await;
        if wanted(name) {
            speed(&ground, engine).await;
        }
        if of_memory {
            memory(&ground).await;
        }
    }
}
