//! Searches and A–Z: in short lists and long ones, on both engines, as a naive model has them.

use std::collections::HashMap;

use handoff_core::contact::search::{MOST_WORDS, Search, SearchError, name_key};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::{ConversationId, MemberId, OrganizationId};
use handoff_server::model::ApiError;
use handoff_server::model::messenger::Found;
use sqlx::{AssertSqlSafe, Row};

use crate::database::{Database, on_both_engines};
use crate::scene::{Scene, run};
use crate::sending_at_once::until_waiting;
use crate::talk::{contact, talk};

/// Who holds the end of the alphabet.
const ABBY: MemberId = MemberId(1);
/// Who holds a few.
const LINDSEY: MemberId = MemberId(2);

const FIRST: [&str; 12] =
    ["Émile", "emil", "Zoë", "ABBY", "Abby", "Jean-Luc", "O’Neil", "Straße", "محمد", "김", "Bo", ""];
const LAST: [&str; 9] = ["Álvarez", "Alvar", "Lee", "van der Berg", "Nguyễn", "X", "Lopez", "Okafor", "Łukasz"];

/// More than are read as a whole, and so many before the end of the alphabet that nobody walks there.
const CONTACTS: i64 = 36_600;
const AT_THE_END: i64 = 5_200;
const FEW: i64 = 200;

fn name(id: i64) -> (String, String) {
    let pick = |names: &[&str], at: i64| names[usize::try_from(at).unwrap() % names.len()].to_owned();
    match id {
        777 => ("Xanthippe".to_owned(), "Quux".to_owned()),
        // Behind every other alphabet.
        _ if id > CONTACTS - AT_THE_END => (format!("힣{}", id % 7), pick(&LAST, id)),
        _ => (pick(&FIRST, id), format!("{} {}", pick(&LAST, id / 5), id % 97)),
    }
}

fn holder(id: i64) -> Option<MemberId> {
    if id > CONTACTS - AT_THE_END {
        Some(ABBY)
    } else if id % 150 == 3 && id / 150 < FEW {
        Some(LINDSEY)
    } else {
        None
    }
}

/// Contacts who have all written, with the names above.
async fn lay(database: &Database, scene: Scene, contacts: i64) {
    let mut transaction = database.store.begin().await.unwrap();
    let rows = database.store.engine().rows_of_json();
    let insert = format!(
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         SELECT $1, CAST(given.value ->> 0 AS BIGINT), $2, $3 || (given.value ->> 0), given.value ->> 1,
             given.value ->> 2, '{{}}'
         FROM {rows} AS given"
    );
    for first in (1..=contacts).step_by(5_000) {
        let given: Vec<_> = (first..(first + 5_000).min(contacts + 1)).map(|id| (id, name(id).0, name(id).1)).collect();
        sqlx::query(AssertSqlSafe(insert.clone()))
            .bind(scene.admin.organization.get())
            .bind(scene.campaign.get())
            .bind("+1")
            .bind(serde_json::to_string(&given).unwrap())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    // Some need a reply, some were answered, and some only wait.
    sqlx::query(
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing, waiting_since,
             contact_wrote_at, we_wrote_at)
         SELECT organization_id, conversation_id, campaign_id, 1 + 2 * (conversation_id % 2),
             1 + 2 * (conversation_id % 2), (conversation_id * 7919) % 1009, (conversation_id * 31) % 5003, 7
         FROM contact WHERE organization_id = $1 AND campaign_id = $2",
    )
    .bind(scene.admin.organization.get())
    .bind(scene.campaign.get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    for (member, condition) in [
        (ABBY, format!("conversation_id > {}", CONTACTS - AT_THE_END)),
        (LINDSEY, format!("conversation_id % 150 = 3 AND conversation_id / 150 < {FEW}")),
    ] {
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE conversation SET assignee_id = $3 WHERE organization_id = $1 AND campaign_id = $2 AND {condition}"
        )))
        .bind(scene.admin.organization.get())
        .bind(scene.campaign.get())
        .bind(member.get())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    sqlx::query("INSERT INTO name_due (organization_id, campaign_id, first_id, after_id) VALUES ($1, $2, 1, $3)")
        .bind(scene.admin.organization.get())
        .bind(scene.campaign.get())
        .bind(contacts + 1)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

