//! Opting out a list of numbers: pasted or from a file, looked at first, all or nothing.

use handoff_core::naming::isolated;
use handoff_server::api::opt_outs::{check_opt_outs, import_opt_outs};
use handoff_server::model::ApiError;
use handoff_server::model::opt_out::{BadOptOut, OptOutPage, OptOutsRead};
use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

use super::words::{LARGEST, found_words, imported_words};
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Dialog, DialogActions, ErrorNote, Field, Kind, number};

/// The dialog that imports a list.
#[component]
pub fn ImportDialog(open: RwSignal<bool>, query: Query<OptOutPage>) -> impl IntoView {
    view! {
        <Dialog
            open
            title=Signal::stored("Import opt-outs".to_owned())
            on_close=move |()| open.set(false)
            wide=true
        >
            <Form open query />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(open: RwSignal<bool>, query: Query<OptOutPage>) -> impl IntoView {
    let (messages, looking, importing) = (toasts(), Task::new(), Task::new());
    let text = RwSignal::new(String::new());
    // What the server found in the text; gone once it is another text.
    let found = RwSignal::new(None::<OptOutsRead>);
    let change = move |now: String| {
        text.set(now);
        found.set(None);
        looking.error.set(None);
        importing.error.set(None);
    };
    let choose = move |event: Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            read_file(file, looking.error, change);
        }
        // The same file may be chosen again, after it was corrected.
        input.set_value("");
    };
    let look = move |event: SubmitEvent| {
        event.prevent_default();
        let list = text.get_untracked();
        looking.run(move || check_opt_outs(list.clone()), move |read| found.set(Some(read)));
    };
    let import = move |()| {
        let list = text.get_untracked();
        importing.run(
            move || import_opt_outs(list.clone()),
            move |read| {
                open.set(false);
                messages.say(imported_words(&read, number));
                query.refetch();
            },
        );
    };
    let good = Memo::new(move |_| found.with(|found| found.as_ref().map_or(0, |read| read.good)));
    let ready =
        Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|read| read.bad == 0 && read.good > 0)));
    let bad = move || found.with(|found| found.as_ref().map(|read| read.bad_lines.clone()).unwrap_or_default());
    view! {
        <form class="form" on:submit=look novalidate>
            <p>"The numbers of the list get no message of this organization any more, in any campaign. Nothing is sent to them."</p>
            <Field
                label="Numbers"
                hint="One a line, or a table with a column of them. Up to 100,000."
                let:ids
            >
                <textarea
                    class="input opt-outs-text"
                    id=ids.control
                    rows="8"
                    spellcheck="false"
                    autocomplete="off"
                    aria-describedby=ids.described_by
                    prop:value=move || text.get()
                    on:input=move |event| change(event_target_value(&event))
                ></textarea>
            </Field>
            <label class="button opt-outs-file">
                "Choose a file"
                <input class="visually-hidden" type="file" accept=".csv,.txt,.tsv,text/csv,text/plain" on:change=choose />
            </label>
            <div role="status">
                {move || found.with(|found| found.as_ref().map(|read| view! { <p class="notice tone-idle">{found_words(read, number)}</p> }))}
            </div>
            <Show when=move || found.with(|found| found.as_ref().is_some_and(|read| read.bad > 0))>
                <BadLines lines=Signal::derive(bad) />
            </Show>
            <ErrorNote error=looking.error />
            <ErrorNote error=importing.error />
            <DialogActions>
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button
                    submit=true
                    kind=Kind::Plain
                    busy=looking.busy
                    disabled=Signal::derive(move || text.with(|text| text.trim().is_empty()))
                >
                    "Check the list"
                </Button>
                <Button
                    kind=Kind::Primary
                    busy=importing.busy
                    disabled=Signal::derive(move || !ready.get())
                    on_press=import
                >
                    {move || match good.get() {
                        0 => "Opt out".to_owned(),
                        1 => "Opt out 1 number".to_owned(),
                        many => format!("Opt out {} numbers", number(many)),
                    }}
                </Button>
            </DialogActions>
        </form>
    }
    .into_any()
}

/// Reads a file as text.
fn read_file(file: File, error: RwSignal<Option<ApiError>>, take: impl Fn(String) + 'static) {
    if file.size() > LARGEST {
        let sentence =
            format!("{} is larger than 2 MB. Split it, or paste the numbers in several parts.", isolated(&file.name()));
        error.set(Some(ApiError::invalid("text", sentence)));
        return;
    }
    spawn_local(async move {
        if let Some(text) = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            take(text);
        } else {
            let sentence =
                format!("{} could not be read. Choose it again, or paste the numbers.", isolated(&file.name()));
            error.try_set(Some(ApiError::invalid("text", sentence)));
        }
    });
}

/// The lines that give no number.
#[component]
fn BadLines(lines: Signal<Vec<BadOptOut>>) -> impl IntoView {
    view! {
        <div class="table-frame opt-outs-bad">
            <table class="table">
                <caption class="visually-hidden">"Lines without a good number"</caption>
                <thead>
                    <tr>
                        <th scope="col" class="number">"Line"</th>
                        <th scope="col">"What is in it"</th>
                        <th scope="col">"Why"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || lines.get() key=|line| line.line let:bad>
                        <tr>
                            <td class="number">{number(bad.line)}</td>
                            <td><bdi>{bad.text}</bdi></td>
                            <td>{bad.reason}</td>
                        </tr>
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
