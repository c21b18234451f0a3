//! Every server function, asked by everybody: who is let in, and who is refused how.

use std::collections::BTreeSet;

use handoff_core::permission::Role;
use handoff_core::plan::{Fingerprint, plan};
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::tally::Tally;
use handoff_core::{CampaignId, ImportId, MemberId};
use serde_json::{Value, json};

use crate::browser::{PASSWORD, Served};
use crate::database::on_both_engines;

/// A server function with the statuses it answers to who is signed out, a texter, an admin of another
/// organization, and the admin whose campaign it is.
struct Case {
    path: &'static str,
    arguments: Value,
    expected: [u16; 4],
}

const fn case(path: &'static str, arguments: Value, expected: [u16; 4]) -> Case {
    Case { path, arguments, expected }
}

/// For the organization's admins alone, and about something that others do not see.
const OF_A_CAMPAIGN: [u16; 4] = [401, 403, 404, 200];

/// For admins alone, each about their own organization.
const OF_ADMINS: [u16; 4] = [401, 403, 200, 200];

struct Ids {
    campaign: CampaignId,
    texter: MemberId,
    import: ImportId,
}

/// A move that was committed, for the history.
const OPERATION: i64 = 77;

fn request() -> Request {
    Request {
        from: From::Everyone,
        status: Filter::Any,
        how_many: HowMany::All,
        to: Target::Unassigned,
        sharing: Sharing::Equal,
    }
}

