//! The HTTP server: what may come in, who is asking, and what every answer carries.

mod api;
pub mod body;
mod browser;
pub mod connections;
mod cross_site;
mod exports;
pub mod files;
pub mod flow;
mod headers;
mod health;
mod imports;
mod last_answer;
mod live;
pub mod metrics;
mod observe;
mod pages;
mod refusal;
pub mod serving;
mod site;
mod visitor;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get};
use tower_http::catch_panic::CatchPanicLayer;

pub use refusal::Refusal;
pub use site::{Settings, Site};
pub use visitor::SignedInMember;

/// Every address of the site.
pub fn router(site: Site) -> Router {
    let api = Router::new()
        .route("/api/live", get(live::stream))
        .merge(imports::routes())
        .merge(exports::routes())
        .route("/api/{*function}", any(api::answer))
        .route("/api", any(api::nothing))
        .route("/api/", any(api::nothing))
        .method_not_allowed_fallback(api::wrong_method)
        .layer(from_fn_with_state(site.clone(), visitor::look_up))
        .layer(from_fn_with_state(site.clone(), observe::hurry))
        .layer(from_fn_with_state(site.clone(), cross_site::check));
    Router::new()
        .merge(api)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(pages::serve)
        .layer(CatchPanicLayer::custom(refusal::Panicked))
        .layer(from_fn_with_state(site.clone(), body::watch))
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(from_fn(observe::observe))
        .with_state(site)
}
