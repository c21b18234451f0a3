//! What is kept only as a hash: tokens and passwords.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::clock;
use crate::model::ApiError;

/// The hash under which a token is kept. A token holds 256 random bits, so that a fast hash is enough.
pub fn token_hash(token: &str) -> String {
    digest(token.as_bytes())
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A new token with its hash.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn new_token() -> Result<(String, String), ApiError> {
    let token = clock::token().map_err(|error| broken(&error))?;
    let hash = token_hash(&token);
    Ok((token, hash))
}

/// Passwords hashed at the same time. Each takes 19 MiB and a processor: a flood of sign-ins waits here.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What a password is compared with where there is no account, so that the answer takes as long.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

fn broken(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "a secret could not be made");
    ApiError::Broken
}

fn hash(password: &str) -> Result<String, ApiError> {
    let token = clock::token().map_err(|error| broken(&error))?;
    // 128 bits of salt: the alphabet of base64 contains that of hexadecimal.
    let salt = SaltString::from_b64(&token[..32]).map_err(|error| broken(&error))?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|error| broken(&error))?.to_string())
}

async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    let _permit = AT_ONCE.acquire().await.map_err(|error| broken(&error))?;
    tokio::task::spawn_blocking(work).await.map_err(|error| broken(&error))
}

/// Hashes a password with argon2id, off the async threads.
///
/// # Errors
/// If there is no randomness or no thread.
pub async fn hash_password(password: String) -> Result<String, ApiError> {
    off_the_async_threads(move || hash(&password)).await?
}

/// Whether a password is the one that was hashed. Without a hash it is not, after the same work.
///
/// # Errors
/// If there is no thread to work on.
pub async fn verify_password(password: String, expected: Option<String>) -> Result<bool, ApiError> {
    off_the_async_threads(move || {
        let Some(compared) = expected.as_deref().or(NOBODY.as_deref()) else { return false };
        let fits = PasswordHash::new(compared)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        fits && expected.is_some()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let hash = hash_password("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!verify_password("correct horsf".to_owned(), Some(hash)).await.unwrap());
        assert!(!verify_password("nobody has this password".to_owned(), None).await.unwrap());
    }

    #[test]
    fn a_token_is_kept_as_its_sha_256() {
        assert_eq!(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let (token, hash) = new_token().unwrap();
        assert_eq!((token.len(), token_hash(&token)), (64, hash));
    }
}
