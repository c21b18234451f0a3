//! Tests of the HTTP server, each on SQLite and on PostgreSQL.

#[path = "../store/database.rs"]
mod database;

mod browser;
mod cross_site;
mod documentation;
mod files;
mod limits;
mod live;
mod sessions;
mod stopping;
mod walk;
