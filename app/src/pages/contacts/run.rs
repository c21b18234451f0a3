//! The last step: the import runs, and its result.

use std::time::Duration;

use handoff_core::ImportId;
use handoff_server::model::import::{DryRun, Progress};
use leptos::prelude::*;

use super::check::{BadRows, Figures};
use super::importing::{Importing, Steps};
use crate::pages::campaign::campaign_page;
use crate::state::draft;
use crate::state::query::Query;
use crate::ui::{Button, EmptyState, Kind, LinkButton, ProgressBar, counted, number};

/// The last step: the import runs, and its result.
#[component]
pub fn RunStep(id: ImportId, progress: Query<Progress>, restart: Callback<()>) -> impl IntoView {
    let running = Memo::new(move |_| progress.data.with(|now| matches!(now, Some(Progress::Running { .. }))));
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(Some(handle)) = before {
            handle.clear();
        }
        let ask = move || {
            if progress.loading.try_get_untracked() == Some(false) {
                progress.refetch();
            }
        };
        running.get().then(|| set_interval_with_handle(ask, Duration::from_millis(500)).ok()).flatten()
    });
    let handle_campaign = campaign_page().campaign;
    // Custom columns become placeholders: the message page knows them from the campaign.
    Effect::new(move |before: Option<bool>| {
        let now = running.get();
        if !now {
            draft::forget(&Importing::kept_as(id));
        }
        if before == Some(true) && !now {
            handle_campaign.refetch();
        }
        now
    });
    let state = move || match progress.data.get() {
        Some(Progress::Done { result, .. }) => view! { <Done id result restart /> }.into_any(),
        Some(Progress::Failed { reason }) => view! { <Failed reason restart /> }.into_any(),
        _ => ().into_any(),
    };
    let (done, rows) = (
        Signal::derive(move || match progress.data.get() {
            Some(Progress::Running { done, .. }) => done,
            _ => 0,
        }),
        Signal::derive(move || match progress.data.get() {
            Some(Progress::Running { rows, .. }) => rows,
            _ => 0,
        }),
    );
    view! {
        <Steps at=3 />
        <Show when=move || running.get() fallback=move || state()>
            <div class="working">
                <p class="empty-title">"Importing"</p>
                <ProgressBar value=done max=rows label="Rows imported" />
                <p class="quiet">
                    {move || format!("{} of {} rows. You can leave this page: the import goes on.", number(done.get()), number(rows.get()))}
                </p>
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Done(id: ImportId, result: DryRun, restart: Callback<()>) -> impl IntoView {
    let campaign = campaign_page().id;
    let (good, bad) = (result.good, result.bad);
    let found = Signal::stored(result);
    view! {
        <div class="result" role="status">
            <h2>{format!("{} imported", counted(good, "contact", "contacts"))}</h2>
            <p class="quiet">"They are in the campaign, not started and unassigned."</p>
        </div>
        <Figures found />
        <BadRows found />
        <div class="row wizard-actions">
            <LinkButton kind=Kind::Primary href=format!("/campaigns/{campaign}/message")>"Write the message"</LinkButton>
            {(bad > 0)
                .then(|| {
                    view! {
                        <a class="button" href=format!("/api/imports/{id}/bad-rows.csv") download rel="external">
                            {format!("Download the {}", counted(bad, "bad row", "bad rows"))}
                        </a>
                    }
                })}
            <Button on_press=restart>"Import another file"</Button>
        </div>
    }
    .into_any()
}

#[component]
fn Failed(reason: String, restart: Callback<()>) -> impl IntoView {
    view! {
        <EmptyState title="Nothing was imported">
            <p>{reason}</p>
            <Button kind=Kind::Primary on_press=restart>"Choose a file"</Button>
        </EmptyState>
    }
    .into_any()
}
