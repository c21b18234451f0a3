//! The second step: what each column is.

use handoff_core::contact::Column;
use handoff_core::contact::field::{field_name, is_custom_field_name};
use handoff_core::naming::isolated;
use handoff_server::model::import::{ImportError, Upload};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::importing::{Importing, Steps};
use super::read_as::ReadAsChoices;
use crate::state::query::Query;
use crate::ui::{Button, Kind, Select, counted, next_id};

/// What a column is read as, without the name of a custom field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinds {
    Ignored,
    Phone,
    FirstName,
    LastName,
    Custom,
    OptIn,
    OptOut,
}

impl Kinds {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Phone, "Phone number"),
        (Self::FirstName, "First name"),
        (Self::LastName, "Last name"),
        (Self::Custom, "Custom field"),
        (Self::OptIn, "Agreed to texts"),
        (Self::OptOut, "Wants no texts"),
        (Self::Ignored, "Not imported"),
    ];

    const fn of(column: &Column) -> Self {
        match column {
            Column::Ignored => Self::Ignored,
            Column::Phone => Self::Phone,
            Column::FirstName => Self::FirstName,
            Column::LastName => Self::LastName,
            Column::Custom(_) => Self::Custom,
            Column::OptIn => Self::OptIn,
            Column::OptOut => Self::OptOut,
        }
    }
}

/// What is wrong with a column, to be said beside it.
fn fault(columns: &[Column], at: usize) -> Option<String> {
    match columns.get(at)? {
        Column::Custom(name) if !is_custom_field_name(name) => Some(ImportError::FieldName(name.clone()).to_string()),
        Column::Custom(name) if columns.iter().take(at).any(|other| *other == Column::Custom(name.clone())) => {
            Some(ImportError::DuplicateField(name.clone()).to_string())
        }
        column @ (Column::FirstName | Column::LastName) if columns.iter().take(at).any(|other| other == column) => {
            Some("Another column holds this already. Choose one of them.".to_owned())
        }
        _ => None,
    }
}

