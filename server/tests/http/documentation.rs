//! `docs/api.md` lists exactly the server functions that are registered, and its examples are what they take and
//! answer.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::conversation::ConversationState;
use handoff_server::model::ApiError;
use handoff_server::model::campaign::{Archived, Campaign, CampaignRow, SavedMessage};
use handoff_server::model::conversation::{Reassigned, Sent};
use handoff_server::model::escalation::EscalatedPage;
use handoff_server::model::follow_up::{DueFollowUp, FollowUpRow};
use handoff_server::model::history::{HistoryPage, OperationDetail, UndoAnswer, UndoPreview};
use handoff_server::model::import::{DryRun, Progress, Upload};
use handoff_server::model::inbound::{NumberPage, UnknownPage};
use handoff_server::model::invite::{Invitation, Joined, NewInvite, Revocation, RevokeAnswer};
use handoff_server::model::member::{MemberRow, NewMember};
use handoff_server::model::messenger::{Assignment, ListPage, Messenger, Recorded, Thread};
use handoff_server::model::opt_out::{OptOutPage, OptOutsRead};
use handoff_server::model::overview::{CommitAnswer, Overview};
use handoff_server::model::reply::Reply;
use handoff_server::model::self_assignment::{GiveBackAnswer, PoolHistory, Requested, SelfAssignment};
use handoff_server::model::session::{LinkPurpose, Me, OrganizationRow, SessionRow};
use handoff_server::model::settings::{CampaignHours, OrganizationSettings};
use handoff_server::model::survey::{AnswerCount, SurveyQuestion};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::browser::Served;
use crate::database::on_both_engines;
use crate::walk::registered;

const DOCUMENT: &str = include_str!("../../../docs/api.md");

/// Each address with its JSON blocks.
fn documented() -> BTreeMap<&'static str, Vec<&'static str>> {
    DOCUMENT
        .split("\n### `POST ")
        .skip(1)
        .map(|section| {
            let (path, rest) = section.split_once('`').unwrap();
            let rest = rest.split("\n## ").next().unwrap_or_default();
            let blocks = rest.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
            (path, blocks)
        })
        .collect()
}

/// Whether this text is read as this type, and written again as the same.
fn reads_as<T: DeserializeOwned + Serialize>(text: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let again = serde_json::to_value(read).map_err(|error| error.to_string())?;
    if again == value { Ok(()) } else { Err(format!("is written as {again}")) }
}

type Reads = fn(&str) -> Result<(), String>;

