//! A contact file, understood: its text, its columns, its rows.

use std::borrow::Cow;

use handoff_core::contact::Column;
use handoff_core::contact::cell::meant;
use handoff_core::contact::consent::{Wording, wording};
use handoff_core::contact::name::clean;

use super::decode::{Text, decode};
use super::foreign::is_zip;
use super::mapping::guess;
use super::phone::Country;
use super::rows::{DELIMITERS, Row, Rows, Style, style};
use super::shape::{Looked, header};
use super::xlsx::{self, Workbook};
use crate::model::import::{
    Charset, Header, ImportError, Line, MOST_COLUMNS, MOST_FIELDS, MOST_ROWS, ReadAs, Worksheet,
};

/// A contact file.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    text: Cow<'a, str>,
    style: Style,
    /// Where the rows below the names of the columns are looked for, and the line there.
    below: (usize, u32),
    /// Where the names of the columns are.
    pub header: Header,
    /// The names of the columns.
    pub headers: Vec<String>,
    /// The encoding, if it is not a workbook.
    pub charset: Option<Charset>,
    damaged: bool,
    /// The sheets of a workbook.
    pub sheets: Vec<Worksheet>,
    /// The one that was read.
    pub sheet: u32,
    /// The first lines, as they stand.
    pub top: Vec<Line>,
}

/// What is shown of a file before it is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How it was understood, in words.
    pub format: String,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// What each column is guessed to be.
    pub guess: Vec<Column>,
    /// How many rows it has.
    pub rows: u32,
}

/// Rows that are shown.
const SHOWN: usize = 5;

/// Lines that are shown to choose the names of the columns from, and their cells.
const TOP: usize = 12;
const TOP_CELLS: usize = 8;

/// Rows that are looked at to guess where the table begins and what its columns are.
const LOOKED_AT: usize = 100;

/// The most characters of a column's name.
const LONGEST_HEADER: usize = 100;

/// The most characters of a cell that is shown or looked at.
pub const LONGEST_SHOWN: usize = 200;

/// A cell as it is shown: what it means, cut.
pub fn shown(cell: &str) -> String {
    clean(&meant(start(cell)), LONGEST_SHOWN).into_owned()
}

/// So much of a cell as can matter, in bytes: the longest value, and as much white space and marks again.
const MATTERS: usize = 8_000;

/// The beginning of a cell, which is all of it unless somebody put a book into it.
pub fn start(cell: &str) -> &str {
    let cell = cell.trim_start();
    cell.get(..cell.floor_char_boundary(MATTERS)).unwrap_or(cell)
}

impl<'a> Sheet<'a> {
    /// Understands the bytes of a file, as was chosen, or by guesses.
    ///
    /// # Errors
    /// If it is empty, no table, larger than is read, or has no rows below the names of its columns.
    pub fn read(bytes: impl Into<Cow<'a, [u8]>>, read_as: ReadAs, country: Country) -> Result<Self, ImportError> {
        let bytes = bytes.into();
        if is_zip(&bytes) {
            let Workbook { text, sheets, sheet } = xlsx::read(&bytes, read_as.sheet)?;
            drop(bytes);
            let style = Style::from(xlsx::DELIMITER);
            let empty = Self {
                text: Cow::Owned(text),
                style,
                below: (0, 1),
                header: Header::None,
                headers: Vec::new(),
                charset: None,
                damaged: false,
                sheets,
                sheet,
                top: Vec::new(),
            };
            return empty.with_columns(read_as.header, country);
        }
        let Text { text, charset, damaged } = decode(bytes, read_as.charset)?;
        let declared = declared(&text);
        let below = declared.map_or((0, 1), |(_, length)| (length, 2));
        let style = style(&text[below.0..], declared.map(|(delimiter, _)| delimiter));
        let mut sheet = Self {
            text,
            style,
            below,
            header: Header::None,
            headers: Vec::new(),
            charset: Some(charset),
            damaged,
            sheets: Vec::new(),
            sheet: 0,
            top: Vec::new(),
        };
        sheet.unwrap_rows();
        sheet.with_columns(read_as.header, country)
    }

