//! What is left to chance, by the seed.

use handoff_core::contact::Phone;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};

/// Randomness for one thing about one number: the same however often it is asked.
pub(super) fn randomness(seed: u64, phone: Phone, about: &str) -> StdRng {
    StdRng::from_seed(Sha256::digest(format!("{seed} {phone} {about}")).into())
}
