//! What can be done with a campaign: from its row in the list, and from its own pages.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::CampaignId;
use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::contact::name::LONGEST_CAMPAIGN_NAME;
use handoff_core::naming::isolated;
use handoff_server::api::campaigns::{copy_campaign, rename_campaign};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_split_helpers::wasm_split;

use super::archived::listed;
use super::asking::{ARCHIVED, Asking, CampaignTask};
use super::naming::NameForm;
use super::starting::StartDialog;
use crate::ui::{Confirm, Dialog, MenuItem, Piece, arriving, counted};

/// What comes next for a campaign of this status: what its page offers as a button.
pub const fn next_action(status: CampaignStatus) -> CampaignAction {
    match status {
        CampaignStatus::Draft => CampaignAction::Start,
        CampaignStatus::Active => CampaignAction::Pause,
        CampaignStatus::Paused => CampaignAction::Resume,
        CampaignStatus::Archived => CampaignAction::Restore,
    }
}

/// The items of a campaign's menu.
#[component]
pub fn CampaignItems(
    /// Which campaign.
    id: CampaignId,
    /// Its name.
    name: Signal<String>,
    /// Its status.
    status: Signal<CampaignStatus>,
    /// What it lacks that is to be started.
    missing: Signal<Vec<Missing>>,
    /// What is done with it.
    doing: CampaignTask,
    /// Whether what comes next is among them, because no button beside them does it.
    #[prop(optional)]
    all: bool,
) -> impl IntoView {
    let item = move |action: CampaignAction| {
        let named = name.get();
        if action == CampaignAction::Archive {
            let press = move |()| doing.ask(Asking::Archive(id, named.clone()));
            view! { <MenuItem danger=true on_press=press>"Archive…"</MenuItem> }.into_any()
        } else {
            let press = move |()| doing.begin(id, named.clone(), action, &missing.get_untracked());
            view! { <MenuItem on_press=press>{action.label()}</MenuItem> }.into_any()
        }
    };
    let items = move || {
        let now = status.get();
        let offered = |action: &CampaignAction| now.after(*action).is_ok() && (all || *action != next_action(now));
        CampaignAction::ALL.into_iter().filter(offered).map(item).collect_view()
    };
    view! {
        <MenuItem on_press=move |()| doing.ask(Asking::Rename(id, name.get_untracked()))>"Rename…"</MenuItem>
        <MenuItem on_press=move |()| doing.ask(Asking::Copy(id, name.get_untracked()))>"Copy…"</MenuItem>
        {items}
    }
    .into_any()
}

/// The dialogs that go with it. Once on a page.
#[component]
pub fn CampaignDialogs(
    /// What is done with campaigns on this page.
    doing: CampaignTask,
) -> impl IntoView {
    let renaming = move || doing.asking.with(|asking| matches!(asking, Some(Asking::Rename(..))));
    let copying = move || doing.asking.with(|asking| matches!(asking, Some(Asking::Copy(..))));
    let archiving =
        move || doing.asking.with(|asking| matches!(asking, Some(Asking::Archive(..) | Asking::ArchiveAll(_))));
    // The title stays while the dialog closes.
    let title = Memo::new(move |before: Option<&String>| match doing.asking.get() {
        Some(Asking::Archive(_, name)) => format!("Archive {}?", isolated(&name)),
        Some(Asking::ArchiveAll(campaigns)) => {
            format!("Archive {}?", counted(u32::try_from(campaigns.len()).unwrap_or(u32::MAX), "campaign", "campaigns"))
        }
        _ => before.cloned().unwrap_or_default(),
    });
    let text = Memo::new(move |before: Option<&String>| match doing.asking.get() {
        Some(Asking::Archive(..)) => ARCHIVED.to_owned(),
        Some(Asking::ArchiveAll(campaigns)) => {
            let names: Vec<&str> = campaigns.iter().map(|(_, name)| name.as_str()).collect();
            format!("{}. {ARCHIVED}", listed(&names))
        }
        _ => before.cloned().unwrap_or_default(),
    });
    let button = Memo::new(move |before: Option<&&str>| match doing.asking.get() {
        Some(Asking::ArchiveAll(campaigns)) if campaigns.len() != 1 => "Archive campaigns",
        Some(Asking::Archive(..) | Asking::ArchiveAll(_)) => "Archive campaign",
        _ => before.copied().unwrap_or_default(),
    });
    let archive = move |()| match doing.asking.get_untracked() {
        Some(Asking::Archive(id, name)) => doing.act(id, name, CampaignAction::Archive),
        Some(Asking::ArchiveAll(campaigns)) => doing.archive_all(&campaigns),
        _ => {}
    };
    view! {
        <Dialog open=Signal::derive(renaming) title="Rename campaign" on_close=move |()| doing.close()>
            {arriving(move || renaming_form(doing))}
        </Dialog>
        <Dialog open=Signal::derive(copying) title="Copy campaign" on_close=move |()| doing.close()>
            {arriving(move || copying_form(doing))}
        </Dialog>
        <Confirm
            open=Signal::derive(archiving)
            title
            text
            button=Signal::derive(move || button.get().to_owned())
            danger=true
            busy=doing.task.busy
            error=doing.task.error
            on_close=move |()| doing.close()
            on_confirm=archive
        />
        <StartDialog doing />
    }
    .into_any()
}

#[wasm_split(campaigns, fallible)]
fn renaming_form(doing: CampaignTask) -> Piece {
    Ok(Arc::new(move || view! { <Rename doing /> }.into_any()))
}

#[wasm_split(campaigns, fallible)]
fn copying_form(doing: CampaignTask) -> Piece {
    Ok(Arc::new(move || view! { <CopyForm doing /> }.into_any()))
}

#[component]
fn Rename(doing: CampaignTask) -> impl IntoView {
    let Some(Asking::Rename(id, now)) = doing.asking.get_untracked() else { return ().into_any() };
    let submit = move |wanted: String| {
        doing.task.run(
            move || rename_campaign(id, wanted.clone()),
            move |()| {
                doing.close();
                doing.toasts.say("The campaign was renamed.");
                doing.changed.run(());
            },
        );
    };
    view! {
        <NameForm
            name=now
            button="Rename campaign"
            task=doing.task
            on_submit=submit
            on_cancel=move |()| doing.close()
        />
    }
    .into_any()
}

#[component]
fn CopyForm(doing: CampaignTask) -> impl IntoView {
    let Some(Asking::Copy(id, original)) = doing.asking.get_untracked() else { return ().into_any() };
    let navigate = use_navigate();
    let submit = move |wanted: String| {
        let navigate = navigate.clone();
        doing.task.run(
            move || copy_campaign(id, wanted.clone()),
            move |copy| {
                doing.close();
                navigate(&format!("/campaigns/{copy}/contacts"), leptos_router::NavigateOptions::default());
            },
        );
    };
    // As long as a name may be: the field would be refused otherwise, before anybody has typed.
    let name: String = format!("Copy of {original}").chars().take(LONGEST_CAMPAIGN_NAME).collect();
    view! {
        <p>
            "The initial message, survey, replies, follow-ups, hours and terms of self assignment are copied into a new draft. \
            Contacts, texters, dates and the invite link are not."
        </p>
        <NameForm
            name
            button="Copy campaign"
            task=doing.task
            on_submit=submit
            on_cancel=move |()| doing.close()
        />
    }
    .into_any()
}
