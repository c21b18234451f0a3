//! Why a contact file is refused.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a contact file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum ImportError {
    /// No bytes.
    #[error("This file is empty. Export it again from your tool, then upload it.")]
    Empty,
    /// Neither text nor anything that is known.
    #[error("This is not a text file. Export your contacts as CSV or as .xlsx, then upload that file.")]
    Binary,
    /// A file of a kind that is known, and not read.
    #[error("{0}")]
    Foreign(#[from] Foreign),
    /// A workbook that cannot be read.
    #[error(
        "This workbook cannot be read: {0}. Open it, save the sheet with your contacts as CSV or as a new .xlsx, then \
         upload that file."
    )]
    Workbook(String),
    /// More bytes than are taken.
    #[error("This file has {given} MB, and at most {megabytes} MB are taken. Split it into several files.")]
    TooLarge {
        /// The limit.
        megabytes: u32,
        /// What was announced, or came until it was stopped.
        given: u32,
    },
    /// More text than is read at once.
    #[error(
        "This file holds more than {megabytes} MB of text, which is the most that is read. Split it into several files."
    )]
    TooMuchText {
        /// The limit.
        megabytes: u32,
    },
    /// More rows than are read.
    #[error("This file has more than {most} rows, which is the most that is read. Split it into several files.")]
    TooManyRows {
        /// The limit.
        most: u32,
    },
    /// More columns than are read.
    #[error("This file has {columns} columns, and at most {most} are read. Remove the columns that you do not need.")]
    TooManyColumns {
        /// Its columns.
        columns: u32,
        /// The limit.
        most: u32,
    },
    /// More custom fields than a campaign may have.
    #[error(
        "The campaign would have {fields} custom fields, and at most {most} are kept. Set some columns to \"Not imported\"."
    )]
    TooManyFields {
        /// Those that it has and those of the file.
        fields: u32,
        /// The limit.
        most: u32,
    },
    /// A first line, and nothing else.
    #[error("This file has column names but no rows.")]
    NoRows,
    /// A line that no file has.
    #[error("Lines are counted from 1, so no column names stand on line 0. Choose the line that has them.")]
    HeaderLine,
    /// No column holds phone numbers.
    #[error("No column is chosen for the phone number. Choose the column with the numbers to text.")]
    NoPhone,
    /// The mapping does not fit the file.
    #[error("The file has {columns} columns, and {mapped} were mapped. Reload the page and map them again.")]
    Mapping {
        /// Columns in the file.
        columns: u32,
        /// Columns in the mapping.
        mapped: u32,
    },
    /// Two columns would become the same custom field.
    #[error("Two columns would both become \"{0}\". Rename or ignore one of them.")]
    DuplicateField(String),
    /// A custom field's name is empty, too long or taken.
    #[error("\"{0}\" cannot be the name of a custom field: use letters, digits and underscores, at most 40.")]
    FieldName(String),
    /// It runs or is done already.
    #[error("This file is being imported or was imported already.")]
    AlreadyStarted,
}

/// A file of a kind that is known and not read, with the way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum Foreign {
    /// Excel before 2007, or a workbook behind a password.
    #[error(
        "This is an old Excel file (.xls), or a workbook with a password. Open it, save it as .xlsx or CSV without a \
         password, then upload that file."
    )]
    OldExcel,
    /// Excel's binary workbook.
    #[error("This is a binary workbook (.xlsb). Open it, save it as .xlsx or CSV, then upload that file.")]
    BinaryExcel,
    /// `OpenDocument`.
    #[error("This is an OpenDocument file (.ods). Open it, save it as .xlsx or CSV, then upload that file.")]
    OpenDocument,
    /// Apple Numbers.
    #[error("This is a Numbers file. Open it, choose File, Export To, CSV, then upload that file.")]
    Numbers,
    /// Word.
    #[error("This is a Word document. Copy its table into a spreadsheet, save that as CSV, then upload that file.")]
    Word,
    /// A ZIP archive of anything else.
    #[error("This is a ZIP archive. Unpack it, then upload the contact file that is in it.")]
    Zip,
    /// Another archive.
    #[error("This is a compressed file. Unpack it, then upload the contact file that is in it.")]
    Archive,
    /// PDF.
    #[error(
        "This is a PDF document. Export your contacts as CSV or as .xlsx from the tool it came from, then upload that file."
    )]
    Pdf,
    /// A web page, often called `.xls`.
    #[error(
        "This is a web page that is called a spreadsheet. Open it in Excel or LibreOffice, save it as .xlsx or CSV, then upload that file."
    )]
    Html,
    /// XML.
    #[error("This is an XML file. Open it in Excel or LibreOffice, save it as .xlsx or CSV, then upload that file.")]
    Xml,
    /// JSON.
    #[error("This is a JSON file. Export your contacts as CSV from the tool it came from, then upload that file.")]
    Json,
    /// vCards.
    #[error(
        "This is a file of vCards (.vcf). Import it into an address book such as Google Contacts, export it there as CSV, then upload that file."
    )]
    VCard,
    /// A picture.
    #[error("This is a picture. Export your contacts as CSV or as .xlsx, then upload that file.")]
    Picture,
    /// Rich text.
    #[error(
        "This is a text document (.rtf). Copy its table into a spreadsheet, save that as CSV, then upload that file."
    )]
    RichText,
    /// A database.
    #[error("This is a database. Export the table with your contacts as CSV, then upload that file.")]
    Database,
}
