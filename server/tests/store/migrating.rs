//! A database of each release, with something in every table, is brought up to date, and all is still there.

use handoff_core::campaign::CampaignStatus;
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::operation::OperationKind;
use handoff_core::status::{Standing, Status};
use handoff_core::{CampaignId, ConversationId, MemberId, OperationId, OrganizationId};
use handoff_server::store::engine::Engine;
use handoff_server::store::engine::migrations::migrate_until;
use handoff_server::store::{Actor, Store};
use sqlx::{AnyPool, Executor};

use crate::database::{Database, empty, on_both_engines};

/// The last migration of the first release, with which every fixture begins.
const FIRST_RELEASE: i64 = 5;

/// Each released schema by its last migration, with what only its release could leave there.
const RELEASES: [(i64, &[&str]); 2] = [(FIRST_RELEASE, &[]), (12, LEFT_BY_12)];

/// Names that were taken in, found by three letters alone; somebody who was invited; a message that waits for the hours
/// to open; a reaction; answers to an archived campaign.
const LEFT_BY_12: &[&str] = &[
    "DELETE FROM name_due",
    "INSERT INTO contact_name (organization_id, campaign_id, name, conversation_id) VALUES
        (1, 50, 'emile', 62), (1, 50, 'jo', 63), (1, 50, 'kim park', 61), (1, 50, 'max', 64)",
    "INSERT INTO name_part (organization_id, campaign_id, part, batch, held, conversations) VALUES
        (1, 50, 'emi', 61, 1, '-B'), (1, 50, 'mil', 61, 1, '-B'), (1, 50, 'ile', 61, 1, '-B')",
    "UPDATE member SET invited = 1 WHERE organization_id = 1 AND member_id = 3",
    "UPDATE outbox SET waits = 1 WHERE organization_id = 1",
    "INSERT INTO message (organization_id, conversation_id, message_id, direction, asks, body, segments, written_at, sequence)
        VALUES (1, 61, 904, 1, 5, 'Liked “Hi Kim!”', 1, 50, 1)",
    "UPDATE campaign SET late_replies = 2 WHERE organization_id = 1",
    // An import that is decided, and was stopped before its contacts had conversations.
    "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields) VALUES
        (1, 70, 50, '+12025550170', 'Zelda', '', '{}')",
    "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id) VALUES (1, '+12025550170', 50, 70)",
    "INSERT INTO arrival (organization_id, campaign_id, import_id, first_id, after_id, result, seen_at)
        VALUES (1, 50, 84, 70, 71, '{}', 1)",
];

const CAMPAIGN: CampaignId = CampaignId(50);
const ABBY: MemberId = MemberId(2);