/// The ids of the first pages, and what was said of the number found.
async fn pages(database: &Database, scene: Scene, whose: Whose, sort: Sort, search: &str) -> (Vec<i64>, Option<Found>) {
    let (mut ids, mut after, mut found) = (Vec::new(), None::<Entry>, None);
    for _ in 0..2 {
        let list = database.store.list(scene.admin, scene.campaign, whose, Tab::Responses, sort, search, after);
        let page = list.await.unwrap();
        found = found.or(page.found);
        ids.extend(page.rows.iter().map(|row| row.id.get()));
        after = page.rows.last().cloned();
        if !page.more {
            break;
        }
    }
    (ids, found)
}

/// Everybody whom the search finds, in their order.
fn model(all: &[Entry], holds: Option<MemberId>, sort: Sort, search: &Search) -> Vec<i64> {
    let mut found: Vec<&Entry> = all
        .iter()
        .filter(|entry| entry.state.assignee == holds)
        .filter(|entry| search.finds(&name_key(&entry.first_name, &entry.last_name)))
        .collect();
    found.sort_by_cached_key(|entry| sort.rank(entry));
    found.into_iter().map(|entry| entry.id.get()).collect()
}

async fn everybody(database: &Database, scene: Scene) -> Vec<Entry> {
    let mut transaction = database.store.begin().await.unwrap();
    let rows = sqlx::query(
        "SELECT conversation_id, assignee_id, status, waiting_since, contact_wrote_at, we_wrote_at FROM conversation
         WHERE organization_id = $1 AND campaign_id = $2",
    )
    .bind(scene.admin.organization.get())
    .bind(scene.campaign.get())
    .fetch_all(&mut *transaction)
    .await
    .unwrap();
    rows.iter()
        .map(|row| {
            let id: i64 = row.get("conversation_id");
            let (first_name, last_name) = name(id);
            let mut state = handoff_core::conversation::ConversationState::NEW;
            state.assignee = row.get::<Option<i64>, _>("assignee_id").map(MemberId);
            state.status = handoff_core::status::Status::from_number(row.get::<i32, _>("status").into()).unwrap();
            state.waiting_since = handoff_core::Instant(row.get("waiting_since"));
            state.contact_wrote_at = row.get::<Option<i64>, _>("contact_wrote_at").map(handoff_core::Instant);
            state.we_wrote_at = row.get::<Option<i64>, _>("we_wrote_at").map(handoff_core::Instant);
            Entry { id: ConversationId(id), first_name, last_name, state, last_words: String::new() }
        })
        .collect()
}

on_both_engines! {
    async fn every_way_of_searching_has_the_answers_of_a_naive_model(database: Database) {
        let scene = talk(&database, 1, 3).await;
        lay(&database, scene, CONTACTS).await;
        let all = everybody(&database, scene).await;
        assert_eq!(all.iter().filter(|entry| entry.state.assignee == holder(entry.id.get())).count(), all.len());
        // Before the names are taken in, and after.
        for taken_in in [false, true] {
            if taken_in {
                // A search may have begun to.
                database.store.take_in_names().await.unwrap();
                assert_eq!(database.store.take_in_names().await, Ok(0));
            }
            let searches = ["", "emil", "É", "ab", "xanthippe quux", "힣3 lee", "jean luc 9", "luc-jean", "nguyen 11", "strasse",
                "محم", "김", "기", "q", "nobody", "an lv", "96", "oneil okafor 5"];
            let searches = if taken_in { &searches[..] } else { &searches[..3] };
            for (whose, holds) in [(Whose::Unassigned, None), (Whose::Member(ABBY), Some(ABBY)), (Whose::Member(LINDSEY), Some(LINDSEY))] {
                for search in searches {
                    for sort in Sort::ALL {
                        let expected = model(&all, holds, sort, &Search::parse(search).unwrap());
                        let (ids, found) = pages(&database, scene, whose, sort, search).await;
                        let what = format!("{whose:?} {sort:?} {search:?} {taken_in}");
                        assert_eq!(ids, expected[..expected.len().min(200)], "{what}");
                        match found {
                            None => assert!(search.is_empty(), "{what}"),
                            Some(Found::All(count)) => assert_eq!(usize::try_from(count).unwrap(), expected.len(), "{what}"),
                            Some(Found::Many) => assert!(expected.len() > 100, "{what}"),
                        }
                    }
                }
            }
        }
    }
}

