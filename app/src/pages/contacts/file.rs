//! The first step: the file.

use handoff_core::ImportId;
use handoff_core::naming::isolated;
use handoff_server::model::import::{LARGEST_MEGABYTES, MOST_COLUMNS};
use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

use super::importing::Steps;
use super::upload::upload;
use crate::pages::campaign::campaign_page;
use crate::state::task::Task;
use crate::ui::ErrorNote;

/// The first step: the file.
#[component]
pub fn FileStep(on_uploaded: Callback<ImportId>) -> impl IntoView {
    let campaign = campaign_page().id;
    let task = Task::new();
    let (sent, name, over) = (RwSignal::new(0.0_f64), RwSignal::new(String::new()), RwSignal::new(false));
    let take = move |file: Option<File>| {
        let Some(file) = file.filter(|_| !task.busy.get_untracked()) else { return };
        name.set(file.name());
        sent.set(0.0);
        task.run(move || upload(campaign, file.clone(), sent), move |id| on_uploaded.run(id));
    };
    let picked = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            take(input.files().and_then(|files| files.get(0)));
            // The same file may be chosen again, after it was corrected.
            input.set_value("");
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)));
    };
    let percent = move || format!("{:.0} %", sent.get() * 100.0);
    view! {
        <Steps at=0 />
        <div
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <Show
                when=move || task.busy.get()
                fallback=move || {
                    view! {
                        <p class="empty-title">"Drop a file with contacts here"</p>
                        <label class="button primary">
                            "Choose a file"
                            <input
                                class="visually-hidden"
                                type="file"
                                accept=".csv,.tsv,.txt,.xlsx,text/csv,text/plain,text/tab-separated-values,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                                on:change=picked
                            />
                        </label>
                        <p class="quiet">
                            {format!(
                                "An Excel workbook (.xlsx), or CSV as the usual tools export it: separated by commas, semicolons or tabs. \
                                 At most {LARGEST_MEGABYTES} MB and {MOST_COLUMNS} columns, one of them with phone numbers. \
                                 Nothing is imported before you have checked it.",
                            )}
                        </p>
                    }
                }
            >
                <p class="empty-title">{move || format!("Uploading {}", isolated(&name.get()))}</p>
                <progress class="progress" max="1" prop:value=move || sent.get() aria-label="Upload"></progress>
                <p class="quiet" role="status">
                    {move || if sent.get() >= 1.0 { "Reading the file".to_owned() } else { percent() }}
                </p>
            </Show>
        </div>
        <ErrorNote error=task.error />
    }
    .into_any()
}
