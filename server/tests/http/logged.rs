//! What the log has of a value in the database that makes no sense.

use std::io::{Read, Seek};

use serde_json::json;

use crate::crash::Program;
use crate::database::on_both_engines;

on_both_engines! {
    async fn a_value_that_makes_no_sense_is_logged_once_with_its_place(database: Database) {
        let mut log = tempfile::tempfile().unwrap();
        let program = Program::logging("demo", &database, "info", log.try_clone().unwrap().into());
        let cookie = program.sign_in().await;
        let campaign = "SELECT campaign_id FROM campaign WHERE name = 'Pledge to vote'";
        let campaign: i64 = sqlx::query_scalar(campaign).fetch_one(database.store.reader()).await.unwrap();
        let conversation = "SELECT min(conversation_id) FROM conversation WHERE campaign_id = $1";
        let conversation: i64 =
            sqlx::query_scalar(conversation).bind(campaign).fetch_one(database.store.reader()).await.unwrap();
        let mut transaction = database.store.begin().await.unwrap();
        let wrong = "UPDATE campaign SET time_zone = 'Nowhere at all' WHERE campaign_id = $1";
        sqlx::query(wrong).bind(campaign).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        let thread = json!({"conversation": conversation});
        let (head, body) = program.post("messenger/thread", &cookie, &thread).await.unwrap();
        assert!(head.starts_with("HTTP/1.1 500") && body == "\"Broken\"", "{head} {body}");
        let mut text = String::new();
        log.rewind().unwrap();
        log.read_to_string(&mut text).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("makes no sense")).collect();
        let [line] = lines.as_slice() else { panic!("once: {lines:?}\n{text}") };
        assert!(line.contains("ERROR") && line.contains("campaign") && line.contains("time_zone"), "{line}");
        assert!(line.contains(&format!("campaign_id {campaign}")), "{line}");
    }
}