/// What was in it: an admin, two texters of one name, a campaign with four contacts, and what became of them.
const FILLED: &[&str] = &[
    "INSERT INTO account (account_id, email, password_hash, created_at) VALUES
        (11, 'ada@example.org', 'hash', 1), (12, 'abby@example.org', 'hash', 1), (13, 'other@example.org', NULL, 1)",
    "INSERT INTO organization (organization_id, name, country, created_at) VALUES (1, 'Test', 'US', 1)",
    "INSERT INTO member (organization_id, member_id, account_id, name, role, active, created_at, last_seen_at) VALUES
        (1, 1, 11, 'Ada', 1, 1, 1, 5), (1, 2, 12, 'Abby Lee', 2, 1, 1, 5), (1, 3, 13, 'Abby Lee', 2, 1, 1, NULL)",
    "INSERT INTO membership (account_id, organization_id, member_id) VALUES (11, 1, 1), (12, 1, 2), (13, 1, 3)",
    "INSERT INTO session (token_hash, session_id, account_id, organization_id, member_id, browser, created_at,
        last_used_at, expires_at) VALUES ('session', 21, 11, 1, 1, 'Firefox', 1, 1, 9007199254740991)",
    "INSERT INTO one_time_link (token_hash, account_id, organization_id, expires_at)
        VALUES ('link', 13, 1, 9007199254740991)",
    "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
        created_by, time_zone, self_assignment, batch_size)
        VALUES (1, 50, 'Spring', 2, 'Hi {first_name}!', '[\"city\"]', 1, 1, 'UTC', 1, 25)",
    "INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at) VALUES (1, 50, 2, 1), (1, 50, 3, 1)",
    "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields) VALUES
        (1, 61, 50, '+12025550101', 'Kim', 'Park', '{\"city\":\"Ashford\"}'), (1, 62, 50, '+12025550102', 'Émile', '', '{}'),
        (1, 63, 50, '+12025550103', 'Jo', '', '{}'), (1, 64, 50, '+12025550104', 'Max', '', '{}')",
    "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, opted_out, escalated,
        standing, waiting_since, contact_wrote_at, we_wrote_at, assignee_wrote_at, assigned_at, moved_by) VALUES
        (1, 61, 50, 2, 1, 0, 0, 1, 40, 40, 30, 30, 20, 71), (1, 62, 50, NULL, 2, 0, 0, 2, 0, NULL, NULL, NULL, NULL, NULL),
        (1, 63, 50, 3, 4, 1, 0, 6, 30, NULL, 30, 30, NULL, NULL), (1, 64, 50, NULL, 4, 0, 1, 4, 30, NULL, 30, NULL, NULL, NULL)",
    "INSERT INTO opt_out (organization_id, phone, opted_out_at, opted_out_by) VALUES (1, '+12025550103', 35, NULL)",
    "INSERT INTO message (organization_id, conversation_id, message_id, direction, kind, delivery, asks, body, segments,
        written_at, written_by, gateway_id) VALUES
        (1, 61, 902, 2, 1, 2, NULL, 'Hi Kim!', 1, 30, 2, NULL), (1, 61, 901, 1, NULL, NULL, 1, 'Who is this?', 1, 40, NULL, 'in-1')",
    "INSERT INTO outbox (organization_id, conversation_id, message_id, campaign_id, phone, kind, due_at)
        VALUES (1, 61, 902, 50, '+12025550101', 1, 30)",
    "INSERT INTO unknown_inbound (organization_id, message_id, phone, body, received_at, gateway_id)
        VALUES (1, 903, '+12025550199', 'Hello?', 41, 'in-2')",
    "INSERT INTO escalation (organization_id, conversation_id, note, escalated_at, escalated_by) VALUES (1, 64, 'Help', 36, 2)",
    "INSERT INTO survey_question (organization_id, question_id, campaign_id, place, text, chosen)
        VALUES (1, 81, 50, 0, 'Vote?', 1)",
    "INSERT INTO survey_choice (organization_id, question_id, choice_id, place, text) VALUES (1, 81, 1, 0, 'Si'), (1, 81, 2, 1, 'Sí')",
    "INSERT INTO survey_answer (organization_id, conversation_id, question_id, choice_id, text, answered_at, answered_by)
        VALUES (1, 61, 81, 2, NULL, 45, 2)",
    "INSERT INTO recommended_reply (organization_id, reply_id, campaign_id, place, title, text) VALUES (1, 82, 50, 0, 'Thanks', 'Thanks!')",
    "INSERT INTO follow_up (organization_id, follow_up_id, campaign_id, title, text, audience, created_at)
        VALUES (1, 83, 50, 'Reminder', 'Tomorrow!', 1, 46)",
    "INSERT INTO follow_up_sent (organization_id, conversation_id, follow_up_id, sent_at) VALUES (1, 61, 83, 47)",
    "INSERT INTO operation (organization_id, operation_id, campaign_id, kind, committed_at, committed_by, request,
        fingerprint, moved, words, headline, people, layout, unassigned_change) VALUES (1, 71, 50, 1, 20, 1, '{}', 'x', 1,
        'Some (1), Any, to Abby Lee', '1 moved to Abby Lee',
        '[[\"Abby Lee\",{\"owner\":2,\"before\":[0,0,0,0,0,0],\"goes\":[0,0,0,0,0,0],\"comes\":[0,1,0,0,0,0],\"kept\":0}]]',
        '{\"takes\":[{\"from\":null,\"standing\":\"NotStarted\",\"count\":1}],\"turns\":[{\"start\":0,\"finish\":1,\"rank\":0,\"open\":1}],\"targets\":[2]}',
        -1)",
    "INSERT INTO operation_move (organization_id, operation_id, first_place, from_id, moved, first_id, conversations)
        VALUES (1, 71, 0, NULL, 1, 61, '0')",
    "INSERT INTO invite_link (token_hash, organization_id, campaign_id, made_at, made_by) VALUES ('invite', 1, 50, 1, 1)",
    "INSERT INTO invite_join (organization_id, campaign_id, member_id, joined_at, operation_id) VALUES (1, 50, 2, 1, 91)",
];

/// The file of an import is bytes, which each engine writes in its own way.
fn import(engine: Engine) -> String {
    let bytes = match engine {
        Engine::Sqlite => "x'70686f6e650a'",
        Engine::Postgres => "'\\x70686f6e650a'",
    };
    format!(
        "INSERT INTO contact_import (organization_id, import_id, campaign_id, file_name, file, uploaded_at, uploaded_by, status)
        VALUES (1, 84, 50, 'contacts.csv', {bytes}, 1, 1, 1)"
    )
}

/// What a check may be about: yes or no, and what has to hold between columns.
const MAY_BE_CHECKED: [&str; 3] = ["IN (0, 1", "ARRAY[0, 1]", "CASE"];

