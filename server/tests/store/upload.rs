//! Contact files over HTTP: up, imported, and the bad rows down.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use handoff_core::contact::Column;
use handoff_core::{CampaignId, ImportId};
use handoff_server::http::files::Files;
use handoff_server::http::{Settings, Site, router};
use handoff_server::live::{Changed, Live, News};
use handoff_server::model::ApiError;
use handoff_server::model::import::{DryRun, Foreign, ImportError, Progress, Upload};
use handoff_server::store::Actor;
use handoff_server::store::link::FirstAdmin;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use crate::database::{Database, on_both_engines};

const TROUBLESOME: &[u8] = include_bytes!("../contacts/files/troublesome.csv");

/// A browser that is signed in.
struct Browser {
    site: Site,
    cookie: String,
    admin: Actor,
    live: Live,
}

async fn browser(database: &Database) -> Browser {
    let link = database.store.set_up_link().await.unwrap().unwrap();
    let token = link.rsplit(['/', '#', '=']).next().unwrap();
    let admin = FirstAdmin {
        organization: "Canvassers".to_owned(),
        country: "US".to_owned(),
        name: "Ada Admin".to_owned(),
        email: "ada@example.org".to_owned(),
        password: "correct horse battery".to_owned(),
    };
    let signed_in = database.store.set_up(token, admin, "Firefox on Linux").await.unwrap();
    let live = Live::default();
    let site = Site::new(database.store.clone(), live.clone(), Settings::default(), Files::of([]));
    let admin = Actor { organization: signed_in.me.organization, member: signed_in.me.member };
    Browser { site, cookie: format!("handoff={}", signed_in.token), admin, live }
}

impl Browser {
    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Response<Body> {
        let request = request.header(header::COOKIE, &self.cookie).body(body).unwrap();
        router(self.site.clone()).oneshot(request).await.into_response()
    }

    fn upload_to(campaign: impl std::fmt::Display) -> axum::http::request::Builder {
        Request::post(format!("/api/imports/upload?campaign={campaign}&name=My%20contacts.csv"))
            .header(header::CONTENT_TYPE, "application/octet-stream")
    }

    async fn call(&self, function: &str, arguments: &impl Serialize) -> Response<Body> {
        let request = Request::post(format!("/api/{function}")).header(header::CONTENT_TYPE, "application/json");
        self.send(request, Body::from(serde_json::to_vec(arguments).unwrap())).await
    }
}

async fn read<T: DeserializeOwned>(response: Response<Body>) -> T {
    let bytes = to_bytes(response.into_body(), 10_000_000).await.unwrap();
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)))
}

async fn refused(response: Response<Body>) -> (u16, ApiError) {
    (response.status().as_u16(), read(response).await)
}

#[derive(Serialize)]
struct Columns {
    import: ImportId,
    columns: Vec<Column>,
}