/// Everybody whom the search finds, and the page behind each of some places: behind nobody, behind those before and after
/// the standing changes, behind the middle and behind the last ones.
async fn every_page_follows(
    database: &Database,
    scene: Scene,
    all: &[Entry],
    whose: Whose,
    holds: Option<MemberId>,
    sort: Sort,
    search: &str,
) {
    let expected = model(all, holds, sort, &Search::parse(search).unwrap());
    let by_id: HashMap<i64, &Entry> = all.iter().map(|entry| (entry.id.get(), entry)).collect();
    let entry = |id: i64| by_id[&id];
    let changes = (1..expected.len())
        .find(|at| entry(expected[*at]).state.standing() != entry(expected[*at - 1]).state.standing())
        .unwrap_or(0);
    let length = expected.len();
    let places = [
        0,
        1,
        changes.saturating_sub(1),
        changes,
        changes + 1,
        length / 2,
        length.saturating_sub(101),
        length.saturating_sub(100),
        length.saturating_sub(30),
        length.saturating_sub(1),
        length,
    ];
    for place in places.into_iter().filter(|place| *place <= length) {
        let after = place.checked_sub(1).map(|before| entry(expected[before]).clone());
        let page =
            database.store.list(scene.admin, scene.campaign, whose, Tab::Responses, sort, search, after).await.unwrap();
        let ids: Vec<i64> = page.rows.iter().map(|row| row.id.get()).collect();
        let what = format!("{whose:?} {sort:?} {search:?} behind {place} of {length}");
        assert_eq!(ids, expected[place..length.min(place + 100)], "{what}");
        assert_eq!(page.more, length > place + 100, "{what}");
    }
}

on_both_engines! {
    async fn every_page_of_a_search_follows_the_one_before(database: Database) {
        let scene = talk(&database, 1, 3).await;
        lay(&database, scene, CONTACTS).await;
        let all = everybody(&database, scene).await;
        database.store.take_in_names().await.unwrap();
        let owners = [(Whose::Unassigned, None), (Whose::Member(ABBY), Some(ABBY))];
        for (whose, holds) in owners {
            for search in ["", "e", "an lv", "luc jean", "emil", "힣3 lee"] {
                for sort in [Sort::NeedsReply, Sort::AToZ] {
                    every_page_follows(&database, scene, &all, whose, holds, sort, search).await;
                }
            }
        }
        // As if so many had these letters that they are not read before the list is.
        run(&database, "UPDATE name_part SET held = held + 100000 WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        for (whose, holds) in owners {
            for search in ["e", "x", "힣"] {
                for sort in Sort::ALL {
                    every_page_follows(&database, scene, &all, whose, holds, sort, search).await;
                }
            }
        }
    }
}

on_both_engines! {
    async fn a_name_that_is_corrected_while_it_is_taken_in_is_there_once(database: Database) {
        let scene = talk(&database, 1, 3).await;
        lay(&database, scene, 900).await;
        let mut correcting = database.store.begin().await.unwrap();
        sqlx::query("UPDATE contact SET first_name = 'New', last_name = '' WHERE organization_id = 1 AND conversation_id = 777")
            .execute(&mut *correcting).await.unwrap();
        let which = (OrganizationId(1), scene.campaign, ConversationId(777));
        database.store.renamed(&mut correcting, which, ("Xanthippe", "Quux"), ("New", "")).await.unwrap();
        let store = database.store.clone();
        let taking_in = tokio::spawn(async move { store.take_in_names().await });
        // They are read, and cannot be written.
        until_waiting(&database, 1).await;
        correcting.commit().await.unwrap();
        taking_in.await.unwrap().unwrap();
        let names: Vec<String> = sqlx::query_scalar("SELECT name FROM contact_name WHERE conversation_id = 777")
            .fetch_all(database.store.reader()).await.unwrap();
        assert_eq!(names, ["new\t"]);
        let all: i64 = sqlx::query_scalar("SELECT count(*) FROM contact_name").fetch_one(database.store.reader()).await.unwrap();
        assert_eq!(all, 900);
    }
}

on_both_engines! {
    async fn what_was_corrected_is_found_by_its_new_name_and_stands_at_its_new_place(database: Database) {
        let scene = talk(&database, 1, 3).await;
        lay(&database, scene, 5_400).await;
        run(&database, "UPDATE conversation SET assignee_id = NULL WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        database.store.take_in_names().await.unwrap();
        let mut transaction = database.store.begin().await.unwrap();
        sqlx::query("UPDATE contact SET first_name = '', last_name = 'Aaa Wilhelmina' WHERE organization_id = 1 AND conversation_id = 777")
            .execute(&mut *transaction).await.unwrap();
        let which = (OrganizationId(1), scene.campaign, ConversationId(777));
        database.store.renamed(&mut transaction, which, ("Xanthippe", "Quux"), ("", "Aaa Wilhelmina")).await.unwrap();
        transaction.commit().await.unwrap();
        let find = async |search| pages(&database, scene, Whose::Unassigned, Sort::AToZ, search).await;
        assert_eq!(find("xanthippe").await, (vec![], Some(Found::All(0))));
        assert_eq!(find("helmina aaa").await, (vec![777], Some(Found::All(1))));
        let (ids, _) = find("").await;
        assert_eq!((ids[0], ids.iter().filter(|id| **id == 777).count()), (777, 1));
        assert_eq!(rows_of(&database, 777).await, 1);
    }
}

async fn rows_of(database: &Database, conversation: i64) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM contact_name WHERE conversation_id = $1")
        .bind(conversation)
        .fetch_one(database.store.reader())
        .await
        .unwrap()
}

