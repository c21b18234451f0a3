//! Tests of the store, each on SQLite and on PostgreSQL.

mod database;
mod ground;
mod reassign;
mod scene;
mod statements;
