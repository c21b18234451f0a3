//! Importing contacts from a file, step by step. The file and the step stand in the address.

mod check;
mod file;
mod importing;
mod map;
mod read_as;
mod run;
mod upload;

use handoff_core::ImportId;
use handoff_server::api::imports::{import_progress, read_upload};
use handoff_server::model::ApiError;
use handoff_server::model::import::{Choices, Progress, Upload};
use leptos::prelude::*;

use self::check::CheckStep;
use self::file::FileStep;
use self::map::MapStep;
use self::run::RunStep;
use crate::state::address::address_step;
use crate::state::draft;
use crate::state::query::Query;
use crate::ui::{Button, EmptyState, Load, adopt};
use importing::Importing;

/// Importing contacts from a file.
#[component]
pub fn ContactsPage() -> impl IntoView {
    adopt(include_str!("../../../style/contacts.css"));
    let (import, set_import) = address_step("import");
    let (step, set_step) = address_step("step");
    let id = Memo::new(move |_| import.with(|import| import.parse::<ImportId>().ok()));
    let restart = Callback::new(move |()| {
        set_step.run(String::new());
        set_import.run(String::new());
    });
    let uploaded = Callback::new(move |id: ImportId| {
        set_step.run("map".to_owned());
        set_import.run(id.to_string());
    });
    move || match id.get() {
        None => view! { <FileStep on_uploaded=uploaded /> }.into_any(),
        Some(id) => view! { <Import id step go=set_step restart /> }.into_any(),
    }
}

#[component]
fn Import(id: ImportId, step: Signal<String>, go: Callback<String>, restart: Callback<()>) -> impl IntoView {
    // Where the import is decides over what the address says: a running one cannot be mapped again.
    let progress = Query::new(move || import_progress(id));
    let gone = move || matches!(progress.error.get(), Some(ApiError::NotFound(_)));
    view! {
        <Show
            when=move || !gone()
            fallback=move || {
                view! {
                    <EmptyState title="This contact file does not exist any more">
                        <p>"It may have been removed. Nothing was imported from it that is not in the campaign."</p>
                        <Button on_press=restart>"Choose a file"</Button>
                    </EmptyState>
                }
            }
        >
            <Load query=progress let:now>
                {
                    let ready = Memo::new(move |_| now.with(|now| *now == Progress::Ready));
                    move || {
                        if ready.get() {
                            view! { <Preparing id step go restart progress /> }.into_any()
                        } else {
                            view! { <RunStep id progress restart /> }.into_any()
                        }
                    }
                }
            </Load>
        </Show>
    }
    .into_any()
}

#[component]
fn Preparing(
    id: ImportId,
    step: Signal<String>,
    go: Callback<String>,
    restart: Callback<()>,
    progress: Query<Progress>,
) -> impl IntoView {
    let kept = draft::kept::<Choices>(&Importing::kept_as(id)).unwrap_or_default();
    let read_as = RwSignal::new(kept.read_as);
    let despite_consent = RwSignal::new(kept.despite_consent);
    let upload = Query::new(move || read_upload(id, read_as.get()));
    let checking = Memo::new(move |_| step.with(|step| step == "check"));
    view! {
        <Load query=upload let:fetched>
            {
                let first = fetched.get_untracked();
                let kept = kept.columns.clone();
                let columns = RwSignal::new(if kept.len() == first.guess.len() { kept } else { first.guess.clone() });
                // What is shown follows only once the columns fit it.
                let shown = RwSignal::new(first);
                Effect::new(move |before: Option<Upload>| {
                    let now = fetched.get();
                    if before.is_some_and(|before| (&before.guess, &before.headers) != (&now.guess, &now.headers)) {
                        columns.set(now.guess.clone());
                    }
                    shown.set(now.clone());
                    now
                });
                let importing = Importing { id, read_as, columns, despite_consent, go, restart };
                Effect::new(move |_| draft::keep(&Importing::kept_as(id), &importing.choices()));
                move || {
                    if checking.get() {
                        view! { <CheckStep importing upload=shown.into() progress /> }.into_any()
                    } else {
                        view! { <MapStep importing fetching=upload upload=shown.into() /> }.into_any()
                    }
                }
            }
        </Load>
    }
    .into_any()
}
