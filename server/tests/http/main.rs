//! Tests of the HTTP server, each on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails where something is missing")]
#![expect(clippy::needless_pass_by_value, reason = "arguments are written where they are sent")]

#[path = "../store/database.rs"]
mod database;

mod away;
mod browser;
mod commands;
mod crash;
mod cross_site;
mod disk;
mod documentation;
mod exports;
mod files;
mod gateway;
mod guessing;
mod invites;
mod limits;
mod live;
mod logged;
mod membership;
mod routes;
mod sessions;
mod slow;
mod stopping;
mod values;
mod walk;
