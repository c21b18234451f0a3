//! Tests of the store, each on SQLite and on PostgreSQL.

mod campaign;
mod concurrency;
mod database;
mod ground;
mod model;
mod people;
mod reassign;
mod scene;
mod statements;
mod undo;
