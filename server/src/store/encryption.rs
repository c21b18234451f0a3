//! Whether the connection to PostgreSQL is encrypted: what the address asks for, and what came of it.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AnyPool, Row};

// A pooler in between may know nothing of it.
const ENCRYPTED: &str =
    "SELECT CASE WHEN ssl THEN 1 ELSE 0 END AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

/// The statements of this file, for the test that prepares them on PostgreSQL.
pub const STATEMENTS: [&str; 1] = [ENCRYPTED];

/// Refuses an address that asks for less than it seems to.
///
/// # Errors
/// If it names a certificate that nothing would be compared with.
pub(super) fn check(address: &str) -> Result<(), sqlx::Error> {
    let has = |parameter: &str| address.split(['?', '&']).skip(1).any(|given| given.starts_with(parameter));
    let verifies = has("sslmode=verify-ca") || has("sslmode=verify-full");
    if has("sslrootcert=") && !verifies {
        let sentence = "sslrootcert is looked at with sslmode=verify-ca or sslmode=verify-full alone: add one of them";
        return Err(sqlx::Error::Configuration(sentence.into()));
    }
    Ok(())
}

/// Says in the log whether the connection is encrypted: loudly, if it leaves the machine and is not.
pub(super) async fn say(address: &str, pool: &AnyPool) -> Result<(), sqlx::Error> {
    let row = sqlx::query(ENCRYPTED).fetch_optional(pool).await?;
    let encrypted = row.map(|row| row.try_get::<i32, _>("encrypted")).transpose()?;
    let options = PgConnectOptions::from_str(address)?;
    match encrypted {
        Some(1) => tracing::info!("the connection to PostgreSQL is encrypted"),
        Some(_) if !is_here(&options) => {
            tracing::warn!("the connection to PostgreSQL is NOT encrypted, and leaves this machine: see sslmode");
        }
        Some(_) => tracing::info!("the connection to PostgreSQL is not encrypted, and stays on this machine"),
        None => tracing::info!("whether the connection to PostgreSQL is encrypted is not known"),
    }
    Ok(())
}

/// Whether PostgreSQL is on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let loopback = host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    options.get_socket().is_some() || host.starts_with('/') || host == "localhost" || loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_named_only_where_it_is_looked_at() {
        for good in [
            "postgres://a@b/c",
            "postgres://a@b/c?sslmode=require",
            "postgres://a@b/c?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            "postgres://a@b/c?sslrootcert=/etc/ca.pem&sslmode=verify-ca",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "postgres://a@b/c?sslrootcert=/etc/ca.pem",
            "postgres://a@b/c?sslmode=require&sslrootcert=/etc/ca.pem",
            "postgres://a@b/c?sslrootcert=/etc/ca.pem&sslmode=prefer",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_stays_on_the_machine_is_known() {
        let here = |address: &str| is_here(&PgConnectOptions::from_str(address).unwrap());
        assert!(here("postgres://a@localhost/c") && here("postgres://a@127.0.0.1:5433/c"));
        assert!(here("postgres://a@%2Frun%2Fpostgresql/c"));
        assert!(!here("postgres://a@db.example.org/c") && !here("postgres://a@10.0.0.5/c"));
    }
}
