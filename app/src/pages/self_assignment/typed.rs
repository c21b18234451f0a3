//! What is typed of a campaign's terms of self assignment, and what it means.

use handoff_core::permission::Setting;
use handoff_core::self_assignment::{BatchSize, Ceiling, PoolKind, TermsError};
use handoff_server::model::self_assignment::SelfAssignment;
use serde::{Deserialize, Serialize};

/// What is typed of the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Whether texters may request conversations.
    pub on: bool,
    /// How many with one request; empty for the organization's.
    pub batch: String,
    /// What is handed out.
    pub kind: PoolKind,
    /// How many one texter may hold; empty for as many as they want.
    pub ceiling: String,
}

/// The terms that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Whether texters may request conversations.
    pub on: Setting,
    /// How many with one request. None is the organization's.
    pub batch: Option<BatchSize>,
    /// What is handed out.
    pub kind: PoolKind,
    /// How many one texter may hold.
    pub ceiling: Option<Ceiling>,
}

impl Typed {
    /// What the fields show of saved terms.
    pub fn of(saved: &SelfAssignment) -> Self {
        Self {
            on: saved.on == Setting::On,
            batch: saved.batch.map(|batch| batch.get().to_string()).unwrap_or_default(),
            kind: saved.kind,
            ceiling: saved.ceiling.map(|ceiling| ceiling.get().to_string()).unwrap_or_default(),
        }
    }

    /// The batch size that is meant.
    ///
    /// # Errors
    /// If it is none.
    pub fn batch(&self) -> Result<Option<BatchSize>, TermsError> {
        if self.batch.trim().is_empty() { Ok(None) } else { BatchSize::parse(&self.batch).map(Some) }
    }

    /// The ceiling that is meant.
    ///
    /// # Errors
    /// If it is none.
    pub fn ceiling(&self) -> Result<Option<Ceiling>, TermsError> {
        Ceiling::parse(&self.ceiling)
    }

    /// What is meant.
    ///
    /// # Errors
    /// If a field holds what it cannot hold.
    pub fn read(&self) -> Result<Meant, TermsError> {
        let on = if self.on { Setting::On } else { Setting::Off };
        Ok(Meant { on, batch: self.batch()?, kind: self.kind, ceiling: self.ceiling()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(batch: &str, ceiling: &str) -> Typed {
        Typed { on: true, batch: batch.to_owned(), kind: PoolKind::Both, ceiling: ceiling.to_owned() }
    }

    #[test]
    fn an_empty_batch_size_is_the_organizations() {
        let meant = typed(" ", "").read().expect("good");
        assert_eq!((meant.batch, meant.ceiling, meant.on), (None, None, Setting::On));
        let meant = typed("5,000", " 700 ").read().expect("good");
        assert_eq!((meant.batch.map(BatchSize::get), meant.ceiling.map(Ceiling::get)), (Some(5_000), Some(700)));
    }

    #[test]
    fn each_field_is_wrong_for_itself() {
        for wrong in ["0", "5001", "a few"] {
            let typed = typed(wrong, "0");
            assert_eq!(typed.batch(), Err(TermsError::Batch), "{wrong}");
            assert_eq!(typed.ceiling(), Err(TermsError::Ceiling));
            assert!(typed.read().is_err());
        }
    }
}
