//! Tests of the store, each on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod campaign;
mod concurrency;
mod copy;
mod correction;
mod database;
mod delivery;
mod demo;
mod due;
mod encryption;
mod escalated;
mod failing;
mod gateway;
mod give_back;
mod ground;
mod history;
mod import;
mod joining;
mod life;
mod member;
mod membership;
mod messenger;
mod model;
mod once_held;
mod opt_outs;
mod order;
mod overviews;
mod people;
mod placeholders;
mod prepared;
mod reassign;
mod receive;
mod request;
mod requests_at_once;
mod revoke;
mod scene;
mod sending_at_once;
mod session;
mod simulator;
mod statements;
mod talk;
mod undo;
mod upload;
