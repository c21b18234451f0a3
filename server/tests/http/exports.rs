//! Exports: every row once, safe in a spreadsheet, for admins of the organization alone.

use axum::http::StatusCode;
use handoff_core::permission::Role;
use handoff_core::{CampaignId, ConversationId, MessageId};
use handoff_server::store::Actor;
use handoff_server::store::receive::Inbound;

use crate::browser::{Answer, Served};
use crate::database::{Database, on_both_engines};

/// More than a page.
const MANY: i64 = 5_003;

/// A campaign with so many conversations, every one of them unassigned and not started.
async fn campaign(served: &Served, admin: Actor) -> CampaignId {
    let campaign = served.store.create_campaign(admin, "Wähler \"2026\"").await.unwrap();
    let mut transaction = served.store.begin().await.unwrap();
    let series =
        "WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < $3)";
    for statement in [
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         SELECT $1, number, $2, '+1202' || CAST(5000000 + number AS TEXT), '=1+1', 'Park', '{\"city\":\"Ashford\",\"status\":\"244580000000456\"}'
         FROM series",
        "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
         SELECT $1, '+1202' || CAST(5000000 + number AS TEXT), $2, number FROM series",
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing)
         SELECT $1, number, $2, 2, 2 FROM series",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("{series} {statement}")))
            .bind(admin.organization.get())
            .bind(campaign.get())
            .bind(MANY)
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    sqlx::query(
        "UPDATE campaign SET custom_fields = '[\"city\",\"status\"]' WHERE organization_id = $1 AND campaign_id = $2",
    )
    .bind(admin.organization.get())
    .bind(campaign.get())
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    campaign
}

/// The rows of a file, its header first.
fn rows(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let text = std::str::from_utf8(&answer.body).unwrap().strip_prefix('\u{feff}').expect("a byte-order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn say(database: &Database, admin: Actor, gateway_id: &str, body: &str) {
    let phone = "+12025000001".parse().unwrap();
    let (gateway_id, body) = (gateway_id.to_owned(), body.to_owned());
    database.store.receive(&Inbound { organization: admin.organization, gateway_id, phone, body }).await.unwrap();
}

on_both_engines! {
    async fn every_conversation_message_and_answer_is_there_once(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let campaign = campaign(&served, admin).await;
        let question = handoff_core::survey::Draft { text: "Vote?".to_owned(), answers: handoff_core::survey::Answers::Text };
        let id = handoff_core::QuestionId(9);
        served.store.save_question(admin, campaign, id, &question).await.unwrap();
        let answer = handoff_core::survey::answer::Answer::Text("@home".to_owned());
        served.store.record_answer(admin, ConversationId(1), id, Some(answer)).await.unwrap();
        served.store.delete_question(admin, campaign, id).await.unwrap();
        say(&database, admin, "in-1", "-1+1 is\nzero").await;
        let goodbye = handoff_server::model::conversation::Confirmation { message: MessageId(7), text: "Bye".to_owned() };
        served.store.opt_out(admin, ConversationId(1), Some(goodbye), true).await.unwrap();
        let session = served.sign_in("ada@example.org").await;
        let get = async |file: &str| served.get(&format!("/api/exports/{campaign}/{file}"), &[("cookie", &session)]).await;

        let answer = get("conversations.csv").await;
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"W_hler _2026_ - conversations.csv\"");
        let all = rows(&answer);
        assert_eq!(all[0], ["conversation", "phone", "first_name", "last_name", "assignee", "assignee_email",
            "status", "opted_out", "escalated", "assigned_at_utc", "contact_wrote_at_utc", "we_wrote_at_utc", "city", "custom_status"]);
        assert_eq!(all[1], ["1", "+12025000001", "'=1+1", "Park", "", "", "Needs reply", "yes", "no", "",
            "2026-11-01 12:00:00", "", "Ashford", "'244580000000456"]);
        assert_eq!(all[2][6..9], ["Not started", "no", "no"]);
        let ids: Vec<i64> = all[1..].iter().map(|row| row[0].parse().unwrap()).collect();
        assert!(ids.iter().copied().eq(1..=MANY));

        let messages = rows(&get("messages.csv").await);
        assert_eq!(messages[0][4..], ["message", "from", "kind", "delivery", "written_at_utc", "written_by",
            "written_by_email", "segments", "text"]);
        assert_eq!(messages.len(), 3);
        let one = |from: &str| messages.iter().find(|row| row[5] == from).unwrap()[6..].to_vec();
        assert_eq!(one("contact"), ["", "", "2026-11-01 12:00:00", "", "", "1", "'-1+1 is\nzero"]);
        assert_eq!(one("us"), ["Opt-out confirmation", "Sending", "2026-11-01 12:00:00", "ada@example.org",
            "ada@example.org", "1", "Bye"]);

        let answers = rows(&get("answers.csv").await);
        assert_eq!(answers[1][4..], ["Vote?", "'@home", "2026-11-01 12:00:00", "ada@example.org", "ada@example.org"]);
        assert_eq!(answers.len(), 2);
    }
}

