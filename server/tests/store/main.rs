//! Tests of the store, each on SQLite and on PostgreSQL.

mod campaign;
mod concurrency;
mod database;
mod ground;
mod import;
mod model;
mod people;
mod reassign;
mod scene;
mod statements;
mod undo;
mod upload;
