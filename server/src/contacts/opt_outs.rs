//! A list of phone numbers that have opted out, as another tool exports it or a person pastes it.
//!
//! A line has one number, or several with nothing else in it. Of a table the column is read that its header calls a
//! phone number, else the first.

use std::collections::BTreeSet;

use handoff_core::contact::Phone;
use handoff_core::contact::phone::{Country, read_every};
use handoff_core::fold::fold;

/// The most numbers in one list.
pub const MOST: usize = 100_000;

/// What a list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptOutList {
    /// Its numbers, each once, in ascending order.
    pub phones: BTreeSet<Phone>,
    /// How many were in it again.
    pub doubled: u32,
    /// The lines without a good number, each with what is in it and why it is none.
    pub bad: Vec<BadLine>,
}

/// A line that gives no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Which, from 1.
    pub line: u32,
    /// What is in it, cut.
    pub text: String,
    /// Why it gives none.
    pub reason: String,
}

/// The digits of the shortest local number: a cell with fewer is no number.
const SHORTEST: usize = 7;

/// Words of a header above phone numbers, the surest first.
const HEADERS: [&str; 6] = ["phone", "mobile", "cell", "number", "tel", "msisdn"];

/// The most characters of a bad line that are told.
const SHOWN: usize = 100;

/// Reads a list.
pub fn read(text: &str, country: Country) -> OptOutList {
    let mut list = OptOutList::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let (mut column, mut is_first) = (0, true);
    let (mut line, mut counted) = (1_u32, 0);
    // Text with rows of any length: nothing is left that could fail.
    for record in reader.records().flatten() {
        // A record begins behind the empty lines before it.
        let before = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(counted);
        let rest = text.get(before..).unwrap_or_default();
        let start = text.len() - rest.trim_start_matches(['\r', '\n']).len();
        let breaks = text.get(counted..start).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
        line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        counted = start;
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if std::mem::take(&mut is_first)
            && let Some(found) = header(&cells)
        {
            column = found;
            continue;
        }
        list.line(line, &cells, column, country);
    }
    list
}

/// What separates the cells: the first line has most of it.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// The column of numbers, if these are the names of columns: the one that speaks of phone numbers, or the first.
fn header(cells: &[&str]) -> Option<usize> {
    let few_digits = |cell: &&str| cell.bytes().filter(u8::is_ascii_digit).count() < SHORTEST;
    let speaks = |word: &str| cells.iter().position(|cell| fold(cell).contains(word));
    let found = HEADERS.into_iter().find_map(speaks);
    // A single cell without a word for numbers is a line that gives none.
    let named = cells.iter().all(few_digits) && (found.is_some() || cells.len() > 1);
    named.then(|| found.unwrap_or(0))
}

impl OptOutList {
    fn line(&mut self, line: u32, cells: &[&str], column: usize, country: Country) {
        // Nothing but numbers, however they are separated: all of them are meant.
        let parts =
            cells.iter().flat_map(|cell| cell.split([',', ';', '\t'])).map(|part| part.trim_matches(['"', ' ']));
        let all: Option<Vec<Vec<Phone>>> =
            parts.filter(|part| !part.is_empty()).map(|part| read_every(part, country).ok()).collect();
        if let Some(all) = all.filter(|_| column == 0) {
            for phone in all.into_iter().flatten() {
                self.add(phone);
            }
            return;
        }
        let cell = cells.get(column).copied().unwrap_or_default();
        match read_every(cell, country) {
            Ok(all) => {
                for phone in all {
                    self.add(phone);
                }
            }
            Err(fault) => self.bad.push(BadLine {
                line,
                text: cells.join(", ").chars().take(SHOWN).collect(),
                reason: fault.to_string(),
            }),
        }
    }

    fn add(&mut self, phone: Phone) {
        if !self.phones.insert(phone) {
            self.doubled += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> (Vec<String>, u32, Vec<u32>) {
        let OptOutList { phones, doubled, bad } = read(text, Country::of_organization("US"));
        (phones.iter().map(Phone::to_string).collect(), doubled, bad.iter().map(|bad| bad.line).collect())
    }

    fn numbers(last: &[u32]) -> Vec<String> {
        last.iter().map(|last| format!("+1212555{last:04}")).collect()
    }

    #[test]
    fn a_line_is_a_number_however_it_is_written() {
        let text = "(212) 555-0101\r\n\n+1 212 555 0102\n 2125550101 \n00 44 7911 123456\n";
        let mut wanted = numbers(&[101, 102]);
        wanted.push("+447911123456".to_owned());
        assert_eq!(list(text), (wanted, 1, vec![]));
        let mixed = "2125550101, 212-555-0103; \"212 555 0102\"";
        assert_eq!(list(mixed), (numbers(&[101, 102, 103]), 0, vec![]), "none is dropped");
        assert_eq!(list("2125550101, 212-555-0103,2125550102").0, numbers(&[101, 102, 103]));
        assert_eq!(list(""), (vec![], 0, vec![]));
    }

    #[test]
    fn of_a_table_the_column_of_numbers_is_read() {
        let ours = "\u{feff}phone,opted_out_at,opted_out_by\n+12125550101,2026-11-28 14:53:00,Ada\n+12125550102,2026-11-28 14:53:00,\n";
        assert_eq!(list(ours), (numbers(&[101, 102]), 0, vec![]));
        let theirs = "Name;Cell phone;Home\nAbby;212 555 0101;2125550109\n\"Lee; J\";(212) 555-0102;\n";
        assert_eq!(list(theirs), (numbers(&[101, 102]), 0, vec![]), "the other column is none of ours");
    }

    #[test]
    fn lines_without_a_good_number_are_told_with_their_place() {
        let read = read("Phone\n2125550101\nnobody\n\n555-0102\n+1 212 555 0103\n", Country::of_organization("US"));
        assert_eq!(read.phones.len(), 2);
        assert_eq!(
            read.bad.iter().map(|bad| (bad.line, bad.text.as_str())).collect::<Vec<_>>(),
            [(3, "nobody"), (5, "555-0102")]
        );
        assert!(read.bad.iter().all(|bad| !bad.reason.is_empty()));
        assert_eq!(list("nobody\n2125550101").2, [1], "a first line without a word for numbers is no header");
    }
}
