//! `docs/api.md` lists every value of everything that is one of a few, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use handoff_core::campaign::hours::Opens;
use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::window::Phase;
use handoff_core::campaign::{CampaignAction, CampaignError, CampaignStatus};
use handoff_core::contact::Column;
use handoff_core::contact::search::SearchError;
use handoff_core::follow_up::{Audience, FollowUpError};
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::membership::{LinkPassword, Membership};
use handoff_core::message::delivery::{Failure, Hindrance};
use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::operation::OperationKind;
use handoff_core::opt_out::Asks;
use handoff_core::permission::{Role, Setting};
use handoff_core::request::{Filter, From, HowMany, RequestError, Sharing, Target};
use handoff_core::self_assignment::{NoPlace, PoolKind, RequestRefusal};
use handoff_core::sending::SendError;
use handoff_core::status::{Standing, Status};
use handoff_core::survey::Answers;
use handoff_core::survey::answer::{Answer, AnswerError};
use handoff_core::undo::Fate;
use handoff_server::model::conversation::ConversationError;
use handoff_server::model::history::UndoAnswer;
use handoff_server::model::import::{Charset, Foreign, Header, ImportError, Progress};
use handoff_server::model::invite::{FirstBatch, InviteError, RevokeAnswer, Visitor};
use handoff_server::model::member::TexterError;
use handoff_server::model::messenger::Found;
use handoff_server::model::opt_out::OptOutError;
use handoff_server::model::overview::CommitAnswer;
use handoff_server::model::self_assignment::GiveBackAnswer;
use handoff_server::model::session::{LinkPurpose, SessionError};
use handoff_server::model::storage::StorageError;
use handoff_server::model::{ApiError, Thing};
use serde::de::DeserializeOwned;

const DOCUMENT: &str = include_str!("../../../docs/api.md");

/// What stands in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The values of an enum. Serde names them all when it reads one that there is not.
fn values<T: DeserializeOwned>() -> BTreeSet<String> {
    let refused = serde_json::from_str::<T>("\"?\"").err().expect("no value has this name").to_string();
    let (_, expected) = refused.split_once("expected ").unwrap_or_else(|| panic!("{refused}"));
    quoted(expected)
}

macro_rules! values {
    ($($name:ident),* $(,)?) => {
        [$((stringify!($name), values::<$name>())),*].into_iter().collect()
    };
}

/// Everything in requests and answers that is one of a few.
fn possible() -> BTreeMap<&'static str, BTreeSet<String>> {
    values![
        Answer,
        AnswerError,
        Answers,
        ApiError,
        Asks,
        Audience,
        CampaignAction,
        CampaignError,
        CampaignStatus,
        Charset,
        Column,
        CommitAnswer,
        ConversationError,
        Delivery,
        Direction,
        Failure,
        Fate,
        Filter,
        FirstBatch,
        FollowUpError,
        Foreign,
        Found,
        From,
        GiveBackAnswer,
        Header,
        Hindrance,
        HowMany,
        ImportError,
        InviteError,
        Kind,
        LinkPassword,
        LinkPurpose,
        Membership,
        Missing,
        NoPlace,
        OperationKind,
        Opens,
        OptOutError,
        Phase,
        PoolKind,
        Progress,
        RequestError,
        RequestRefusal,
        RevokeAnswer,
        Role,
        SearchError,
        SendError,
        SessionError,
        Setting,
        Sharing,
        Sort,
        Standing,
        Status,
        StorageError,
        Tab,
        Target,
        TexterError,
        Thing,
        UndoAnswer,
        Visitor,
        Whose,
    ]
}

/// What never leaves the server as it is: what the rules work with, and errors that go out as sentences.
const INSIDE: [&str; 16] = [
    "Act",
    "BodyError",
    "Contact",
    "Encoding",
    "Event",
    "FollowUpDraftError",
    "Held",
    "InitialMessages",
    "NameError",
    "NoteError",
    "PreparedError",
    "QuestionError",
    "Reason",
    "TemplateError",
    "TermsError",
    "TitleError",
];

#[test]
fn every_value_is_documented_and_no_other() {
    let (_, section) = DOCUMENT.split_once("\n## Values\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let documented: BTreeMap<&str, BTreeSet<String>> = section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            let values = quoted(&format!("`{}", cells.next()?));
            Some((cells.next()?.trim_matches('`'), values))
        })
        .collect();
    assert_eq!(documented, possible());
}

#[test]
fn no_enum_of_requests_and_answers_is_missing_here() {
    let server = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    enums(&server.join("src/model"), &mut found);
    enums(&server.join("../core/src"), &mut found);
    let known: BTreeSet<String> = possible().into_keys().chain(INSIDE).map(str::to_owned).collect();
    assert_eq!(found, known, "add it to the values in docs/api.md and here, or to what stays inside");
}

/// The names of all enums below a folder that are read from JSON.
fn enums(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            enums(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut derived = "";
        for line in text.lines() {
            match line.strip_prefix("pub enum ").and_then(|rest| rest.split_once(' ')) {
                Some((name, _)) if derived.contains("Deserialize") => drop(found.insert(name.to_owned())),
                _ if line.starts_with("#[derive(") => derived = line,
                _ if line.starts_with("#[") || line.starts_with("    ") => {}
                _ => derived = "",
            }
        }
    }
}
