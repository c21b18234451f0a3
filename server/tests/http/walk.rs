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
        case("/api/session/who", json!({}), [200; 4]),
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
        case("/api/session/organizations", json!({}), [401, 200, 200, 200]),
        case("/api/session/switch", json!({"organization": 1}), [401, 404, 404, 404]),
        case("/api/invites/read", json!({"token": "guess"}), [404; 4]),
        case(
            "/api/invites/sign-up",
            json!({"token": "guess", "name": "A", "email": "a@example.org", "password": PASSWORD}),
            [404; 4],
        ),
        case("/api/invites/join", json!({"token": "guess", "confirmed": true}), [401, 404, 404, 404]),
        case("/api/campaigns/list", json!({}), OF_ADMINS),
        case("/api/campaigns/create", json!({"name": "Autumn"}), OF_ADMINS),
        case("/api/campaigns/get", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/campaigns/copy", json!({"campaign": campaign, "name": "Copy of Spring"}), OF_A_CAMPAIGN),
        case("/api/campaigns/rename", json!({"campaign": campaign, "name": "Spring 2"}), OF_A_CAMPAIGN),
        case("/api/campaigns/preview-message", json!({"campaign": campaign, "message": "Hi"}), OF_A_CAMPAIGN),
        case("/api/campaigns/save-message", json!({"campaign": campaign, "message": "Hi"}), OF_A_CAMPAIGN),
        case("/api/campaigns/act", json!({"campaign": campaign, "action": "Start"}), OF_A_CAMPAIGN),
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
        case(
            "/api/history/list",
            json!({"campaign": campaign, "filter": {"kinds": ["BulkMove"], "person": texter}, "after": null}),
            OF_A_CAMPAIGN,
        ),
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
    ]
}

/// The conversation that the texter holds all along.
const HELD: i64 = 4;

/// Something that its texter may do as often as they want, and an admin too.
const OF_ITS_TEXTER: [u16; 4] = [401, 200, 404, 200];

/// Something that happens once: the texter was faster.
const ONCE: [u16; 4] = [401, 200, 404, 409];

/// For admins alone; the texter learns where the conversation is.
const GONE: [u16; 4] = [401, 409, 404, 200];

