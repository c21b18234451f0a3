//! The rows of a text with separated cells, each with its line as an editor counts it.
//!
//! Quotes work as in every CSV reader. But a quote that never closes does not swallow the rest of the file: its
//! line becomes a row of its own, marked, and reading goes on with the next line. That is what the usual readers
//! cannot do, and why this one is here.

use std::borrow::Cow;

/// A row as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// The line on which it begins, from 1.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<Cow<'a, str>>,
    /// A quote was opened in it and never closed.
    pub unclosed: bool,
}

impl Row<'_> {
    /// Whether all its cells are empty.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// A quoted cell that spans more lines than any note does was never closed.
const MOST_LINES: u32 = 200;

/// Reads row after row.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    delimiter: u8,
}

/// How a cell ended.
enum End {
    Delimiter,
    Line,
    Unclosed,
}

impl<'a> Rows<'a> {
    /// Reads this text, whose cells are separated by this character of ASCII.
    pub const fn new(text: &'a str, delimiter: u8) -> Self {
        Self { text, at: 0, line: 1, delimiter }
    }

    /// Reads the next row, and skips empty lines. Answers whether there was one.
    pub fn read(&mut self, row: &mut Row<'a>) -> bool {
        row.cells.clear();
        row.unclosed = false;
        while let Some(length) = self.line_break_at(self.at) {
            self.at += length;
            self.line += 1;
        }
        if self.at >= self.text.len() {
            return false;
        }
        row.line = self.line;
        let start = self.at;
        loop {
            let end = if self.byte(self.at) == Some(b'"') { self.quoted(row) } else { self.plain(row) };
            match end {
                End::Delimiter => {}
                End::Line => return true,
                End::Unclosed => {
                    self.one_line(start, row);
                    return true;
                }
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The length of the line break at this place, if there is one.
    fn line_break_at(&self, at: usize) -> Option<usize> {
        match self.byte(at) {
            Some(b'\r') if self.byte(at + 1) == Some(b'\n') => Some(2),
            Some(b'\r' | b'\n') => Some(1),
            _ => None,
        }
    }

    /// The text from here to the end of the cell. Afterwards the reader stands behind what ended it.
    fn rest_of_cell(&mut self) -> (&'a str, End) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let delimiter = self.delimiter;
        let length =
            rest.iter().position(|byte| *byte == delimiter || *byte == b'\n' || *byte == b'\r').unwrap_or(rest.len());
        self.at += length;
        let cell = &self.text[start..self.at];
        if self.byte(self.at) == Some(delimiter) {
            self.at += 1;
            return (cell, End::Delimiter);
        }
        if let Some(length) = self.line_break_at(self.at) {
            self.at += length;
            self.line += 1;
        }
        (cell, End::Line)
    }

    fn plain(&mut self, row: &mut Row<'a>) -> End {
        let (cell, end) = self.rest_of_cell();
        row.cells.push(Cow::Borrowed(cell));
        end
    }

    fn quoted(&mut self, row: &mut Row<'a>) -> End {
        let first_line = self.line;
        self.at += 1;
        let mut start = self.at;
        let mut cell = Cow::Borrowed("");
        loop {
            match self.byte(self.at) {
                None => return End::Unclosed,
                Some(b'"') if self.byte(self.at + 1) == Some(b'"') => {
                    append(&mut cell, &self.text[start..=self.at]);
                    self.at += 2;
                    start = self.at;
                }
                Some(b'"') => {
                    append(&mut cell, &self.text[start..self.at]);
                    self.at += 1;
                    break;
                }
                Some(b'\n') => {
                    self.line += 1;
                    self.at += 1;
                }
                Some(b'\r') => {
                    self.line += u32::from(self.byte(self.at + 1) != Some(b'\n'));
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
            if self.line - first_line > MOST_LINES {
                return End::Unclosed;
            }
        }
        let spans_lines = self.line > first_line;
        let (tail, end) = self.rest_of_cell();
        // A quote that opens another cell further down seems to close this one, with more text behind it.
        if spans_lines && !tail.trim().is_empty() {
            return End::Unclosed;
        }
        append(&mut cell, tail);
        row.cells.push(cell);
        end
    }

    /// Reads the line at this place as it stands, quotes and all.
    fn one_line(&mut self, start: usize, row: &mut Row<'a>) {
        self.at = start;
        self.line = row.line;
        row.cells.clear();
        row.unclosed = true;
        while matches!(self.plain(row), End::Delimiter) {}
    }
}

fn append<'a>(cell: &mut Cow<'a, str>, more: &'a str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(more);
    } else if !more.is_empty() {
        cell.to_mut().push_str(more);
    }
}

/// What can separate cells.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are looked at to guess what separates cells.
const LOOKED_AT: usize = 50;

/// What separates the cells: that which gives most rows as many cells as the first one has.
pub fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let (mut rows, mut row) = (Rows::new(text, delimiter), Row::default());
        rows.read(&mut row);
        let columns = row.cells.len();
        let (mut all, mut alike) = (1, 1);
        while all < LOOKED_AT && rows.read(&mut row) {
            all += 1;
            alike += usize::from(row.cells.len() == columns);
        }
        if columns > 1 { (alike * 100 / all, columns) } else { (0, 0) }
    };
    // Of equal ones the last is taken.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>, bool)> {
        let (mut rows, mut row, mut all) = (Rows::new(text, b','), Row::default(), Vec::new());
        while rows.read(&mut row) {
            all.push((row.line, row.cells.iter().map(ToString::to_string).collect(), row.unclosed));
        }
        all
    }