on_both_engines! {
    async fn a_search_that_is_too_long_is_refused_and_others_are_not_searched(database: Database) {
        let scene = talk(&database, 1, 3).await;
        let elsewhere = talk(&database, 2, 3).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, elsewhere, 8, 1, "Lee", Some(ABBY)).await;
        let search = async |text: &str| {
            database.store.list(scene.admin, scene.campaign, Whose::Member(ABBY), Tab::Initial, Sort::NeedsReply, text, None).await
        };
        assert_eq!(search("lee").await.unwrap().rows.len(), 1);
        assert_eq!(search(&"x".repeat(101)).await.unwrap_err(), ApiError::Search(SearchError::TooLong(101)));
        let many = ["a"; MOST_WORDS + 1].join(" ");
        let error = search(&many).await.unwrap_err();
        assert_eq!(error, ApiError::Search(SearchError::TooManyWords(6)));
        assert_eq!(error.status(), 422);
    }
}

on_both_engines! {
    async fn names_are_taken_in_once_by_whoever_comes_first(database: Database) {
        let scene = talk(&database, 1, 3).await;
        lay(&database, scene, 300).await;
        let other = handoff_server::store::Store::open(&database.address, database.clock.clone()).await.unwrap();
        let (one, two) = tokio::join!(database.store.take_in_names(), other.take_in_names());
        assert!(one.unwrap() + two.unwrap() >= 300);
        let count = |table: &'static str| {
            let statement = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            let reader = database.store.reader().clone();
            async move { sqlx::query_scalar::<_, i64>(statement).fetch_one(&reader).await.unwrap() }
        };
        assert_eq!((count("contact_name").await, count("name_due").await), (300, 0));
        let twice: i64 = sqlx::query_scalar("SELECT count(*) FROM name_part WHERE part = 'emi' AND batch = 1")
            .fetch_one(database.store.reader()).await.unwrap();
        assert_eq!(twice, 1);
    }
}

on_both_engines! {
    async fn each_row_has_the_last_words_of_its_contact(database: Database) {
        let scene = talk(&database, 1, 3).await;
        for id in 7..=9 {
            contact(&database, scene, id, id, "Lee", Some(ABBY)).await;
        }
        run(&database, "UPDATE conversation SET status = 1, standing = 1, contact_wrote_at = 5 WHERE organization_id = $1 AND conversation_id <> $2", 1, 9).await;
        // The ids are in no order. 1 is from the contact, 2 from us.
        for (conversation, message, direction, sequence, body) in [
            (7, 50, 1, 1, "first".to_owned()), (7, 40, 1, 2, "Yes,\nI do".to_owned()), (7, 60, 2, 3, "ours".to_owned()),
            (8, 70, 1, 1, "é".repeat(300)), (9, 80, 2, 1, "ours".to_owned()),
        ] {
            let mut transaction = database.store.begin().await.unwrap();
            sqlx::query(
                "INSERT INTO message (organization_id, conversation_id, message_id, direction, body, segments, written_at, sequence)
                 VALUES (1, $1, $2, $3, $4, 1, 3, $5)",
            )
            .bind(conversation).bind(message).bind(direction).bind(body).bind(sequence)
            .execute(&mut *transaction).await.unwrap();
            transaction.commit().await.unwrap();
        }
        let words = async |tab, search: &str| {
            let list = database.store.list(scene.admin, scene.campaign, Whose::Member(ABBY), tab, Sort::NeedsReply, search, None);
            list.await.unwrap().rows.into_iter().map(|row| (row.id.get(), row.last_words)).collect::<Vec<_>>()
        };
        let expected = [(7, "Yes, I do".to_owned()), (8, format!("{}…", "é".repeat(119)))];
        assert_eq!(words(Tab::Responses, "").await, expected);
        assert_eq!(words(Tab::Responses, "lee").await, expected);
        assert_eq!(words(Tab::Initial, "").await, [(9, String::new())]);
    }
}
