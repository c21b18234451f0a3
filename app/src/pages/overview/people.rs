//! The names behind the ids.

use std::collections::HashMap;
use std::sync::Arc;

use handoff_core::MemberId;
use handoff_core::plan::Owner;

use super::arrange::unnamed;

/// Who is called what, and who can be given conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Arc<HashMap<MemberId, String>>);

impl Names {
    /// The name of an owner.
    pub fn of(&self, owner: Owner) -> String {
        match owner {
            None => "Unassigned".to_owned(),
            Some(member) => self.0.get(&member).cloned().unwrap_or_else(|| unnamed(member)),
        }
    }
}

impl FromIterator<(MemberId, String)> for Names {
    fn from_iter<I: IntoIterator<Item = (MemberId, String)>>(names: I) -> Self {
        Self(Arc::new(names.into_iter().collect()))
    }
}