on_both_engines! {
    async fn no_schema_repeats_what_numbers_stand_for(database: Database) {
        let checks: Vec<String> = match database.store.engine() {
            Engine::Sqlite => {
                let tables: Vec<String> = sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'")
                    .fetch_all(database.store.reader()).await.unwrap();
                tables.iter().flat_map(|sql| sql.split("CHECK (").skip(1).map(str::to_owned).collect::<Vec<_>>())
                    .map(|check| check.split_once(')').map_or(check.clone(), |(check, _)| check.to_owned())).collect()
            }
            Engine::Postgres => sqlx::query_scalar("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'
                    AND connamespace = 'public'::regnamespace")
                .fetch_all(database.store.reader()).await.unwrap(),
        };
        assert!(checks.len() > 5, "{checks:?}");
        for check in checks {
            assert!(MAY_BE_CHECKED.iter().any(|may| check.contains(may)), "{check}");
        }
    }
}

on_both_engines! {
    async fn a_filled_database_of_each_release_is_brought_up_to_date(database: Database) {
        for (release, left) in RELEASES {
            is_brought_up_to_date(&database, release, left).await;
        }
    }
}

async fn is_brought_up_to_date(database: &Database, release: i64, left: &'static [&'static str]) {
    let engine = database.store.engine();
    let (address, _folder) = empty(engine).await;
    let create = if engine == Engine::Sqlite { "?mode=rwc" } else { "" };
    let old = AnyPool::connect(&format!("{address}{create}")).await.unwrap();
    migrate_until(engine, &old, FIRST_RELEASE).await.unwrap();
    for statement in FILLED {
        old.execute(*statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    old.execute(sqlx::AssertSqlSafe(import(engine))).await.unwrap();
    migrate_until(engine, &old, release).await.unwrap();
    for statement in left {
        old.execute(*statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    old.close().await;

    let store = Store::open(&address, database.clock.clone()).await.unwrap();
    let admin = Actor { organization: OrganizationId(1), member: MemberId(1) };
    let overview = store.overview(admin, CAMPAIGN).await.unwrap();
    assert_eq!((overview.name.as_str(), overview.status, overview.escalated), ("Spring", CampaignStatus::Active, 1));
    let names: Vec<_> = overview.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Abby Lee (abby@example.org)", "Abby Lee (other@example.org)"]);
    assert_eq!((overview.tally.counts(None).total(), overview.tally.counts(None).get(Standing::NotStarted)), (2, 1));

    let list =
        store.list(admin, CAMPAIGN, Whose::Member(ABBY), Tab::Responses, Sort::NeedsReply, "", None).await.unwrap();
    let rows: Vec<_> =
        list.rows.iter().map(|row| (row.id.get(), row.first_name.as_str(), row.last_words.as_str())).collect();
    assert_eq!(rows, [(61, "Kim", if release == 12 { "Liked “Hi Kim!”" } else { "Who is this?" })]);
    let found = store.list(admin, CAMPAIGN, Whose::Unassigned, Tab::Initial, Sort::AToZ, "emile", None).await.unwrap();
    assert_eq!(found.rows.iter().map(|row| row.id.get()).collect::<Vec<_>>(), [62]);

    let thread = store.thread(admin, ConversationId(61)).await.unwrap();
    let said: Vec<_> = thread.messages.iter().map(|message| (message.id.get(), message.body.as_str())).collect();
    assert_eq!(said[..2], [(902, "Hi Kim!"), (901, "Who is this?")]);
    assert_eq!(said.len(), if release == 12 { 3 } else { 2 });
    assert_eq!(
        (thread.state.status, thread.fields.get("city").map(String::as_str)),
        (Status::NeedsReply, Some("Ashford"))
    );
    assert_eq!(store.number(admin, "+12025550103".parse().unwrap()).await.unwrap().conversations.len(), 1);
    assert_eq!(store.escalated(admin, CAMPAIGN, None).await.unwrap().rows[0].escalation.note, "Help");

    let history = store.history(admin, CAMPAIGN, None).await.unwrap().operations;
    let kept: Vec<_> = history.iter().map(|row| (row.id, row.kind, row.headline.as_str())).collect();
    assert_eq!(kept, [(OperationId(71), OperationKind::BulkMove, "1 moved to Abby Lee")]);
    let detail = store.operation(admin, CAMPAIGN, OperationId(71)).await.unwrap();
    assert_eq!(detail.people[0].1.comes.total(), 1);

    // An answer that is like another one, as the first release allowed, can still be recorded.
    let answer = handoff_core::survey::answer::Answer::Choice(handoff_core::ChoiceId(1));
    store.record_answer(admin, ConversationId(61), handoff_core::QuestionId(81), Some(answer)).await.unwrap();

    // Names are taken in anew, those of a decided import too, by letters that were in no list before.
    store.take_in_names().await.unwrap();
    let inner: Vec<i64> = sqlx::query_scalar("SELECT held FROM name_part WHERE part IN ('il', 'l') ORDER BY part")
        .fetch_all(store.reader())
        .await
        .unwrap();
    assert_eq!(inner, if release == 12 { [1, 2] } else { [1, 1] });
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM contact_name ORDER BY conversation_id")
        .fetch_all(store.reader())
        .await
        .unwrap();
    let zelda = if release == 12 { &["zelda\t"][..] } else { &[] };
    assert_eq!(names, [&["kim\tpark", "emile\t", "jo\t", "max\t"], zelda].concat());
}
