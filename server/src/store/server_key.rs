//! The key of the server that the database keeps, where whoever runs it has given none.

use handoff_core::Instant;
use sqlx::AnyPool;

use super::engine::Engine;
use crate::clock;
use crate::key::ServerKey;

const READ: &str = "SELECT key FROM server_key WHERE name = 'server'";

/// Of several processes that start at once, the first makes it.
const MAKE: &str = "
    INSERT INTO server_key (name, key, made_at) VALUES ('server', $1, $2) ON CONFLICT (name) DO NOTHING";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [READ, MAKE];

/// The database's own key, made when it is first asked for.
///
/// # Errors
/// If the database refuses, or what it keeps is no key.
pub(super) async fn own(engine: Engine, writer: &AnyPool, now: Instant) -> Result<ServerKey, sqlx::Error> {
    if let Some(key) = read(writer).await? {
        return Ok(key);
    }
    let key = clock::token().map_err(|error| sqlx::Error::Configuration(error.into()))?;
    let mut transaction = writer.begin_with(engine.begin_write()).await?;
    sqlx::query(MAKE).bind(key).bind(now.get()).execute(&mut *transaction).await?;
    transaction.commit().await?;
    read(writer).await?.ok_or(sqlx::Error::RowNotFound)
}

async fn read(writer: &AnyPool) -> Result<Option<ServerKey>, sqlx::Error> {
    let found: Option<String> = sqlx::query_scalar(READ).fetch_optional(writer).await?;
    found.map(|key| ServerKey::parse(&key)).transpose().map_err(|error| sqlx::Error::Configuration(error.into()))
}
