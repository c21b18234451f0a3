//! What can be done with texters, and the dialog that is open.

use handoff_core::membership::LinkPassword;
use handoff_server::model::member::{MemberRow, NewMember};
use leptos::prelude::*;

use crate::state::task::Task;

/// A one-time sign-in link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// Whose.
    pub(super) name: String,
    /// Their address.
    pub(super) email: String,
    /// Its path.
    pub(super) link: String,
    /// Which password it takes.
    pub(super) password: LinkPassword,
    /// Whether the member is new.
    pub(super) fresh: bool,
}

impl NewLink {
    /// The link that was made for somebody.
    pub fn of(name: String, email: String, made: NewMember, fresh: bool) -> Self {
        Self { name, email, link: made.link, password: made.password, fresh }
    }
}

/// The dialog that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// Adding members of the organization.
    Add,
    /// Creating a member.
    Create,
    /// Showing a one-time link.
    Link(NewLink),
    /// Removing a texter.
    Remove(MemberRow),
    /// Deactivating a member.
    Deactivate(MemberRow),
}

/// What the rows can do.
#[derive(Clone, Copy)]
pub(super) struct Doing {
    pub(super) open: RwSignal<Option<Open>>,
    pub(super) task: Task,
    pub(super) activate: Callback<(MemberRow, bool)>,
    pub(super) renew: Callback<MemberRow>,
}

impl Doing {
    pub(super) fn close(self) {
        self.open.set(None);
    }

    pub(super) fn ask(self, dialog: Open) {
        self.task.error.set(None);
        self.open.set(Some(dialog));
    }
}
