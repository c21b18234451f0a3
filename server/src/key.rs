//! The key of the server: secrets that have to be shown again follow from it.
//!
//! It is handed in by whoever runs the server (`--key-file`), the same one to every process. Without one the database
//! has its own, made at the first start: then a copy of the whole database is as good as the key, and a copy of single
//! tables is not.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// 256 bits that nobody else knows.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerKey([u8; 32]);

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ServerKey(…)")
    }
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key must be 64 hexadecimal digits, as `openssl rand -hex 32` makes them")]
pub struct NoKey;

impl ServerKey {
    /// Reads a key of 64 hexadecimal digits. White space around it does not matter.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoKey);
        }
        let mut key = [0_u8; 32];
        for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| NoKey)?;
        }
        Ok(Self(key))
    }

    /// A secret of 256 bits in hexadecimal that follows from this key, for one purpose and one thing. Without the key
    /// nobody finds it, whoever knows all the others.
    pub fn secret(&self, purpose: &str, about: &[i64]) -> String {
        use std::fmt::Write as _;
        // HMAC pads a key that is shorter than its blocks with zeros.
        let mut block = [0_u8; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new((&block).into());
        mac.update(purpose.as_bytes());
        for number in about {
            mac.update(b"\0");
            mac.update(&number.to_be_bytes());
        }
        mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: char) -> ServerKey {
        ServerKey::parse(&digit.to_string().repeat(64)).unwrap()
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        assert!(ServerKey::parse(&format!(" {}\n", "0aF9".repeat(16))).is_ok());
        for wrong in ["", "secret", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(ServerKey::parse(wrong), Err(NoKey), "{wrong}");
        }
        assert_eq!(format!("{:?}", key('7')), "ServerKey(…)", "it is in no log");
    }

    #[test]
    fn what_follows_from_a_key_is_the_hmac_and_depends_on_everything() {
        // printf 'purpose' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0000…
        let secret = key('0').secret("purpose", &[]);
        assert_eq!(secret, "7387751ee955660902e428001e7102cbdc2e20c1625d74d606c2a3e514f5a094");
        let all = [
            secret,
            key('1').secret("purpose", &[]),
            key('0').secret("purpose", &[1]),
            key('0').secret("purpose", &[1, 2]),
            key('0').secret("purpose", &[2, 1]),
            key('0').secret("other", &[1]),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(all.iter().all(|secret| secret.len() == 64));
    }
}