on_both_engines! {
    async fn only_admins_of_the_organization_get_it(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        served.organization("eve@example.org").await;
        served.member(admin, "abby@example.org", Role::Texter).await;
        let campaign = served.store.create_campaign(admin, "Spring").await.unwrap();
        let [ada, abby, eve] =
            [served.sign_in("ada@example.org").await, served.sign_in("abby@example.org").await, served.sign_in("eve@example.org").await];
        let status = async |cookie: &str, path: &str| served.get(path, &[("cookie", cookie)]).await.status.as_u16();
        for file in ["conversations.csv", "messages.csv", "answers.csv"] {
            let path = format!("/api/exports/{campaign}/{file}");
            let answered = [status("", &path).await, status(&abby, &path).await, status(&eve, &path).await, status(&ada, &path).await];
            assert_eq!(answered, [401, 403, 404, 200], "{file}");
        }
        assert_eq!(status(&ada, &format!("/api/exports/{campaign}/secrets.csv")).await, 404);
        assert_eq!(status(&ada, "/api/exports/x/messages.csv").await, 404);
        let foreign = [("cookie", ada.as_str()), ("sec-fetch-site", "cross-site")];
        let answer = served.get(&format!("/api/exports/{campaign}/messages.csv"), &foreign).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

on_both_engines! {
    async fn opt_outs_are_exported_for_admins_and_can_be_imported_again(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        served.member(admin, "abby@example.org", Role::Texter).await;
        let (ada, abby) = (served.sign_in("ada@example.org").await, served.sign_in("abby@example.org").await);
        let list: Vec<String> = (0..MANY).map(|last| format!("+447911{last:06}")).collect();
        let list = list.join("\n");
        let imported = served.store.import_opt_outs(admin, &list).await.unwrap().0;
        assert_eq!(i64::from(imported.good), MANY);
        let file = served.get("/api/exports/opt-outs.csv", &[("cookie", &ada)]).await;
        let found = rows(&file);
        assert_eq!(found[0], ["phone", "opted_out_at_utc", "opted_out_by", "opted_out_by_email"]);
        assert_eq!(found.len(), 1 + usize::try_from(MANY).unwrap(), "more than a page, each once");
        assert_eq!((found[1][0].as_str(), found[1][3].as_str()), ("+447911000000", "ada@example.org"));
        let again = served.store.check_opt_outs(admin, std::str::from_utf8(&file.body).unwrap()).await.unwrap();
        assert_eq!((i64::from(again.present), again.good, again.bad), (MANY, 0, 0));
        assert_eq!(served.get("/api/exports/opt-outs.csv", &[("cookie", &abby)]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(served.get("/api/exports/opt-outs.csv", &[]).await.status, StatusCode::UNAUTHORIZED);
    }
}
