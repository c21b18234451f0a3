//! Every way to have an account with somebody's address, against every way to be added by it: nothing opens before the
//! organization's own link was used.

use axum::http::StatusCode;
use handoff_core::account::{Email, Name};
use handoff_core::permission::Role;
use handoff_server::model::ApiError;
use handoff_server::model::invite::InviteError;
use handoff_server::store::Actor;
use serde_json::{Value, json};

use crate::browser::{PASSWORD, Served};
use crate::database::{Database, on_both_engines};

const ADDRESS: &str = "vic@example.org";

fn token(link: &str) -> &str {
    link.rsplit_once('/').unwrap().1
}

/// A campaign that runs and takes texters by link: the link's token.
async fn open_campaign(served: &Served, admin: &str) -> String {
    let campaign = served.call("/api/campaigns/create", admin, json!({"name": "Spring"})).await.json();
    served.call("/api/campaigns/act", admin, json!({"campaign": campaign, "action": "Start"})).await;
    let terms = json!({"campaign": campaign, "on": "On", "batch": 25, "kind": "Both", "ceiling": null});
    served.call("/api/self-assignment/save", admin, terms).await;
    let made = served.call("/api/invites/make", admin, json!({"campaign": campaign})).await.json();
    token(made["link"].as_str().unwrap()).to_owned()
}

/// How somebody comes by an account with another person's address, in an organization of their own.
#[derive(Clone, Copy, Debug)]
enum Made {
    Admin,
    InviteLink,
    SetUp,
    Operator,
}

/// How the address is added to the organization that means the person.
#[derive(Clone, Copy, Debug)]
enum Added {
    Admin,
    Operator,
}

/// Makes the account. Answers the cookie of whoever made it.
async fn make(served: &Served, how: Made) -> String {
    if let Made::SetUp = how {
        let link = served.store.set_up_link().await.unwrap().unwrap();
        let arguments = json!({"token": token(&link), "organization": "Pirates", "country": "US", "name": "Eve",
            "email": ADDRESS, "password": PASSWORD});
        return served.call("/api/session/set-up", "", arguments).await.cookie();
    }
    let there = served.organization("eve@example.org").await;
    let eve = served.sign_in("eve@example.org").await;
    let link = match how {
        Made::InviteLink => {
            let invite = open_campaign(served, &eve).await;
            let arguments = json!({"token": invite, "name": "Vic", "email": ADDRESS, "password": PASSWORD});
            return served.call("/api/invites/sign-up", "", arguments).await.cookie();
        }
        Made::Admin => by_admin(served, &eve).await,
        Made::Operator => by_operator(served, there).await,
        Made::SetUp => unreachable!(),
    };
    let used = served.call("/api/session/use-link", "", json!({"token": token(&link), "password": PASSWORD})).await;
    used.cookie()
}

async fn by_admin(served: &Served, admin: &str) -> String {
    let arguments = json!({"name": "Vic", "email": ADDRESS, "role": "Admin", "campaign": null});
    served.call("/api/members/create", admin, arguments).await.json()["link"].as_str().unwrap().to_owned()
}

async fn by_operator(served: &Served, of: Actor) -> String {
    let (name, email) = (Name::parse("Vic").unwrap(), Email::parse(ADDRESS).unwrap());
    let mut transaction = served.store.begin().await.unwrap();
    let added = served.store.add_user(&mut transaction, of.organization, &name, &email, Role::Admin).await.unwrap();
    transaction.commit().await.unwrap();
    added.0
}

/// Where a cookie is signed in, and everything that it is offered.
async fn organizations(served: &Served, cookie: &str) -> Vec<Value> {
    let all = served.call("/api/session/organizations", cookie, json!({})).await.json();
    let me = served.call("/api/session/me", cookie, json!({})).await.json();
    let ids = all.as_array().unwrap().iter().map(|row| row["id"].clone());
    ids.chain([me["organization"].clone()]).collect()
}

async fn walk(database: &Database, made: Made, added: Added) {
    let served = Served::new(database);
    let squatter = make(&served, made).await;
    let theirs = served.call("/api/session/me", &squatter, json!({})).await.json()["organization"].clone();
    let here = served.organization("ada@example.org").await;
    let ada = served.sign_in("ada@example.org").await;
    let invite = open_campaign(&served, &ada).await;
    let link = match added {
        Added::Admin => by_admin(&served, &ada).await,
        Added::Operator => by_operator(&served, here).await,
    };
    let (ours, case) = (json!(here.organization), format!("{made:?} {added:?}"));

    // Nothing that the account can ask leads there.
    assert!(!organizations(&served, &squatter).await.contains(&ours), "{case}");
    let over = served.call("/api/session/switch", &squatter, json!({"organization": ours})).await;
    assert_eq!(over.status, StatusCode::NOT_FOUND, "{case}");
    let signed_in = served.sign_in(ADDRESS).await;
    assert_eq!(organizations(&served, &signed_in).await, [theirs.clone(), theirs.clone()], "{case}");
    let own = ApiError::Invite(InviteError::Invited);
    let read = served.call("/api/invites/read", &squatter, json!({"token": invite})).await;
    assert_eq!((read.status, read.error()), (StatusCode::FORBIDDEN, own.clone()), "{case}");
    for confirmed in [false, true] {
        let join = json!({"token": invite, "confirmed": confirmed});
        assert_eq!(served.call("/api/invites/join", &squatter, join).await.error(), own, "{case}");
    }
    let sign_up = json!({"token": invite, "name": "Vic", "email": ADDRESS, "password": PASSWORD});
    let signed_up = served.call("/api/invites/sign-up", "", sign_up).await.cookie();
    assert!(!organizations(&served, &signed_up).await.contains(&ours), "{case}");

    // The link says what it takes; with a password of one's own choice it does nothing.
    let arguments = |password: &str| json!({"token": token(&link), "password": password});
    let purpose = served.call("/api/session/link", "", json!({"token": token(&link)})).await.json();
    assert_eq!(purpose["SignIn"]["password"], "Own", "{case}");
    let wrong = served.call("/api/session/use-link", "", arguments("of my own choice")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
    assert!(!organizations(&served, &squatter).await.contains(&ours), "{case}");
    // Link and password together are the person's.
    let person = served.call("/api/session/use-link", "", arguments(PASSWORD)).await.cookie();
    assert!(organizations(&served, &person).await.contains(&ours), "{case}");
}

on_both_engines! {
    async fn an_account_of_an_admin_elsewhere_opens_nothing(database: Database) {
        walk(&database, Made::Admin, Added::Admin).await;
    }
}

on_both_engines! {
    async fn an_account_of_an_admin_elsewhere_opens_nothing_for_who_is_added_by_an_operator(database: Database) {
        walk(&database, Made::Admin, Added::Operator).await;
    }
}

on_both_engines! {
    async fn an_account_of_a_public_invite_link_opens_nothing(database: Database) {
        walk(&database, Made::InviteLink, Added::Admin).await;
    }
}

on_both_engines! {
    async fn an_account_of_the_first_admin_opens_nothing_elsewhere(database: Database) {
        walk(&database, Made::SetUp, Added::Admin).await;
    }
}

on_both_engines! {
    async fn an_account_that_an_operator_added_elsewhere_opens_nothing(database: Database) {
        walk(&database, Made::Operator, Added::Operator).await;
    }
}
