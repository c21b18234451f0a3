//! Signing in and out, as a browser does.

use axum::http::{StatusCode, header};
use handoff_core::permission::Role;
use handoff_server::http::Settings;
use handoff_server::model::session::SessionError;
use handoff_server::model::{ApiError, Thing};
use handoff_server::store::session::LASTS;
use serde_json::json;

use crate::browser::{PASSWORD, Served, call, settings};
use crate::database::on_both_engines;

const ME: &str = "/api/session/me";

on_both_engines! {
    async fn a_person_signs_in_is_known_and_signs_out(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let signed_in = served
            .call("/api/session/sign-in", "", json!({"email": " ADA@example.org ", "password": PASSWORD}))
            .await;
        assert_eq!(signed_in.status, StatusCode::OK);
        assert_eq!(signed_in.json()["email"], "ada@example.org");
        let cookie = signed_in.cookie();
        assert_eq!(served.call(ME, &cookie, json!({})).await.json(), signed_in.json());
        assert_eq!(served.call(ME, "", json!({})).await.error(), ApiError::SignedOut);
        assert_eq!(served.call(ME, "handoff=guess", json!({})).await.status, StatusCode::UNAUTHORIZED);
        let out = served.call("/api/session/sign-out", &cookie, json!({})).await;
        assert_eq!(out.status, StatusCode::OK);
        assert!(out.header("set-cookie").starts_with("handoff=; Max-Age=0;"), "{out:?}");
        assert_eq!(served.call(ME, &cookie, json!({})).await.error(), ApiError::SignedOut);
    }
}