/// What belongs to the campaign: surveys, replies, follow-ups, hours.
fn campaign_cases(campaign: CampaignId) -> Vec<Case> {
    let question = json!({"text": "Will you vote?", "answers": "Text"});
    let settings = json!({"phones_visible": "Off", "send_all": "Off", "time_zone": "UTC", "batch_size": 300});
    vec![
        case(
            "/api/campaigns/save-hours",
            json!({"campaign": campaign, "time_zone": "UTC", "hours": [0, 1440], "window": [null, null]}),
            OF_A_CAMPAIGN,
        ),
        case("/api/campaigns/hours", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/organization/settings", json!({}), OF_ADMINS),
        case("/api/organization/save-settings", json!({"settings": settings}), OF_ADMINS),
        case("/api/surveys/save", json!({"campaign": campaign, "id": 301, "question": question}), OF_A_CAMPAIGN),
        case("/api/surveys/list", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/surveys/count", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/surveys/order", json!({"campaign": campaign, "order": [301]}), OF_A_CAMPAIGN),
        case(
            "/api/replies/save",
            json!({"campaign": campaign, "id": 401, "title": "Hi", "text": "Hi!"}),
            OF_A_CAMPAIGN,
        ),
        case("/api/replies/list", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/numbers/get", json!({"phone": "+12025550141"}), OF_ADMINS),
        case("/api/numbers/unknown", json!({"before": null}), OF_ADMINS),
        case("/api/numbers/opt-out", json!({"phone": "+12025550149"}), OF_ADMINS),
        case("/api/numbers/opt-in", json!({"phone": "+12025550149"}), OF_ADMINS),
        case("/api/opt-outs/list", json!({"search": "202", "after": null}), OF_ADMINS),
        case("/api/opt-outs/check", json!({"text": "202-555-0149"}), OF_ADMINS),
        case("/api/opt-outs/import", json!({"text": "202-555-0149"}), OF_ADMINS),
        case("/api/replies/list", json!({"campaign": null}), OF_ADMINS),
        case("/api/replies/order", json!({"campaign": campaign, "order": [401]}), OF_A_CAMPAIGN),
        case("/api/replies/delete", json!({"campaign": campaign, "id": 401}), OF_A_CAMPAIGN),
        case(
            "/api/follow-ups/save",
            json!({"campaign": campaign, "id": 501, "title": "Hi", "text": "Hi!", "audience": "Everyone",
                "expires_at": null}),
            OF_A_CAMPAIGN,
        ),
        case("/api/follow-ups/list", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/follow-ups/due", json!({"campaign": campaign, "whose": null}), OF_A_CAMPAIGN),
        case("/api/follow-ups/due", json!({"campaign": campaign, "whose": "Unassigned"}), OF_A_CAMPAIGN),
        case("/api/follow-ups/due", json!({"campaign": campaign, "whose": "Mine"}), OF_ITS_TEXTER),
        case("/api/follow-ups/delete", json!({"campaign": campaign, "id": 501}), OF_A_CAMPAIGN),
    ]
}

/// What texters do.
fn messenger_cases(campaign: CampaignId, texter: MemberId) -> Vec<Case> {
    let list = json!({"campaign": campaign, "whose": {"Member": texter}, "tab": "Responses", "sort": "AToZ",
        "search": "", "after": null});
    vec![
        case("/api/messenger/assignments", json!({}), [401, 200, 200, 200]),
        case("/api/messenger/open", json!({"campaign": campaign, "whose": "Mine"}), OF_ITS_TEXTER),
        case("/api/messenger/open", json!({"campaign": campaign, "whose": "Unassigned"}), OF_A_CAMPAIGN),
        case("/api/messenger/open", json!({"campaign": campaign, "whose": {"Member": 9}}), [401, 403, 404, 404]),
        case("/api/messenger/list", list, OF_ITS_TEXTER),
        case("/api/messenger/thread", json!({"conversation": HELD}), OF_ITS_TEXTER),
        case("/api/messenger/thread", json!({"conversation": 1}), GONE),
        case("/api/messenger/thread", json!({"conversation": 99}), [401, 404, 404, 404]),
        case(
            "/api/messenger/send",
            json!({"conversation": HELD, "message": 601, "kind": "Reply", "follow_up": null, "text": "Hi",
                "all": false}),
            ONCE,
        ),
        case(
            "/api/messenger/answer",
            json!({"conversation": HELD, "question": 301, "answer": {"Text": "Yes"}}),
            OF_ITS_TEXTER,
        ),
        case("/api/surveys/delete", json!({"campaign": campaign, "id": 301}), OF_A_CAMPAIGN),
        case("/api/messenger/opt-out", json!({"conversation": HELD, "confirmation": null}), OF_ITS_TEXTER),
        case("/api/messenger/opt-in", json!({"conversation": HELD, "confirmation": null}), OF_ITS_TEXTER),
        case(
            "/api/messenger/correct-contact",
            json!({"conversation": HELD, "correction": {"first_name": "Lee", "last_name": "", "fields": null}}),
            OF_ITS_TEXTER,
        ),
        case("/api/messenger/resolve", json!({"conversation": HELD}), ONCE),
        case("/api/messenger/reopen", json!({"conversation": HELD}), ONCE),
        case("/api/messenger/escalate", json!({"conversation": HELD, "note": "Help"}), ONCE),
        case("/api/messenger/escalated", json!({"campaign": campaign, "after": null}), OF_A_CAMPAIGN),
        case("/api/messenger/end-escalation", json!({"conversation": HELD}), GONE),
        case("/api/messenger/reassign", json!({"conversation": HELD, "to": texter, "operation": 81}), GONE),
    ]
}

/// What a campaign hands out, and to whom. The admin is no texter of it.
fn self_assignment_cases(campaign: CampaignId) -> Vec<Case> {
    let terms = json!({"campaign": campaign, "on": "On", "batch": 2, "kind": "Both", "ceiling": null});
    vec![
        case("/api/self-assignment/save", terms, OF_A_CAMPAIGN),
        case("/api/self-assignment/get", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/self-assignment/pool", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/invites/make", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/invites/limit", json!({"campaign": campaign, "most": 50}), OF_A_CAMPAIGN),
        case("/api/invites/revocation", json!({"campaign": campaign, "link": 1}), [401, 403, 404, 404]),
        case(
            "/api/invites/revoke",
            json!({"campaign": campaign, "link": 1, "members": [], "fingerprint": "stale", "operation": 84}),
            [401, 403, 404, 404],
        ),
        case("/api/invites/disable", json!({"campaign": campaign}), OF_A_CAMPAIGN),
        case("/api/self-assignment/request", json!({"campaign": campaign, "operation": 82}), ONCE),
        case(
            "/api/self-assignment/give-back",
            json!({"campaign": campaign, "status": "Any", "fingerprint": "stale", "operation": 83}),
            [401, 200, 404, 404],
        ),
    ]
}

fn every_case(ids: &Ids) -> Vec<Case> {
    let mut all = cases(ids);
    // Before the texter is removed.
    let removal = all.iter().position(|case| case.path == "/api/overview/commit").unwrap();
    let rest = all.split_off(removal);
    all.extend(campaign_cases(ids.campaign));
    all.extend(messenger_cases(ids.campaign, ids.texter));
    all.extend(self_assignment_cases(ids.campaign));
    all.extend(rest);
    // In what is archived, nothing moves any more.
    all.push(case("/api/campaigns/archive", json!({"campaigns": [ids.campaign]}), OF_A_CAMPAIGN));
    all.push(case("/api/session/sign-out", json!({}), [200; 4]));
    all
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
        conversation(&served, admin.organization.get(), campaign.get(), texter.get(), HELD).await;
        let file = b"first,phone\nLee,+12025550143\n".to_vec();
        let import = served.store.store_upload(admin, campaign, "contacts.csv", file).await.unwrap();
        let cookies = [
            String::new(),
            served.sign_in("abby@example.org").await,
            served.sign_in("eve@example.org").await,
            sign_in,
        ];
        let cases = every_case(&Ids { campaign, texter, import });
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
    for id in 1..=3 {
        conversation(served, organization, campaign, texter, id).await;
    }
}

/// A conversation that the texter holds, and whose contact wrote last.
async fn conversation(served: &Served, organization: i64, campaign: i64, texter: i64, id: i64) {
    let mut transaction = served.store.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
         VALUES ($1, $2, $3, $4, 'Lee', 'Park', '{}')",
    )
    .bind(organization)
    .bind(id)
    .bind(campaign)
    .bind(format!("+1202555014{id}"))
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
         SELECT organization_id, phone, campaign_id, conversation_id FROM contact
         WHERE organization_id = $1 AND conversation_id = $2",
    )
    .bind(organization)
    .bind(id)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO conversation (organization_id, conversation_id, campaign_id, assignee_id, status, standing,
             we_wrote_at, contact_wrote_at)
         VALUES ($1, $2, $3, $4, 1, 1, 1, 2)",
    )
    .bind(organization)
    .bind(id)
    .bind(campaign)
    .bind(texter)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}