    fn row(line: u32, cells: &[&str], unclosed: bool) -> (u32, Vec<String>, bool) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), unclosed)
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        assert_eq!(
            read("a,b\r\n\r\n\"c\r\nc\",\"d \"\"d\"\"\"\n\"e\" x,f\rg"),
            [
                row(1, &["a", "b"], false),
                row(3, &["c\r\nc", "d \"d\""], false),
                row(5, &["e x", "f"], false),
                row(6, &["g"], false),
            ]
        );
    }

    #[test]
    fn a_quote_that_never_closes_takes_its_own_line_only() {
        assert_eq!(
            read("a,b\n\"Open,x\nc,d\ne,\"f\"\n"),
            [
                row(1, &["a", "b"], false),
                row(2, &["\"Open", "x"], true),
                row(3, &["c", "d"], false),
                row(4, &["e", "f"], false)
            ]
        );
        assert_eq!(read("a\n\"b"), [row(1, &["a"], false), row(2, &["\"b"], true)]);
        let long = format!("\"a\n{}\"\nb", "x\n".repeat(300));
        assert_eq!(read(&long).len(), 303);
    }

    #[test]
    fn many_quotes_that_never_close_take_no_longer_than_they_must() {
        // Each line opens a quote that the next one seems to go on with.
        let text = "\"x\",\"\n".repeat(50_000);
        assert!(read(&text).len() >= 25_000);
    }

    #[test]
    fn the_delimiter_is_guessed() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3\n"), b';');
        assert_eq!(delimiter("a\tb\n1, 2\t3\n"), b'\t');
        assert_eq!(delimiter("a,b\n\"x;y;z\",2\n"), b',');
        assert_eq!(delimiter("phone\n2125550100\n"), b',');
        assert_eq!(delimiter(""), b',');
    }

    fn by_the_csv_crate(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows = reader.records().map(|record| record.expect("text"));
        rows.map(|record| record.iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        /// Where every quote closes, rows and cells are those of the csv crate.
        #[test]
        fn rows_agree_with_the_csv_crate(table in prop::collection::vec(prop::collection::vec("[a-c\", \\n\\r;é]{0,6}", 1..5), 0..8)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for record in &table {
                writer.write_record(record).expect("written");
            }
            let text = String::from_utf8(writer.into_inner().expect("bytes")).expect("text");
            let ours: Vec<_> = read(&text).into_iter().map(|(_, cells, _)| cells).collect();
            prop_assert_eq!(&ours, &by_the_csv_crate(&text));
            prop_assert_eq!(ours, table);
        }

        /// Any text is read to its end, each row begins on a later line, and no cell without quotes is lost.
        #[test]
        fn nothing_is_lost(text in "[a-c\",\\n\\r]{0,60}|\\PC{0,60}") {
            let rows = read(&text);
            prop_assert!(rows.windows(2).all(|pair| pair[0].0 < pair[1].0));
            let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count();
            let kept: usize = rows.iter().flat_map(|(_, cells, _)| cells).map(|cell| letters(cell)).sum();
            prop_assert_eq!(kept, letters(&text));
        }
    }
}
