//! What the columns of a file are read as.

use serde::{Deserialize, Serialize};

/// What a column of the file is read as.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    /// Not read.
    Ignored,
    /// The phone number. Exactly one column, or several in order of preference.
    Phone,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// A custom field with this name, usable as a placeholder.
    Custom(String),
    /// Whether they agreed to be texted: a yes is an agreement.
    OptIn,
    /// Whether they do not want texts: a yes is a refusal.
    OptOut,
}

/// What is said where nobody of a file would have a name, as where it has no names of columns.
pub const NO_NAME: &str = "No column is imported as a name.";

/// Whether a column is imported as a name.
pub fn has_names(columns: &[Column]) -> bool {
    columns.iter().any(|column| matches!(column, Column::FirstName | Column::LastName))
}
