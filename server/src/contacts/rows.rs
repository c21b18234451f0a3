//! The rows of a text with separated cells, each with its line as an editor counts it.
//!
//! Quotes work as in every CSV reader. But a quote that never closes does not swallow the rest of the file: its
//! line becomes a row of its own, marked, and reading goes on with the next line. That is what the usual readers
//! cannot do, and why this one is here. Whatever the text is, the time to read it grows with its size.

use std::borrow::Cow;

/// A row as it stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// Where it begins in the text, in bytes.
    pub at: usize,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The first of its cells, at most [`MOST_CELLS`].
    pub cells: Vec<Cow<'a, str>>,
    /// How many cells it has, the empty ones at its end not counted.
    pub filled: usize,
    /// A quote was opened in it and never closed.
    pub unclosed: bool,
    count: usize,
}

impl<'a> Row<'a> {
    /// Whether all its cells are empty.
    pub const fn is_blank(&self) -> bool {
        self.filled == 0
    }

    /// The cell at this place, empty if there is none.
    pub fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| cell.as_ref())
    }

    fn clear(&mut self) {
        (self.filled, self.count, self.unclosed) = (0, 0, false);
        self.cells.clear();
    }

    fn push(&mut self, cell: Cow<'a, str>) {
        self.count += 1;
        if !cell.trim().is_empty() {
            self.filled = self.count;
        }
        if self.cells.len() < MOST_CELLS {
            self.cells.push(cell);
        }
    }
}

/// The cells of a row that are kept: more than a file may have columns. Others are counted.
pub const MOST_CELLS: usize = 1_000;

/// A quoted cell that spans more lines than any note does was never closed.
const MOST_LINES: u32 = 200;

/// How a file separates cells and quotes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// What separates the cells: a character of ASCII.
    pub delimiter: u8,
    /// Whether a quote in quotes is written with a backslash before it.
    pub backslash: bool,
    /// How many cells its rows have, once that is known.
    pub columns: Option<usize>,
}

impl From<u8> for Style {
    fn from(delimiter: u8) -> Self {
        Self { delimiter, backslash: false, columns: None }
    }
}

/// Reads row after row.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    style: Style,
    /// Bytes that were read in vain, behind quotes that never close.
    wasted: usize,
    /// Until here, lines are rows.
    lines_until: usize,
}

/// How a cell ended.
enum End {
    Delimiter,
    Line,
    Unclosed,
}

impl<'a> Rows<'a> {
    /// Reads this text.
    pub const fn new(text: &'a str, style: Style) -> Self {
        Self::from(text, style, 0, 1)
    }

    /// Reads this text from a row's beginning on, which is on this line.
    pub const fn from(text: &'a str, style: Style, at: usize, line: u32) -> Self {
        Self { text, at, line, style, wasted: 0, lines_until: 0 }
    }

    /// Where the next row is looked for, and its line.
    pub const fn position(&self) -> (usize, u32) {
        (self.at, self.line)
    }

