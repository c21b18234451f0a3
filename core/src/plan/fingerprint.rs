//! The fingerprint by which the server recognises the plan that was previewed.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::parts::{Owner, Share, Take};

/// A fingerprint of what a plan moves: 32 hexadecimal digits.
///
/// It covers what is taken and what each target gets, and nothing else: that a target meanwhile answered a
/// contact does not change what moves, and must not stop a move in a lively campaign.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    pub(super) fn of(takes: &[Take], shares: &[Share]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"plan 1");
        for take in takes {
            hash.update(b"take");
            hash.update(owner(take.from));
            hash.update([take.standing as u8]);
            hash.update(take.count.to_le_bytes());
        }
        for share in shares {
            hash.update(b"give");
            hash.update(owner(share.to));
            hash.update(share.count.to_le_bytes());
        }
        Self::from_hash(hash)
    }

    /// The first 128 bits, which is far more than chance needs; nobody gains by forging it, for the server
    /// computes its own.
    pub(crate) fn from_hash(hash: Sha256) -> Self {
        let digest = hash.finalize();
        let mut text = String::with_capacity(32);
        for byte in digest.iter().take(16) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

/// Unassigned is zero, which no id is.
pub(crate) fn owner(owner: Owner) -> [u8; 8] {
    owner.map_or(0, crate::id::MemberId::get).to_le_bytes()
}