on_both_engines! {
    async fn a_file_goes_up_is_imported_and_its_bad_rows_come_down(database: Database) {
        let browser = browser(&database).await;
        let campaign = database.store.create_campaign(browser.admin, "Canvass").await.unwrap();
        let response = browser.send(Browser::upload_to(campaign), Body::from(TROUBLESOME)).await;
        assert_eq!(response.status(), StatusCode::OK);
        let import: ImportId = read(response).await;
        let argument = serde_json::json!({ "import": import });
        let upload: Upload = read(browser.call("imports/get", &argument).await).await;
        assert_eq!((upload.file_name.as_str(), upload.rows, upload.campaign), ("My contacts.csv", 10, campaign));
        let columns = Columns { import, columns: upload.guess };
        let checked: DryRun = read(browser.call("imports/dry-run", &columns).await).await;
        let mut news = browser.live.listen();
        let started = browser.call("imports/start", &columns).await;
        assert_eq!(started.status(), StatusCode::OK);
        let organization = browser.admin.organization;
        assert_eq!(news.recv().await, Ok(News::Changed(Changed { organization, campaign })));
        let progress: Progress = read(browser.call("imports/progress", &argument).await).await;
        let Progress::Done { result, .. } = progress else { panic!("{progress:?}") };
        assert_eq!(result, checked);
        let again = refused(browser.call("imports/start", &columns).await).await;
        assert_eq!(again, (409, ImportError::AlreadyStarted.into()));

        let path = format!("/api/imports/{import}/bad-rows.csv");
        let response = browser.send(Request::get(&path), Body::empty()).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"My contacts - bad rows.csv\"");
        let text = String::from_utf8(to_bytes(response.into_body(), 100_000).await.unwrap().to_vec()).unwrap();
        assert_eq!(text.lines().count(), 5);
        let signed_out = router(browser.site.clone()).oneshot(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(refused(signed_out.into_response()).await, (401, ApiError::SignedOut));
        let missing = browser.send(Request::get("/api/imports/x/bad-rows.csv"), Body::empty()).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}

on_both_engines! {
    async fn a_bad_upload_gets_its_sentence_and_its_status(database: Database) {
        let browser = browser(&database).await;
        let campaign = database.store.create_campaign(browser.admin, "Canvass").await.unwrap();
        let too_large = |given| (413, ApiError::from(ImportError::TooLarge { megabytes: 64, given }));
        // 200 MB, as its length says; and as it turns out on the way, where the length is not said.
        let said = Browser::upload_to(campaign).header(header::CONTENT_LENGTH, 200_000_000).header(header::EXPECT, "100-continue");
        assert_eq!(refused(browser.send(said, Body::from("Phone\n")).await).await, too_large(200));
        let part = Bytes::from(vec![b'1'; 1_000_000]);
        let parts = futures::stream::iter((0..200).map(move |_| Ok::<_, std::io::Error>(part.clone())));
        let response = browser.send(Browser::upload_to(campaign), Body::from_stream(parts)).await;
        assert_eq!(refused(response).await, too_large(65));
        for (file, error) in
            [(&b""[..], ImportError::Empty), (b"\x89PNG\r\n\x1a\n", Foreign::Picture.into()), (b"Phone\n", ImportError::NoRows)]
        {
            let response = browser.send(Browser::upload_to(campaign), Body::from(file)).await;
            assert_eq!(refused(response).await, (422, error.into()));
        }
        let response = browser.send(Browser::upload_to(CampaignId(5)), Body::from("Phone\n2125550100\n")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let response = browser.send(Browser::upload_to("x"), Body::from("Phone\n2125550100\n")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let cut_off = futures::stream::iter([Ok(Bytes::from("Phone\n2125550100\n")), Err(std::io::Error::other("gone"))]);
        let response = browser.send(Browser::upload_to(campaign), Body::from_stream(cut_off)).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let anonymous = Browser::upload_to(campaign).body(Body::from("Phone\n2125550100\n")).unwrap();
        let response = router(browser.site.clone()).oneshot(anonymous).await.into_response();
        assert_eq!(refused(response).await, (401, ApiError::SignedOut));
        let imports: i64 = sqlx::query_scalar("SELECT count(*) FROM contact_import").fetch_one(database.store.reader()).await.unwrap();
        assert_eq!(imports, 0);
    }
}

on_both_engines! {
    async fn a_file_without_measure_is_refused_with_the_number_and_answers_stay_small(database: Database) {
        let browser = browser(&database).await;
        let campaign = database.store.create_campaign(browser.admin, "Canvass").await.unwrap();
        let row = |cell: &str| vec![cell; 2_000].join(",") + "\n";
        let response = browser.send(Browser::upload_to(campaign), Body::from(row("c") + &row("1"))).await;
        let refused = refused(response).await;
        assert_eq!(refused, (422, ImportError::TooManyColumns { columns: 2_000, most: 500 }.into()));
        assert!(refused.1.to_string().contains("2000 columns, and at most 500"), "{}", refused.1);

        let file = format!("Name,Phone\n{},12\nAbby,2125550100\n", "x".repeat(3_000_000));
        let import: ImportId = read(browser.send(Browser::upload_to(campaign), Body::from(file)).await).await;
        let size = async |function: &str, arguments: serde_json::Value| {
            let response = browser.call(function, &arguments).await;
            assert_eq!(response.status(), StatusCode::OK, "{function}");
            to_bytes(response.into_body(), 10_000_000).await.unwrap().len()
        };
        let columns = serde_json::json!({ "import": import, "columns": ["FirstName", "Phone"] });
        let one = serde_json::json!({ "import": import });
        assert!(size("imports/get", one.clone()).await < 2_000);
        assert!(size("imports/dry-run", columns.clone()).await < 2_000);
        let mut news = browser.live.listen();
        size("imports/start", columns).await;
        assert!(news.recv().await.is_ok());
        assert!(size("imports/progress", one).await < 2_000);
    }
}