/// What each function answers.
const ANSWERS: &[(&str, Reads)] = &[
    ("/api/campaigns/act", reads_as::<CampaignStatus>),
    ("/api/campaigns/archive", reads_as::<Archived>),
    ("/api/campaigns/create", reads_as::<CampaignId>),
    ("/api/campaigns/copy", reads_as::<CampaignId>),
    ("/api/campaigns/get", reads_as::<Campaign>),
    ("/api/campaigns/list", reads_as::<Vec<CampaignRow>>),
    ("/api/campaigns/preview-message", reads_as::<Vec<(String, String)>>),
    ("/api/campaigns/rename", reads_as::<()>),
    ("/api/campaigns/save-message", reads_as::<SavedMessage>),
    ("/api/history/get", reads_as::<OperationDetail>),
    ("/api/history/list", reads_as::<HistoryPage>),
    ("/api/history/undo", reads_as::<UndoAnswer>),
    ("/api/history/undo-preview", reads_as::<UndoPreview>),
    ("/api/imports/dry-run", reads_as::<DryRun>),
    ("/api/imports/get", reads_as::<Upload>),
    ("/api/imports/progress", reads_as::<Progress>),
    ("/api/imports/start", reads_as::<()>),
    ("/api/members/activate", reads_as::<()>),
    ("/api/members/create", reads_as::<NewMember>),
    ("/api/members/link", reads_as::<NewMember>),
    ("/api/overview/commit", reads_as::<CommitAnswer>),
    ("/api/overview/get", reads_as::<Overview>),
    ("/api/session/change-password", reads_as::<()>),
    ("/api/session/end", reads_as::<()>),
    ("/api/session/link", reads_as::<LinkPurpose>),
    ("/api/session/list", reads_as::<Vec<SessionRow>>),
    ("/api/session/me", reads_as::<Me>),
    ("/api/session/who", reads_as::<Option<Me>>),
    ("/api/session/set-up", reads_as::<Me>),
    ("/api/session/sign-in", reads_as::<Me>),
    ("/api/session/sign-out", reads_as::<()>),
    ("/api/session/use-link", reads_as::<Me>),
    ("/api/texters/add", reads_as::<u32>),
    ("/api/texters/list", reads_as::<Vec<MemberRow>>),
    ("/api/texters/remove", reads_as::<CommitAnswer>),
    ("/api/messenger/assignments", reads_as::<Vec<Assignment>>),
    ("/api/messenger/open", reads_as::<Messenger>),
    ("/api/messenger/list", reads_as::<ListPage>),
    ("/api/messenger/thread", reads_as::<Thread>),
    ("/api/messenger/send", reads_as::<Sent>),
    ("/api/messenger/opt-out", reads_as::<ConversationState>),
    ("/api/messenger/opt-in", reads_as::<ConversationState>),
    ("/api/messenger/resolve", reads_as::<ConversationState>),
    ("/api/messenger/reopen", reads_as::<ConversationState>),
    ("/api/messenger/escalate", reads_as::<ConversationState>),
    ("/api/messenger/escalated", reads_as::<EscalatedPage>),
    ("/api/messenger/correct-contact", reads_as::<()>),
    ("/api/messenger/end-escalation", reads_as::<ConversationState>),
    ("/api/messenger/reassign", reads_as::<Reassigned>),
    ("/api/messenger/answer", reads_as::<Option<Recorded>>),
    ("/api/numbers/get", reads_as::<NumberPage>),
    ("/api/numbers/unknown", reads_as::<UnknownPage>),
    ("/api/numbers/opt-out", reads_as::<()>),
    ("/api/numbers/opt-in", reads_as::<()>),
    ("/api/opt-outs/list", reads_as::<OptOutPage>),
    ("/api/opt-outs/check", reads_as::<OptOutsRead>),
    ("/api/opt-outs/import", reads_as::<OptOutsRead>),
    ("/api/surveys/list", reads_as::<Vec<SurveyQuestion>>),
    ("/api/surveys/count", reads_as::<Vec<AnswerCount>>),
    ("/api/surveys/save", reads_as::<()>),
    ("/api/surveys/order", reads_as::<()>),
    ("/api/surveys/delete", reads_as::<()>),
    ("/api/replies/list", reads_as::<Vec<Reply>>),
    ("/api/replies/save", reads_as::<()>),
    ("/api/replies/order", reads_as::<()>),
    ("/api/replies/delete", reads_as::<()>),
    ("/api/follow-ups/list", reads_as::<Vec<FollowUpRow>>),
    ("/api/follow-ups/due", reads_as::<Vec<DueFollowUp>>),
    ("/api/follow-ups/save", reads_as::<()>),
    ("/api/follow-ups/delete", reads_as::<()>),
    ("/api/campaigns/hours", reads_as::<CampaignHours>),
    ("/api/campaigns/save-hours", reads_as::<CampaignHours>),
    ("/api/organization/settings", reads_as::<OrganizationSettings>),
    ("/api/organization/save-settings", reads_as::<()>),
    ("/api/session/organizations", reads_as::<Vec<OrganizationRow>>),
    ("/api/session/switch", reads_as::<Me>),
    ("/api/invites/make", reads_as::<NewInvite>),
    ("/api/invites/limit", reads_as::<()>),
    ("/api/invites/revocation", reads_as::<Revocation>),
    ("/api/invites/revoke", reads_as::<RevokeAnswer>),
    ("/api/invites/disable", reads_as::<()>),
    ("/api/invites/read", reads_as::<Invitation>),
    ("/api/invites/sign-up", reads_as::<Me>),
    ("/api/invites/join", reads_as::<Joined>),
    ("/api/self-assignment/get", reads_as::<SelfAssignment>),
    ("/api/self-assignment/pool", reads_as::<PoolHistory>),
    ("/api/self-assignment/save", reads_as::<()>),
    ("/api/self-assignment/request", reads_as::<Requested>),
    ("/api/self-assignment/give-back", reads_as::<GiveBackAnswer>),
];

#[test]
fn exactly_the_registered_functions_are_documented() {
    let documented: BTreeSet<&str> = documented().into_keys().collect();
    assert_eq!(documented, registered());
}

#[test]
fn answers_are_what_the_functions_answer() {
    let known: BTreeMap<&str, Reads> = ANSWERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, blocks) in documented() {
        let Some(reads) = known.get(path) else {
            wrong.push(format!("{path}: what it answers is not known to this test"));
            continue;
        };
        if blocks.len() < 2 {
            wrong.push(format!("{path}: arguments and at least one answer are shown"));
        }
        for block in blocks.into_iter().skip(1) {
            if let Err(error) = reads(block) {
                wrong.push(format!("{path}: {error}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn errors_are_what_the_server_answers() {
    let (_, errors) = DOCUMENT.split_once("\n## Errors").unwrap();
    let table: Vec<(&str, &str)> = errors
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"))
        .filter_map(|(status, rest)| Some((status, rest.split_once('`')?.0)))
        .collect();
    assert!(table.len() >= 10);
    for (status, text) in table {
        let error: ApiError = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(error.status().to_string(), status, "{text}");
    }
}

on_both_engines! {
    async fn arguments_are_what_the_functions_take(database: Database) {
        let served = Served::new(&database);
        for (path, blocks) in documented() {
            let arguments: Value = serde_json::from_str(blocks[0]).unwrap_or_else(|error| panic!("{path}: {error}"));
            let answer = served.call(path, "", arguments.clone()).await;
            assert_ne!(answer.status, StatusCode::BAD_REQUEST, "{path}: {answer:?}");
            // And each of them is needed, or may at least be left out knowingly.
            for name in arguments.as_object().unwrap().keys() {
                let mut wrong = arguments.clone();
                wrong[name] = Value::Array(vec![Value::Bool(true)]);
                let answer = served.call(path, "", wrong).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} takes anything as {name}: {answer:?}");
            }
        }
    }
}
