//! What is asked about campaigns, and what is done with them.

use handoff_core::CampaignId;
use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::naming::isolated;
use handoff_server::api::campaigns::{act_on_campaign, archive_campaigns};
use handoff_server::model::campaign::Archived;
use leptos::prelude::*;

use super::archived::said;
use crate::state::task::Task;
use crate::state::toasts::{Toasts, toasts};

/// A campaign that lacks something, about to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Starting {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Whether it starts or goes on.
    pub action: CampaignAction,
    /// What it lacks.
    pub missing: Vec<Missing>,
}

/// What archiving means.
pub(super) const ARCHIVED: &str = "Nothing is sent and nothing moves in an archived campaign. Everything in it is kept, and \
    restoring it brings it back, paused.";

/// What is being asked about a campaign, in a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// For another name: which, and its name now.
    Rename(CampaignId, String),
    /// For the name of a copy: of which, and its name.
    Copy(CampaignId, String),
    /// Whether to archive: which, and its name.
    Archive(CampaignId, String),
    /// Whether to start it though it lacks something.
    Start(Starting),
    /// Whether to archive several: which, and their names.
    ArchiveAll(Vec<(CampaignId, String)>),
}

/// What is done with campaigns on a page: the task, and the dialog that is open.
#[derive(Clone, Copy)]
pub struct CampaignTask {
    /// Whether it is going on, and why it failed.
    pub task: Task,
    /// The dialog that is open.
    pub asking: RwSignal<Option<Asking>>,
    pub(super) changed: Callback<()>,
    pub(super) toasts: Toasts,
}

impl CampaignTask {
    /// Nothing going on yet. `changed` is told of every change.
    pub fn new(changed: impl Fn() + Send + Sync + 'static) -> Self {
        let doing = Self {
            task: Task::new(),
            asking: RwSignal::new(None),
            changed: Callback::new(move |()| changed()),
            toasts: toasts(),
        };
        // An open dialog shows the error itself.
        Effect::new(move |_| {
            if let Some(error) = doing.task.error.get()
                && doing.asking.with_untracked(Option::is_none)
            {
                doing.toasts.say(error.to_string());
                doing.changed.run(());
            }
        });
        doing
    }

    /// Opens a dialog.
    pub fn ask(self, asking: Asking) {
        self.task.error.set(None);
        self.asking.set(Some(asking));
    }

    /// Does it, but says first what the campaign lacks that is to be started.
    pub fn begin(self, id: CampaignId, name: String, action: CampaignAction, missing: &[Missing]) {
        let missing = Missing::before(action, missing);
        if missing.is_empty() {
            self.act(id, name, action);
        } else {
            self.ask(Asking::Start(Starting { id, name, action, missing }));
        }
    }

    /// Does it.
    pub fn act(self, id: CampaignId, name: String, action: CampaignAction) {
        self.task.run(
            move || act_on_campaign(id, action),
            move |status: CampaignStatus| {
                self.asking.set(None);
                self.toasts.say(format!("{} is {} now.", isolated(&name), status.label().to_lowercase()));
                self.changed.run(());
            },
        );
    }

    /// Archives several in one act.
    pub(super) fn archive_all(self, campaigns: &[(CampaignId, String)]) {
        let ids: Vec<CampaignId> = campaigns.iter().map(|(id, _)| *id).collect();
        self.task.run(
            move || archive_campaigns(ids.clone()),
            move |answer: Archived| {
                self.asking.set(None);
                self.toasts.say(said(&answer));
                self.changed.run(());
            },
        );
    }

    pub(super) fn close(self) {
        self.asking.set(None);
    }
}