    /// Some tools put each row as a whole into quotes: `"First,Last,Phone"`. Takes these away.
    fn unwrap_rows(&mut self) {
        let mut first = Row::default();
        let wrapped = self.rows().read(&mut first)
            && first.cells.len() == 1
            && self.text[first.at..].trim_start().starts_with('"')
            && DELIMITERS.iter().any(|delimiter| first.cell(0).contains(char::from(*delimiter)));
        if !wrapped {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let (mut rows, mut row, mut line) = (self.rows(), Row::default(), 1);
        while rows.read(&mut row) {
            while line < row.line {
                text.push('\n');
                line += 1;
            }
            let end = rows.0.position().0;
            let whole = if row.cells.len() == 1 && !row.unclosed { row.cell(0) } else { &self.text[row.at..end] };
            text.push_str(whole.trim_end_matches(['\r', '\n']));
        }
        self.style = style(&text, None);
        (self.text, self.below) = (Cow::Owned(text), (0, 1));
    }

    /// Finds the names of the columns, where they were said to be or where they seem to be.
    fn with_columns(mut self, chosen: Option<Header>, country: Country) -> Result<Self, ImportError> {
        if chosen == Some(Header::Line(0)) {
            return Err(ImportError::HeaderLine);
        }
        let looked_at = self.look();
        if looked_at.is_empty() {
            return Err(if self.below.0 > 0 { ImportError::NoRows } else { ImportError::Empty });
        }
        let cut = |cells: &[String]| cells.iter().take(TOP_CELLS).map(|cell| clean(cell, 40).into_owned()).collect();
        self.top = looked_at.iter().take(TOP).map(|row| Line { line: row.line, cells: cut(&row.cells) }).collect();
        self.header = chosen.or_else(|| header(&looked_at, country)).unwrap_or(Header::None);
        let (mut rows, mut row, mut names) = (self.rows(), Row::default(), Vec::new());
        let mut columns = looked_at.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        if let Header::Line(line) = self.header {
            while rows.read(&mut row) && row.line < line {}
            if row.line < line {
                return Err(ImportError::NoRows);
            }
            names = row.cells.iter().map(|cell| clean(start(cell), LONGEST_HEADER).into_owned()).collect();
            // Cells without a name at the end of the first line are columns all the same, unless there are very many.
            columns = if names.len() > MOST_COLUMNS as usize { row.filled } else { names.len() };
        }
        if columns > MOST_COLUMNS as usize {
            let columns = u32::try_from(columns).unwrap_or(u32::MAX);
            return Err(ImportError::TooManyColumns { columns, most: MOST_COLUMNS });
        }
        let below = rows.0.position();
        let has_rows = rows.read(&mut row);
        names.resize(columns, String::new());
        let numbered =
            |(name, number): (String, usize)| if name.is_empty() { format!("Column {number}") } else { name };
        self.headers = names.into_iter().zip(1..).map(numbered).collect();
        self.below = below;
        self.style.columns = Some(columns);
        if !has_rows {
            return Err(ImportError::NoRows);
        }
        if self.most_rows() > MOST_ROWS && self.count_rows() > MOST_ROWS {
            return Err(ImportError::TooManyRows { most: MOST_ROWS });
        }
        Ok(self)
    }

    /// The first rows, with as much of them as is needed to guess.
    fn look(&self) -> Vec<Looked> {
        let (mut rows, mut row, mut looked_at) = (self.rows(), Row::default(), Vec::new());
        while looked_at.len() < LOOKED_AT && rows.read(&mut row) {
            let cells = row.cells.iter().take(row.filled).map(|cell| shown(cell)).collect();
            looked_at.push(Looked { line: row.line, cells });
        }
        looked_at
    }

    /// The rows below the names of the columns. Those without any text are no rows.
    pub fn rows(&self) -> Filled<'_> {
        Filled(Rows::from(&self.text, self.style, self.below.0, self.below.1))
    }