    /// Reads the next row, and skips empty lines. Answers whether there was one.
    pub fn read(&mut self, row: &mut Row<'a>) -> bool {
        row.clear();
        while let Some(length) = self.line_break_at(self.at) {
            self.at += length;
            self.line += 1;
        }
        if self.at >= self.text.len() {
            return false;
        }
        let start = self.at;
        (row.at, row.line) = (start, self.line);
        if start < self.lines_until {
            self.one_line(start, row);
            return true;
        }
        loop {
            let end = if self.opens_quote() { self.quoted(row) } else { self.plain(row) };
            match end {
                End::Delimiter => {}
                End::Line => return true,
                End::Unclosed => {
                    let reached = self.at;
                    // What was read in vain is read again. Who makes that happen over and over gets line after line.
                    self.wasted += reached - start;
                    if self.wasted > self.text.len().saturating_mul(8).saturating_add(1_000_000) {
                        self.lines_until = reached;
                    }
                    self.one_line(start, row);
                    return true;
                }
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Whether the cell is quoted. Blanks before the quote are skipped.
    fn opens_quote(&mut self) -> bool {
        let blanks = self.text.as_bytes()[self.at..].iter().take_while(|byte| **byte == b' ').count();
        let quoted = self.byte(self.at + blanks) == Some(b'"');
        if quoted {
            self.at += blanks;
        }
        quoted
    }

    /// The length of the line break at this place, if there is one.
    fn line_break_at(&self, at: usize) -> Option<usize> {
        match self.byte(at) {
            Some(b'\r') if self.byte(at + 1) == Some(b'\n') => Some(2),
            Some(b'\r' | b'\n') => Some(1),
            _ => None,
        }
    }

    /// Whether a cell may end before this place.
    fn ends_at(&self, at: usize) -> bool {
        self.byte(at).is_none_or(|byte| byte == self.style.delimiter || matches!(byte, b'\r' | b'\n'))
    }

    /// The text from here to the end of the cell. Afterwards the reader stands behind what ended it.
    fn rest_of_cell(&mut self) -> (&'a str, End) {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let delimiter = self.style.delimiter;
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
        row.push(Cow::Borrowed(cell));
        end
    }

    fn quoted(&mut self, row: &mut Row<'a>) -> End {
        let (first_line, opened) = (self.line, self.at);
        self.at += 1;
        let mut start = self.at;
        let mut cell = Cow::Borrowed("");
        loop {
            match self.byte(self.at) {
                None => return End::Unclosed,
                Some(b'\\')
                    if self.style.backslash && self.byte(self.at + 1) == Some(b'"') && !self.ends_at(self.at + 2) =>
                {
                    append(&mut cell, &self.text[start..self.at]);
                    start = self.at + 1;
                    self.at += 2;
                }
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
        let (breaks, closed) = (self.line - first_line, self.at);
        let (tail, end) = self.rest_of_cell();
        // A quote that opens another cell further down seems to close this one, with more text behind it.
        if breaks > 0 && (!tail.trim().is_empty() || self.are_rows(opened, closed, breaks)) {
            return End::Unclosed;
        }
        append(&mut cell, tail);
        row.push(cell);
        end
    }

    /// Whether each of the lines over which a quoted cell goes is a whole row without its quotes: then two stray quotes
    /// have met. With two columns, a note may look like that by chance: there no cell may be empty.
    fn are_rows(&self, opened: usize, closed: usize, breaks: u32) -> bool {
        let Some(columns) = self.style.columns.filter(|columns| *columns >= 3 || (*columns == 2 && breaks >= 2)) else {
            return false;
        };
        let bytes = self.text.as_bytes();
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let start = bytes[..opened].iter().rposition(is_break).map_or(0, |at| at + 1);
        let end = bytes[closed..].iter().position(is_break).map_or(bytes.len(), |length| closed + length);
        let says_something = |cell: &[u8]| cell.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        let mut lines = bytes[start..end].split(is_break).filter(|line| !line.is_empty());
        lines.all(|line| {
            let mut cells = line.split(|byte| *byte == self.style.delimiter);
            cells.clone().count() == columns && (columns > 2 || cells.all(says_something))
        })
    }

    /// Reads the line at this place as it stands, quotes and all.
    fn one_line(&mut self, start: usize, row: &mut Row<'a>) {
        self.at = start;
        self.line = row.line;
        row.clear();
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

/// How the text separates and quotes its cells.
///
/// What separates them is what gives most rows the same number of cells: titles above and remarks below the table have
/// others.
pub fn style(text: &str, declared: Option<u8>) -> Style {
    let score = |delimiter: u8| {
        let (mut rows, mut row) = (Rows::new(text, delimiter.into()), Row::default());
        let mut counts = Vec::new();
        while counts.len() < LOOKED_AT && rows.read(&mut row) {
            counts.push(row.count);
        }
        let alike = |wanted: usize| counts.iter().filter(|count| **count == wanted).count();
        let best = counts.iter().copied().filter(|count| *count > 1).max_by_key(|count| (alike(*count), *count));
        best.map_or((0, 0), |columns| (alike(columns) * 100 / counts.len(), columns))
    };
    // Of equal ones the last is taken.
    let delimiter =
        declared.or_else(|| DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter))).unwrap_or(b',');
    let mut style = Style::from(delimiter);
    style.backslash = escapes_by_backslash(text, style);
    style
}

/// Whether a backslash before a quote in the middle of a cell means that it closes nothing.
fn escapes_by_backslash(text: &str, style: Style) -> bool {
    let rows = Rows::new(text, style);
    text.match_indices("\\\"").take(LOOKED_AT).any(|(at, _)| !rows.ends_at(at + 2) && !text[at + 2..].starts_with('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>, bool)> {
        let (mut rows, mut row, mut all) = (Rows::new(text, style(text, Some(b','))), Row::default(), Vec::new());
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
    fn blanks_before_quotes_are_skipped() {
        assert_eq!(
            read("First, Last, Phone\nAbby, \"Lee, Jr.\", 1\n"),
            [row(1, &["First", " Last", " Phone"], false), row(2, &["Abby", "Lee, Jr.", " 1"], false)]
        );
    }

    #[test]
    fn quotes_after_backslashes_are_text_where_the_file_writes_them_so() {
        assert_eq!(
            read("\"Abby \\\"Bud\\\"\",\"Lee\"\n\"Tom \\\"T, J\\\"\",\"Kim\"\n"),
            [row(1, &["Abby \"Bud\"", "Lee"], false), row(2, &["Tom \"T, J\"", "Kim"], false)]
        );
        // A path that ends with a backslash escapes nothing.
        assert_eq!(read("\"C:\\\",\"b\"\n"), [row(1, &["C:\\", "b"], false)]);
    }

    #[test]
    fn two_stray_quotes_do_not_swallow_the_rows_between_them() {
        let text = "First,Last,Phone\n\"Open,Smith,1\nA,B,2\nC,D,3\nBob\",Jones,4\nE,F,5\n";
        let style = Style { columns: Some(3), ..b','.into() };
        let (mut rows, mut one, mut all) = (Rows::new(text, style), Row::default(), Vec::new());
        while rows.read(&mut one) {
            all.push((one.line, one.cells[0].to_string(), one.unclosed));
        }
        let expected = [
            (1, "First", false),
            (2, "\"Open", true),
            (3, "A", false),
            (4, "C", false),
            (5, "Bob\"", false),
            (6, "E", false),
        ];
        assert_eq!(all, expected.map(|(line, cell, unclosed)| (line, cell.to_owned(), unclosed)));
        // A note of several lines stays one.
        let text = "First,Note,Phone\nAbby,\"one, two\nthree\",1\n";
        let mut rows = Rows::new(text, style);
        assert!(rows.read(&mut one) && rows.read(&mut one));
        assert_eq!(one.cells, ["Abby", "one, two\nthree", "1"]);
    }

    #[test]
    fn a_row_is_read_again_from_where_it_begins() {
        let text = "a,b\n\n\"c\nc\",d\ne,f\n";
        let (mut rows, mut one, mut again) = (Rows::new(text, b','.into()), Row::default(), Row::default());
        while rows.read(&mut one) {
            assert!(Rows::from(text, b','.into(), one.at, one.line).read(&mut again));
            assert_eq!(again, one);
        }
    }

    #[test]
    fn of_very_many_cells_some_are_kept_and_all_are_counted() {
        let text = format!("{}x,,\n", ",".repeat(100_000));
        let (mut rows, mut one) = (Rows::new(&text, b','.into()), Row::default());
        assert!(rows.read(&mut one));
        assert_eq!((one.cells.len(), one.filled, one.count), (MOST_CELLS, 100_001, 100_003));
    }

    /// Rows of many lines that end in a quote that never closes would be read again from each of their lines.
    #[test]
    fn quotes_that_are_read_in_vain_over_and_over_cost_no_square() {
        let text = format!("{}\"x", "\"a\nb\",".repeat(200_000));
        let (mut rows, mut one, mut count) = (Rows::new(&text, b','.into()), Row::default(), 0);
        while rows.read(&mut one) {
            count += 1;
        }
        assert!(count > 1_000);
        assert!(rows.wasted <= text.len() * 10 + 1_000_000, "{} of {}", rows.wasted, text.len());
    }

    #[test]
    fn the_delimiter_is_guessed() {
        let delimiter = |text| style(text, None).delimiter;
        assert_eq!(delimiter("Volunteers\n\"As of: today; now\"\n\na;b;c\n1;2,5;3\n4;5,5;6\nCopyright, all\n"), b';');
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
