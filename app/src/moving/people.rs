//! The names behind the ids.

use std::collections::HashMap;
use std::sync::Arc;

use handoff_core::MemberId;
use handoff_core::plan::Owner;
use handoff_server::model::overview::Overview;
use leptos::prelude::*;

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

/// The names of everyone in an overview.
pub fn names(overview: Signal<Overview>) -> Signal<Names> {
    Memo::new(move |_| {
        overview.with(|overview| overview.people.iter().map(|person| (person.id, person.name.clone())).collect())
    })
    .into()
}