fn cases(ids: &Ids) -> Vec<Case> {
    let Ids { campaign, texter, import } = ids;
    let stale = "0".repeat(64);
    let columns = json!(["FirstName", "Phone"]);
    vec![
        case("/api/session/sign-in", json!({"email": "a@example.org", "password": "a wrong guess"}), [401; 4]),
        case("/api/session/me", json!({}), [401, 200, 200, 200]),
        case("/api/session/link", json!({"token": "guess"}), [404; 4]),
        case("/api/session/use-link", json!({"token": "guess", "password": PASSWORD}), [404; 4]),
        case(
            "/api/session/set-up",
            json!({"token": "guess", "organization": "A", "country": "US", "name": "A", "email": "a@example.org",
                "password": PASSWORD}),
            [409; 4],
        ),
        case(
            "/api/session/change-password",
            json!({"current": "a wrong guess", "new": "battery staple"}),
            [401, 422, 422, 422],
        ),
        case("/api/session/list", json!({}), [401, 200, 200, 200]),
        case("/api/session/end", json!({"session": 1}), [401, 404, 404, 404]),
        case("/api/campaigns/list", json!({}), OF_ADMINS),
        case("/api/campaigns/create", json!({"name": "Autumn"}), OF_ADMINS),
        case("/api/campaigns/get", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/campaigns/rename", json!({"campaign": campaign, "name": "Spring 2"}), OF_A_CAMPAIGN),
        case("/api/campaigns/act", json!({"campaign": campaign, "action": "Start"}), OF_A_CAMPAIGN),
        case("/api/campaigns/preview-message", json!({"campaign": campaign, "message": "Hi"}), OF_A_CAMPAIGN),
        case("/api/campaigns/save-message", json!({"campaign": campaign, "message": "Hi"}), OF_A_CAMPAIGN),
        case("/api/texters/list", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/texters/add", json!({"campaign": campaign, "members": [texter]}), OF_A_CAMPAIGN),
        case(
            "/api/members/create",
            json!({"name": "New", "email": "new@example.org", "role": "Admin", "campaign": campaign}),
            OF_A_CAMPAIGN,
        ),
        case("/api/members/link", json!({"member": texter}), OF_A_CAMPAIGN),
        case("/api/members/activate", json!({"member": texter, "active": true}), OF_A_CAMPAIGN),
        case("/api/overview/get", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/history/list", json!({"campaign": campaign, "after": null}), OF_A_CAMPAIGN),
        case("/api/history/get", json!({"campaign": campaign, "operation": OPERATION}), OF_A_CAMPAIGN),
        case("/api/history/undo-preview", json!({"campaign": campaign, "operation": OPERATION}), OF_A_CAMPAIGN),
        case(
            "/api/history/undo",
            json!({"campaign": campaign, "operation": OPERATION, "fingerprint": stale, "undo": 78}),
            OF_A_CAMPAIGN,
        ),
        case("/api/imports/get", json!({"import": import}), OF_A_CAMPAIGN),
        case("/api/imports/dry-run", json!({"import": import, "columns": columns}), OF_A_CAMPAIGN),
        case("/api/imports/progress", json!({"import": import}), OF_A_CAMPAIGN),
        case("/api/imports/start", json!({"import": import, "columns": columns}), OF_A_CAMPAIGN),
        case(
            "/api/overview/commit",
            json!({"campaign": campaign, "request": {"from": "Unassigned", "status": "Any", "how_many": "All",
                "to": {"Texters": [texter]}, "sharing": "Equal"}, "fingerprint": stale, "operation": 79}),
            OF_A_CAMPAIGN,
        ),
        case(
            "/api/texters/remove",
            json!({"campaign": campaign, "member": texter, "to": "Unassigned", "fingerprint": stale, "operation": 80}),
            OF_A_CAMPAIGN,
        ),
        case("/api/session/sign-out", json!({}), [200; 4]),
    ]
}

/// The address of every server function that is registered.
pub fn registered() -> BTreeSet<&'static str> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect()
}

on_both_engines! {
    async fn everybody_gets_what_they_may_and_nothing_else(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let (_, texter) = served.member(admin, "abby@example.org", Role::Texter).await;
        served.organization("eve@example.org").await;
        let sign_in = served.sign_in("ada@example.org").await;
        let create = served.call("/api/campaigns/create", &sign_in, json!({"name": "Spring"})).await;
        let campaign: CampaignId = serde_json::from_value(create.json()).unwrap();
        served.store.add_texters(admin, campaign, vec![texter]).await.unwrap();
        conversations(&served, admin.organization.get(), campaign.get(), texter.get()).await;
        let overview = served.call("/api/overview/get", &sign_in, json!({"campaign": campaign})).await.json();
        let tally: Tally = serde_json::from_value(overview["tally"].clone()).unwrap();
        let fingerprint: Fingerprint = plan(&tally, &request()).unwrap().fingerprint();
        let commit = json!({"campaign": campaign, "request": request(), "fingerprint": fingerprint,
            "operation": OPERATION});
        let committed = served.call("/api/overview/commit", &sign_in, commit).await;
        assert_eq!(committed.json()["Committed"]["moved"], 3, "{committed:?}");
        let file = b"first,phone\nLee,+12025550143\n".to_vec();
        let import = served.store.store_upload(admin, campaign, "contacts.csv", file).await.unwrap();
        let cookies = [
            String::new(),
            served.sign_in("abby@example.org").await,
            served.sign_in("eve@example.org").await,
            sign_in,
        ];
        let cases = cases(&Ids { campaign, texter, import });
        let mut wrong = Vec::new();
        for Case { path, arguments, expected } in &cases {
            let mut answered = [0; 4];
            for (cookie, status) in cookies.iter().zip(&mut answered) {
                let answer = served.call(path, cookie, arguments.clone()).await;
                *status = answer.status.as_u16();
                if *status >= 400 {
                    answer.error();
                }
            }
            if answered != *expected {
                wrong.push(format!("{path}: {answered:?} and not {expected:?}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        let walked: BTreeSet<&str> = cases.iter().map(|case| case.path).collect();
        assert_eq!(walked, registered(), "every server function has its case");
    }
}

/// Three conversations that the texter holds.
async fn conversations(served: &Served, organization: i64, campaign: i64, texter: i64) {
    let mut transaction = served.store.begin().await.unwrap();
    for conversation in 1..=3_i64 {
        sqlx::query(
            "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, standing)
             VALUES ($1, $2, $3, $4, 1, 1)",
        )
        .bind(organization)
        .bind(conversation)
        .bind(campaign)
        .bind(texter)
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    transaction.commit().await.unwrap();
}
