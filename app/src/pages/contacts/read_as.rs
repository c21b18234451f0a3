//! How a file is read: its encoding, its sheet, and where the names of its columns are. A change shows in the sample.

use handoff_server::model::import::{Charset, Header, Line, Upload, Worksheet};
use leptos::prelude::*;

use super::importing::Importing;
use crate::state::query::Query;
use crate::ui::{ErrorNote, SelectField};

/// What a file can be read as otherwise.
#[component]
pub fn ReadAsChoices(importing: Importing, fetching: Query<Upload>, upload: Signal<Upload>) -> impl IntoView {
    let charset = Memo::new(move |_| upload.with(|upload| upload.charset));
    let sheets = Memo::new(move |_| upload.with(|upload| upload.sheets.clone()));
    view! {
        <fieldset class="read-as" aria-busy=move || fetching.loading.get().to_string()>
            <legend>"How the file is read"</legend>
            <div class="read-as-fields">
                <Show when=move || charset.get().is_some()>
                    <Encoding importing charset />
                </Show>
                <Show when=move || sheets.with(|sheets| sheets.len() > 1)>
                    <Sheet importing upload sheets />
                </Show>
                <Names importing upload />
            </div>
            <ErrorNote error=fetching.error />
        </fieldset>
    }
    .into_any()
}

#[component]
fn Encoding(importing: Importing, charset: Memo<Option<Charset>>) -> impl IntoView {
    let value = RwSignal::new(charset.get_untracked().unwrap_or(Charset::Utf8));
    let words = |charset: Charset| (charset, format!("{} – {}", charset.name(), charset.origin()));
    let options = Charset::ALL.map(words).to_vec();
    Effect::new(move |_| {
        let chosen = value.get();
        // What was chosen may have been refused, while the page shows what was read before.
        let now = importing.read_as.with_untracked(|read_as| read_as.charset).or(charset.get_untracked());
        if now != Some(chosen) {
            importing.read_as.update(|read_as| read_as.charset = Some(chosen));
        }
    });
    view! {
        <SelectField
            label="Encoding"
            options
            value
            hint="If accents look wrong below, try another one."
        />
    }
    .into_any()
}

#[component]
fn Sheet(importing: Importing, upload: Signal<Upload>, sheets: Memo<Vec<Worksheet>>) -> impl IntoView {
    let value = RwSignal::new(upload.with_untracked(|upload| upload.sheet));
    let options =
        Signal::derive(move || sheets.get().into_iter().map(|sheet| (sheet.place, sheet.name)).collect::<Vec<_>>());
    Effect::new(move |_| {
        let chosen = value.get();
        let now = importing.read_as.with_untracked(|read_as| read_as.sheet);
        if now.unwrap_or_else(|| upload.with_untracked(|upload| upload.sheet)) != chosen {
            // Its names may be on another line.
            importing.read_as.update(|read_as| (read_as.sheet, read_as.header) = (Some(chosen), None));
        }
    });
    view! { <SelectField label="Sheet" options value /> }.into_any()
}

#[component]
fn Names(importing: Importing, upload: Signal<Upload>) -> impl IntoView {
    let header = Memo::new(move |_| upload.with(|upload| upload.header));
    let value = RwSignal::new(header.get_untracked());
    let options = Signal::derive(move || upload.with(|upload| lines(&upload.top, upload.header)));
    Effect::new(move |_| value.set(header.get()));
    Effect::new(move |_| {
        let chosen = value.get();
        let now = importing.read_as.with_untracked(|read_as| read_as.header);
        if now.unwrap_or_else(|| header.get_untracked()) != chosen {
            importing.read_as.update(|read_as| read_as.header = Some(chosen));
        }
    });
    view! {
        <SelectField
            label="Names of the columns"
            options
            value
            hint="Lines above the names are not imported."
        />
    }
    .into_any()
}

/// The answers: nowhere, or on one of the first lines.
fn lines(top: &[Line], now: Header) -> Vec<(Header, String)> {
    let words = |line: &Line| {
        let cells: Vec<&str> = line.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        (Header::Line(line.line), format!("Line {}: {}", line.line, cells.join(" · ")))
    };
    let mut lines: Vec<(Header, String)> = top.iter().map(words).collect();
    lines.push((Header::None, "None: the first line is a contact".to_owned()));
    if let Header::Line(line) = now
        && !lines.iter().any(|(header, _)| *header == now)
    {
        lines.insert(0, (now, format!("Line {line}")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_and_none_can_be_chosen() {
        let top = [
            Line { line: 1, cells: vec!["Volunteers".to_owned()] },
            Line { line: 4, cells: vec!["First".to_owned(), String::new(), "Phone".to_owned()] },
        ];
        let words = |now| lines(&top, now).into_iter().map(|(_, words)| words).collect::<Vec<_>>();
        let usual = ["Line 1: Volunteers", "Line 4: First · Phone", "None: the first line is a contact"];
        assert_eq!(words(Header::Line(4)), usual);
        assert_eq!(words(Header::None), usual);
        assert_eq!(words(Header::Line(40))[0], "Line 40");
    }
}