on_both_engines! {
    async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites(database: Database) {
        let plain = Served::new(&database);
        plain.organization("ada@example.org").await;
        let arguments = json!({"email": "ada@example.org", "password": PASSWORD});
        let answer = plain.call("/api/session/sign-in", "", arguments.clone()).await;
        let (token, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
        assert_eq!(token.strip_prefix("handoff=").unwrap().len(), 64);
        assert_eq!(attributes, "Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax");
        let public_url = Some("https://handoff.example.org".to_owned());
        let secure = Served::with(&database, Settings { public_url, ..settings() });
        let answer = secure.call("/api/session/sign-in", "", arguments).await;
        let (token, attributes) = answer.header("set-cookie").split_once("; ").unwrap();
        assert!(token.starts_with("__Host-handoff="));
        assert_eq!(attributes, "Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(secure.call(ME, token, json!({})).await.status, StatusCode::OK);
    }
}

on_both_engines! {
    async fn a_session_ends_when_it_is_not_used(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        for _ in 0..2 {
            served.clock.advance_seconds(LASTS - 1);
            assert_eq!(served.call(ME, &cookie, json!({})).await.status, StatusCode::OK);
        }
        served.clock.advance_seconds(LASTS);
        assert_eq!(served.call(ME, &cookie, json!({})).await.error(), ApiError::SignedOut);
    }
}

on_both_engines! {
    async fn a_person_sees_and_ends_their_own_sessions_alone(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        served.member(admin, "abby@example.org", Role::Texter).await;
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
        let mut request =
            call("/api/session/sign-in", "", json!({"email": "ada@example.org", "password": PASSWORD}));
        request.headers_mut().insert(header::USER_AGENT, firefox.parse().unwrap());
        let first = served.ask(request).await.cookie();
        served.clock.advance_seconds(1);
        let second = served.sign_in("ada@example.org").await;
        let other = served.sign_in("abby@example.org").await;
        let list = served.call("/api/session/list", &second, json!({})).await.json();
        let row = |number: usize| (list[number]["current"].clone(), list[number]["browser"].clone());
        assert_eq!(list.as_array().unwrap().len(), 2);
        assert_eq!(row(0), (json!(true), json!("A program")));
        assert_eq!(row(1), (json!(false), json!("Firefox on Linux")));
        let id = &list[1]["id"];
        let foreign = served.call("/api/session/end", &other, json!({"session": id})).await;
        assert_eq!(foreign.error(), ApiError::NotFound(Thing::Session));
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        let ended = served.call("/api/session/end", &second, json!({"session": id})).await;
        assert_eq!(ended.status, StatusCode::OK);
        assert_eq!(served.call(ME, &first, json!({})).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(served.call(ME, &second, json!({})).await.status, StatusCode::OK);
    }
}

on_both_engines! {
    async fn a_new_password_ends_the_other_sessions(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let (here, there) = (served.sign_in("ada@example.org").await, served.sign_in("ada@example.org").await);
        let change = async |current: &str, new: &str| {
            served.call("/api/session/change-password", &here, json!({"current": current, "new": new})).await
        };
        let wrong = change("wrong horse", "battery staple").await;
        assert_eq!(wrong.error(), ApiError::Session(SessionError::WrongCurrentPassword));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let weak = change(PASSWORD, "short").await;
        assert_eq!(weak.error(), ApiError::Session(SessionError::WeakPassword));
        assert_eq!(served.call(ME, &there, json!({})).await.status, StatusCode::OK);
        assert_eq!(change(PASSWORD, "battery staple").await.status, StatusCode::OK);
        assert_eq!(served.call(ME, &there, json!({})).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(served.call(ME, &here, json!({})).await.status, StatusCode::OK);
        let old = served
            .call("/api/session/sign-in", "", json!({"email": "ada@example.org", "password": PASSWORD}))
            .await;
        assert_eq!(old.error(), ApiError::Session(SessionError::WrongPassword));
        assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    }
}

on_both_engines! {
    async fn the_first_admin_is_set_up_through_the_link(database: Database) {
        let served = Served::new(&database);
        let link = served.store.set_up_link().await.unwrap().unwrap();
        let token = link.strip_prefix("/set-up/").unwrap();
        let read = served.call("/api/session/link", "", json!({"token": token})).await;
        assert_eq!(read.json(), json!("SetUp"));
        let set_up = async |email: &str| {
            let arguments = json!({"token": token, "organization": "Canvassers", "country": "us", "name": "Ada",
                "email": email, "password": PASSWORD});
            served.call("/api/session/set-up", "", arguments).await
        };
        let bad = set_up("ada").await;
        assert!(matches!(bad.error(), ApiError::Invalid { field, .. } if field == "email"));
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = set_up("ada@example.org").await;
        assert_eq!((done.status, &done.json()["role"]), (StatusCode::OK, &json!("Admin")));
        assert_eq!(served.call(ME, &done.cookie(), json!({})).await.status, StatusCode::OK);
        let again = set_up("eve@example.org").await;
        assert_eq!(again.error(), ApiError::Session(SessionError::SetUpDone));
        assert_eq!(again.status, StatusCode::CONFLICT);
    }
}

on_both_engines! {
    async fn an_admin_passes_a_link_on_and_it_works_once(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let admin = served.sign_in("ada@example.org").await;
        let arguments = json!({"name": "Abby", "email": "abby@example.org", "role": "Texter", "campaign": null});
        let made = served.call("/api/members/create", &admin, arguments).await.json();
        let token = made["link"].as_str().unwrap().strip_prefix("/link/").unwrap();
        let read = served.call("/api/session/link", "", json!({"token": token})).await.json();
        assert_eq!(read, json!({"SignIn": {"name": "Abby", "email": "abby@example.org", "organization_name": "Canvassers",
            "password": "New"}}));
        let arguments = json!({"token": token, "password": PASSWORD});
        let used = served.call("/api/session/use-link", "", arguments.clone()).await;
        assert_eq!((used.status, &used.json()["role"]), (StatusCode::OK, &json!("Texter")));
        assert_eq!(served.call(ME, &used.cookie(), json!({})).await.status, StatusCode::OK);
        let again = served.call("/api/session/use-link", "", arguments).await;
        assert_eq!(again.error(), ApiError::Session(SessionError::LinkInvalid));
        assert_eq!(again.status, StatusCode::NOT_FOUND);
        // Deactivated: signed out at once, and told why when signing in.
        let id = &made["id"];
        let off = served.call("/api/members/activate", &admin, json!({"member": id, "active": false})).await;
        assert_eq!(off.status, StatusCode::OK);
        assert_eq!(served.call(ME, &used.cookie(), json!({})).await.status, StatusCode::UNAUTHORIZED);
        let refused = served
            .call("/api/session/sign-in", "", json!({"email": "abby@example.org", "password": PASSWORD}))
            .await;
        assert_eq!(refused.error(), ApiError::Session(SessionError::Deactivated));
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

on_both_engines! {
    async fn guessing_is_slowed_down_and_survives_being_hammered(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        served.organization("eve@example.org").await;
        let guess = async |email: &str| {
            served.call("/api/session/sign-in", "", json!({"email": email, "password": "a wrong guess"})).await
        };
        let guesses = futures::future::join_all((0..60).map(|_| guess("ada@example.org"))).await;
        let with = |status| guesses.iter().filter(|answer| answer.status == status).count();
        assert_eq!((with(StatusCode::UNAUTHORIZED), with(StatusCode::TOO_MANY_REQUESTS)), (10, 50));
        let held = guess("ada@example.org").await;
        assert_eq!(held.error(), ApiError::TooMany { seconds: 60 });
        assert_eq!(held.header("retry-after"), "60");
        // Not even the right password is tried now, and others are not held up.
        let right = json!({"email": "Ada@example.org", "password": PASSWORD});
        let held = served.call("/api/session/sign-in", "", right.clone()).await;
        assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
        served.sign_in("eve@example.org").await;
        served.clock.advance_seconds(60);
        assert_eq!(served.call("/api/session/sign-in", "", right).await.status, StatusCode::OK);
        // Many names from one address are guessing too.
        let answers = futures::future::join_all((0..120).map(async |number: u32| {
            served.call("/api/session/link", "", json!({"token": number.to_string()})).await.status
        }))
        .await;
        assert!(answers.contains(&StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(served.call(ME, "", json!({})).await.status, StatusCode::UNAUTHORIZED);
    }
}