/// The second step: what each column is.
#[component]
pub fn MapStep(importing: Importing, fetching: Query<Upload>, upload: Signal<Upload>) -> impl IntoView {
    let columns = importing.columns;
    // Read otherwise, it may have other columns: then their rows are made afresh.
    let table =
        Memo::new(move |_| upload.with(|upload| (upload.headers.clone(), upload.guess.clone(), upload.sample.clone())));
    let rows = move || {
        let count = table.with(|(headers, ..)| headers.len());
        (0..count).map(|at| view! { <ColumnRow at columns upload /> }).collect_view()
    };
    let phones = Memo::new(move |_| columns.with(|all| all.iter().filter(|column| **column == Column::Phone).count()));
    let faulty =
        Memo::new(move |_| columns.with(|all| (0..all.len()).any(|at| fault(all, at).is_some())) || phones.get() == 0);
    let said = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        said.set(true);
        if !faulty.get_untracked() {
            importing.go.run("check".to_owned());
        }
    };
    let facts = move || {
        upload.with(|upload| {
            format!("{} · {} · {}", isolated(&upload.file_name), counted(upload.rows, "row", "rows"), upload.format)
        })
    };
    view! {
        <Steps at=1 />
        <div class="file-line">
            <p class="quiet">{facts}</p>
            <Button kind=Kind::Quiet on_press=importing.restart>"Choose another file"</Button>
        </div>
        <form class="form" on:submit=submit>
            <ReadAsChoices importing fetching upload />
            <div class="table-frame">
                <table class="table mapping">
                    <thead>
                        <tr>
                            <th scope="col">"Column"</th>
                            <th scope="col">"Its first rows"</th>
                            <th scope="col">"Import as"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Show when=move || { phones.get() > 1 }>
                <p class="notice tone-fresh">
                    "Several columns hold phone numbers: of each row, the first good one is taken, mobile phones before others."
                </p>
            </Show>
            <Show when=move || phones.get() == 0>
                <p class="notice tone-bad" role="alert">{ImportError::NoPhone.to_string()}</p>
            </Show>
            <Show when=move || said.get() && faulty.get() && { phones.get() > 0 }>
                <p class="notice tone-bad" role="alert">"Correct the columns that are marked above."</p>
            </Show>
            <div class="row">
                <Button kind=Kind::Primary submit=true>"Check the contacts"</Button>
                <span class="quiet small">"Nothing is imported yet."</span>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn ColumnRow(at: usize, columns: RwSignal<Vec<Column>>, upload: Signal<Upload>) -> impl IntoView {
    let header = upload.with_untracked(|upload| upload.headers.get(at).cloned()).unwrap_or_default();
    let shown = if header.trim().is_empty() { format!("Column {}", at + 1) } else { header.clone() };
    let samples: Vec<String> = upload.with_untracked(|upload| {
        let cells = upload.sample.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim().to_owned());
        cells.filter(|cell| !cell.is_empty()).take(3).collect()
    });
    let kind = RwSignal::new(columns.with_untracked(|all| all.get(at).map_or(Kinds::Ignored, Kinds::of)));
    let name = RwSignal::new(match columns.with_untracked(|all| all.get(at).cloned()) {
        Some(Column::Custom(name)) => name,
        _ => field_name(&header).unwrap_or_default(),
    });
    Effect::new(move |_| {
        let column = match kind.get() {
            Kinds::Ignored => Column::Ignored,
            Kinds::Phone => Column::Phone,
            Kinds::FirstName => Column::FirstName,
            Kinds::LastName => Column::LastName,
            Kinds::Custom => Column::Custom(name.get().trim().to_owned()),
            Kinds::OptIn => Column::OptIn,
            Kinds::OptOut => Column::OptOut,
        };
        if columns.with_untracked(|all| all.get(at).is_some_and(|old| *old != column)) {
            columns.update(|all| all[at] = column);
        }
    });
    let error = Memo::new(move |_| columns.with(|all| fault(all, at)));
    let error_id = next_id("column");
    let described = error_id.clone();
    let invalid = Signal::derive(move || error.with(|error| error.as_ref().map(|_| "true")));
    let options = Kinds::ALL.map(|(kind, words)| (kind, words.to_owned())).to_vec();
    let custom = move || kind.get() == Kinds::Custom;
    let name_label = format!("Name of the custom field for {}", isolated(&shown));
    view! {
        <tr class:ignored=move || kind.get() == Kinds::Ignored>
            <th scope="row"><bdi>{shown.clone()}</bdi></th>
            <td class="samples">
                {if samples.is_empty() {
                    view! { <span class="quiet">"Empty in the first rows"</span> }.into_any()
                } else {
                    samples.into_iter().map(|cell| view! { <span class="sample" dir="auto">{cell}</span> }).collect_view().into_any()
                }}
            </td>
            <td class="target">
                <div class="target-inputs">
                    <Select
                        name=format!("Import {} as", isolated(&shown))
                        options
                        value=kind
                        described_by=Signal::derive(move || Some(described.clone()))
                        invalid=Signal::derive(move || invalid.get().filter(|_| !custom()))
                    />
                    <Show when=custom>
                        <input
                            class="input"
                            type="text"
                            autocomplete="off"
                            spellcheck="false"
                            aria-label=name_label.clone()
                            aria-invalid=invalid
                            bind:value=name
                        />
                    </Show>
                </div>
                <p class="field-error" id=error_id role="alert">{move || error.get()}</p>
                <Show when=move || kind.get() == Kinds::OptIn>
                    <p class="field-hint">"Only those with a yes are imported, unless you decide otherwise in the next step."</p>
                </Show>
                <Show when=move || kind.get() == Kinds::OptOut>
                    <p class="field-hint">"Those with a yes are left out, unless you decide otherwise in the next step."</p>
                </Show>
                <Show when=move || custom() && error.with(Option::is_none)>
                    <p class="field-hint">{move || format!("In the message: {{{}}}", name.get().trim())}</p>
                </Show>
            </td>
        </tr>
    }
    .into_any()
}
