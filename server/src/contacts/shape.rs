//! Where a table begins: which row names the columns, if any does.

use handoff_core::contact::Column;
use handoff_core::contact::consent::wording;

use super::mapping::guess;
use super::phone::{Country, normalise};
use crate::model::import::Header;

/// A row that is looked at, its cells cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Its line.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<String>,
}

impl Looked {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1)
    }
}

/// Rows among which the names of the columns are looked for.
const FIRST_ROWS: usize = 20;

/// Guesses where the names of the columns are, by the first rows.
///
/// Titles above a table have far fewer cells than its rows. A row is a contact if it holds a bare number, unless two of
/// its cells are names that columns have; a number among words is an example. `None` if there are no rows.
pub fn header(rows: &[Looked], country: Country) -> Option<Header> {
    let first = rows.iter().take(FIRST_ROWS).position(|row| !is_title(row, usual_width(rows), country)).unwrap_or(0);
    let row = rows.get(first)?;
    let known = known_names(row, country);
    let contact = known < 2 && holds_number(row, country);
    let alike = known == 0 && is_like_those_below(row, &rows[first + 1..], country);
    Some(if contact || alike { Header::None } else { Header::Line(row.line) })
}

/// The width that most rows have, of those with more than one cell if these are no exceptions.
fn usual_width(rows: &[Looked]) -> usize {
    let all: Vec<usize> = rows.iter().map(Looked::width).collect();
    let wide: Vec<usize> = all.iter().copied().filter(|width| *width > 1).collect();
    let widths = if wide.len() * 5 >= all.len() { wide } else { all };
    let alike = |wanted: usize| widths.iter().filter(|width| **width == wanted).count();
    widths.iter().copied().max_by_key(|width| (alike(*width), *width)).unwrap_or(0)
}

fn is_title(row: &Looked, usual: usize, country: Country) -> bool {
    let filled = row.filled();
    usual >= 2 && filled <= (usual / 4).max(1) && known_names(row, country) < filled && !holds_number(row, country)
}

/// How many of its cells are names that columns have.
fn known_names(row: &Looked, country: Country) -> usize {
    let guessed = guess(&row.cells, &[], &vec![true; row.cells.len()], country);
    let known = |(column, cell): &(Column, &String)| {
        !cell.is_empty() && (!matches!(column, Column::Custom(_) | Column::Ignored) || wording(cell, []).is_some())
    };
    guessed.into_iter().zip(&row.cells).filter(known).count()
}

/// Whether a cell holds a number and nothing else.
fn holds_number(row: &Looked, country: Country) -> bool {
    row.cells.iter().any(|cell| is_bare(cell) && cell.len() >= 8 && normalise(cell, country).is_ok())
}

fn is_bare(cell: &str) -> bool {
    cell.contains(|character: char| character.is_ascii_digit()) && !cell.contains(char::is_alphabetic)
}

/// Whether it has seven digits or more in a column in which most rows have good numbers: a contact whose number is bad.
fn is_like_those_below(row: &Looked, below: &[Looked], country: Country) -> bool {
    let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).count();
    row.cells.iter().enumerate().any(|(place, cell)| {
        let good = |row: &&Looked| row.cells.get(place).is_some_and(|cell| normalise(cell, country).is_ok());
        let below = &below[..below.len().min(FIRST_ROWS)];
        is_bare(cell) && digits(cell) >= 7 && below.iter().filter(good).count() * 2 > below.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(text: &str) -> Option<Header> {
        let rows: Vec<Looked> = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.is_empty())
            .map(|(text, line)| Looked { line, cells: text.split(',').map(str::to_owned).collect() })
            .collect();
        header(&rows, Country::of_organization("US"))
    }

    #[test]
    fn the_names_of_the_columns_are_found() {
        let line = |line| Some(Header::Line(line));
        assert_eq!(guessed("First,Last,Phone\nAbby,Lee,503-555-0101\n"), line(1));
        assert_eq!(guessed("Phone\n503-555-0101\n"), line(1));
        assert_eq!(
            guessed("Volunteers\nAs of today\n\nFirst,Last,Mobile,Phone\nAbby,Lee,503-555-0101,\nA,B,,503-555-0102\n"),
            line(4)
        );
        assert_eq!(guessed("Volunteers,,,\nFirst,Last,Mobile,Phone\nAbby,Lee,503-555-0101,\n"), line(2));
        // Names for some of the columns only are no title.
        assert_eq!(guessed("Name,Phone,,\nAbby,503-555-0101,a,b\nTom,503-555-0102,a,b\n"), line(1));
        assert_eq!(guessed("Phone,,,\n503-555-0101,a,b,c\n503-555-0102,a,b,c\n"), line(1));
        // More remarks than rows, and a single remark beside a list of numbers.
        assert_eq!(guessed("Report\nToday\nFirst,Last,Phone\nAbby,Lee,503-555-0101\na\nb\nc\n"), line(3));
        assert_eq!(guessed("Numbers\n1\n2\n3\n4\n5,call later\n"), line(1));
        assert_eq!(guessed("A,B\nx,y\n"), line(1));
        assert_eq!(guessed(""), None);
    }

    #[test]
    fn an_example_among_the_names_is_no_contact() {
        let line = Some(Header::Line(1));
        assert_eq!(guessed("First,Last,Phone (e.g. 503-555-0101)\nAbby,Lee,503-555-0102\n"), line);
        assert_eq!(guessed("Number like 503-555-0101\n503-555-0102\n"), line);
        assert_eq!(guessed("First,Last,503-555-0101\nAbby,Lee,503-555-0102\n"), line);
    }

    #[test]
    fn a_first_contact_is_told_from_names() {
        assert_eq!(guessed("Abby,Lee,503-555-0101\nTom,Park,503-555-0102\n"), Some(Header::None));
        assert_eq!(
            guessed("Abby,Lee,555-0101\nLindsey,Park,503-555-0102\nRuth,Kim,503-555-0103\n"),
            Some(Header::None)
        );
        // Somebody may be called as a column is.
        assert_eq!(guessed("Jean,Mobile,503-555-0101\nTom,Park,503-555-0102\n"), Some(Header::None));
        assert_eq!(guessed("503-555-0101,,\nTom,Park,503-555-0102\nTom,Park,503-555-0103\n"), Some(Header::None));
    }
}