    /// The row that begins at this place.
    pub fn row_at<'s>(&'s self, at: usize, row: &mut Row<'s>) {
        Rows::from(&self.text, self.style, at, 1).read(row);
    }

    /// How many lines are broken between two places.
    pub fn lines_between(&self, from: usize, to: usize) -> u32 {
        let bytes = self.text.as_bytes().get(from..to).unwrap_or_default();
        let broken = |(place, byte): (usize, &u8)| match byte {
            b'\r' => self.text.as_bytes().get(from + place + 1) != Some(&b'\n'),
            byte => *byte == b'\n',
        };
        u32::try_from(bytes.iter().enumerate().filter(|(place, byte)| broken((*place, byte))).count())
            .unwrap_or(u32::MAX)
    }

    /// How many rows it has.
    pub fn count_rows(&self) -> u32 {
        let (mut rows, mut row, mut count) = (self.rows(), Row::default(), 0);
        while rows.read(&mut row) {
            count += 1;
        }
        count
    }

    /// An upper bound for the number of rows, found without reading them.
    pub fn most_rows(&self) -> u32 {
        let breaks = self.text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        u32::try_from(breaks + 1).unwrap_or(u32::MAX)
    }

    /// What is shown of the file before it is imported.
    pub fn summary(&self, country: Country) -> Summary {
        let mut looked_at: Vec<Vec<String>> = Vec::new();
        let mut filled = vec![false; self.headers.len()];
        let (mut rows, mut row, mut count) = (self.rows(), Row::default(), 0_u32);
        while rows.read(&mut row) {
            count += 1;
            for (filled, cell) in filled.iter_mut().zip(&row.cells) {
                *filled = *filled || !cell.trim().is_empty();
            }
            if looked_at.len() < LOOKED_AT {
                looked_at.push(row.cells.iter().take(self.headers.len()).map(|cell| shown(cell)).collect());
            }
        }
        let guess = self.guess(&looked_at, &filled, country);
        looked_at.truncate(SHOWN);
        Summary { format: self.format(), sample: looked_at, guess, rows: count }
    }

    /// What each column is guessed to be.
    fn guess(&self, looked_at: &[Vec<String>], filled: &[bool], country: Country) -> Vec<Column> {
        let mut columns = guess(&self.headers, looked_at, filled, country);
        let mut fields = 0;
        for (place, column) in columns.iter_mut().enumerate().filter(|(place, _)| filled[*place]) {
            if !matches!(column, Column::Custom(_) | Column::Ignored) {
                continue;
            }
            let cells = looked_at.iter().filter_map(|row| row.get(place)).map(String::as_str);
            match wording(&self.headers[place], cells) {
                Some(Wording::OptIn) => *column = Column::OptIn,
                Some(Wording::OptOut) => *column = Column::OptOut,
                None if matches!(column, Column::Custom(_)) => {
                    fields += 1;
                    if fields > MOST_FIELDS {
                        *column = Column::Ignored;
                    }
                }
                None => {}
            }
        }
        columns
    }

    fn format(&self) -> String {
        let Some(charset) = self.charset else { return "Excel workbook".to_owned() };
        let separated = match self.style.delimiter {
            b',' => "commas",
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "bars",
        };
        let damaged = if self.damaged { " with damaged characters" } else { "" };
        match self.headers.len() {
            1 => format!("{}{damaged}, one column", charset.name()),
            _ => format!("{}{damaged}, separated by {separated}", charset.name()),
        }
    }
}

/// Reads rows that have any text.
#[derive(Clone, Debug)]
pub struct Filled<'a>(Rows<'a>);

impl<'a> Filled<'a> {
    /// Reads the next row. Answers whether there was one.
    pub fn read(&mut self, row: &mut Row<'a>) -> bool {
        while self.0.read(row) {
            if !row.is_blank() {
                return true;
            }
        }
        false
    }
}

/// What Excel writes into the first line to say what separates the cells, and the length of that line.
fn declared(text: &str) -> Option<(u8, usize)> {
    let line: Cow<'_, str> = text.split_inclusive(['\r', '\n']).next()?.into();
    let declaration = line.trim_end_matches(['\r', '\n']).trim_matches('"');
    let (start, delimiter) = declaration.split_at_checked(4)?;
    let [delimiter] = delimiter.as_bytes() else { return None };
    let declares =
        start.eq_ignore_ascii_case("sep=") && DELIMITERS.contains(delimiter) && line.len() > declaration.len();
    let whole = if text[line.len()..].starts_with('\n') && line.ends_with('\r') { line.len() + 1 } else { line.len() };
    declares.then_some((*delimiter, whole))
}

#[cfg(test)]
mod tests;
