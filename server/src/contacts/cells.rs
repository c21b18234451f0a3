//! What the cells of a row say: names and numbers.

use std::borrow::Cow;

use handoff_core::contact::Phone;
use handoff_core::contact::cell::{meant, meant_name};
use handoff_core::contact::name::clean_name;
use thiserror::Error;

use super::mapping::Mapping;
use super::phone::{Country, PhoneFault};
use super::rows::Row;
use super::sheet::start;

/// Why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A quote never closes.
    #[error("A quote is opened in this row and never closed. Close it, or remove it.")]
    Unclosed,
    /// It has more cells than the file has columns.
    #[error(
        "This row has {cells} cells, but the file has {columns} columns. Put cells that hold the separator in quotes."
    )]
    TooManyCells {
        /// Cells of the row.
        cells: usize,
        /// Columns of the file.
        columns: usize,
    },
    /// All its numbers are those of other people.
    #[error(
        "Line {line} has this number for somebody else. Give this person a number of their own, or leave them out."
    )]
    Shared {
        /// The line of the row that has it.
        line: u32,
    },
    /// None of its phone numbers is good.
    #[error(transparent)]
    Phone(#[from] PhoneFault),
}

/// The first name of a row.
pub(super) fn first_name<'r>(row: &'r Row<'_>, mapping: &Mapping) -> Cow<'r, str> {
    joined(row, &mapping.first_names)
}

/// The last name of a row.
pub(super) fn last_name<'r>(row: &'r Row<'_>, mapping: &Mapping) -> Cow<'r, str> {
    joined(row, &mapping.last_names)
}

fn joined<'r>(row: &'r Row<'_>, places: &[usize]) -> Cow<'r, str> {
    match places {
        [] => Cow::Borrowed(""),
        [place] => name(row.cell(*place)),
        several => {
            let all: Vec<Cow<'_, str>> = several.iter().map(|place| name(row.cell(*place))).collect();
            Cow::Owned(clean_name(&all.join(" ")).into_owned())
        }
    }
}

fn name(cell: &str) -> Cow<'_, str> {
    match meant_name(start(cell)) {
        Cow::Borrowed(name) => clean_name(name),
        Cow::Owned(name) => Cow::Owned(clean_name(&name).into_owned()),
    }
}

/// The good numbers of a row, in the order of the phone columns.
pub(super) fn numbers(row: &Row<'_>, columns: usize, mapping: &Mapping, country: Country) -> Result<Vec<Phone>, Fault> {
    if row.unclosed {
        return Err(Fault::Unclosed);
    }
    // Spreadsheets end rows with empty cells: those are not too many.
    if row.filled > columns {
        return Err(Fault::TooManyCells { cells: row.filled, columns });
    }
    Ok(mapping.numbers(|place| meant(start(row.cell(place))), country)?)
}
