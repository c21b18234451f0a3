//! The third step: what the import would do.

use handoff_core::contact::{NO_NAME, has_names};
use handoff_server::api::imports::{check_import, start_import};
use handoff_server::model::import::{BadRow, Choices, DryRun, Progress, Upload};
use leptos::prelude::*;

use super::importing::{Importing, Steps};
use crate::state::query::Query;
use crate::state::task::Task;
use crate::ui::{Button, Checkbox, ErrorNote, Kind, Load, Tile, Tone, counted, number};

/// The third step: what the import would do.
#[component]
pub fn CheckStep(importing: Importing, upload: Signal<Upload>, progress: Query<Progress>) -> impl IntoView {
    let id = importing.id;
    let found = Query::new(move || {
        let despite_consent = importing.despite_consent.get();
        check_import(id, importing.columns.get_untracked(), importing.read_as.get_untracked(), despite_consent)
    });
    let task = Task::new();
    let start = move |()| {
        let Choices { columns, read_as, despite_consent } = untrack(|| importing.choices());
        task.run(
            move || start_import(id, columns.clone(), read_as, despite_consent),
            move |()| {
                importing.go.run("run".to_owned());
                progress.refetch();
            },
        );
    };
    let back = move |()| importing.go.run("map".to_owned());
    let checking = move || {
        view! {
            <div class="working">
                <p role="status">
                    {move || upload.with(|upload| format!("Checking {}", counted(upload.rows, "row", "rows")))}
                </p>
                <progress class="progress" aria-label="Checking"></progress>
            </div>
        }
    };
    view! {
        <Steps at=2 />
        <p class="file-line quiet">{move || upload.with(|upload| upload.file_name.clone())}</p>
        <Load query=found skeleton=checking let:found>
            <Figures found />
            <Consent importing found />
            <Show when=move || !importing.columns.with(|columns| has_names(columns))>
                <p class="notice tone-attention" role="status">
                    {NO_NAME}
                </p>
            </Show>
            <BadRows found />
        </Load>
        <Show when=move || found.data.with(Option::is_some)>
            <ErrorNote error=found.error />
        </Show>
        <ErrorNote error=task.error />
        <div class="row wizard-actions">
            <Button on_press=back>"Back to the columns"</Button>
            <Show when=move || found.data.with(|found| found.as_ref().is_some_and(|found| found.good > 0))>
                <Button kind=Kind::Primary busy=Signal::derive(move || task.busy.get() || found.loading.get()) on_press=start>
                    {move || {
                        let good = found.data.with(|found| found.as_ref().map_or(0, |found| found.good));
                        format!("Import {}", counted(good, "contact", "contacts"))
                    }}
                </Button>
            </Show>
            <Show when=move || found.data.with(|found| found.as_ref().is_some_and(|found| found.good == 0))>
                <p>"There is no new contact in this file."</p>
            </Show>
        </div>
    }
    .into_any()
}

/// What is decided about those who have not agreed to be texted.
#[component]
fn Consent(importing: Importing, found: Signal<DryRun>) -> impl IntoView {
    let count = Memo::new(move |_| found.with(|found| found.not_agreed));
    let said = move || {
        let people = counted(count.get(), "contact has", "contacts have");
        let fate = if found.with(|found| found.despite_consent) {
            "They are imported all the same, as you decided."
        } else {
            "They are left out."
        };
        format!("{people} not agreed to be texted, as your file says. {fate}")
    };
    view! {
        <Show when=move || { count.get() > 0 }>
            <section class="notice tone-attention consent" aria-label="Who has not agreed">
                <p role="status">{said}</p>
                <Checkbox label="Import them all the same" checked=importing.despite_consent />
            </section>
        </Show>
    }
    .into_any()
}

/// What an import does, in figures.
#[component]
pub fn Figures(found: Signal<DryRun>) -> impl IntoView {
    let figure = move |read: fn(&DryRun) -> u32| Signal::derive(move || found.with(read));
    let not_agreed = Signal::derive(move || {
        let all_the_same = found.with(|found| found.despite_consent);
        if all_the_same { "Have not agreed, imported" } else { "Have not agreed, left out" }.to_owned()
    });
    view! {
        <dl class="tiles">
            <Tile label="New contacts" value=figure(|found| found.good) tone=Tone::Good dot=true />
            <Tile label="Doubles in the file, merged" value=figure(|found| found.merged) />
            <Tile label="In the campaign already" value=figure(|found| found.present) />
            <Tile label="Opted out, never written to" value=figure(|found| found.opted_out) tone=Tone::Idle dot=true />
            <Show when=move || found.with(|found| found.not_agreed > 0)>
                <Tile label=not_agreed value=figure(|found| found.not_agreed) tone=Tone::Attention dot=true />
            </Show>
            <Tile label="Cannot be imported" value=figure(|found| found.bad) tone=Tone::Bad dot=true />
        </dl>
    }
    .into_any()
}

/// The first of the rows that cannot be imported.
#[component]
pub fn BadRows(found: Signal<DryRun>) -> impl IntoView {
    let title = move || {
        found.with(|found| {
            let listed = u32::try_from(found.bad_rows.len()).unwrap_or(u32::MAX);
            if listed < found.bad {
                format!("Rows that cannot be imported: the first {} of {}", number(listed), number(found.bad))
            } else {
                "Rows that cannot be imported".to_owned()
            }
        })
    };
    let row = |row: BadRow| {
        let cells =
            row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            <tr>
                <td class="number">{number(row.line)}</td>
                <td class="reason">{row.reason}</td>
                <td class="cells">{cells}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <Show when=move || found.with(|found| !found.bad_rows.is_empty())>
            <section class="section">
                <h2>{title}</h2>
                <div class="table-frame bad-rows" tabindex="0" role="region" aria-label="Rows that cannot be imported">
                    <table class="table dense">
                        <thead>
                            <tr>
                                <th scope="col" class="number">"Line"</th>
                                <th scope="col">"Why"</th>
                                <th scope="col">"The row"</th>
                            </tr>
                        </thead>
                        <tbody>{move || found.with(|found| found.bad_rows.iter().cloned().map(row).collect_view())}</tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
    .into_any()
}
