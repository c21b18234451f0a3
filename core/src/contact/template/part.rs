//! The parts of a template, and what is wrong with one.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::field::{FIRST_NAME, LAST_NAME, TEXTER_FIRST_NAME, TEXTER_LAST_NAME};
use crate::text::separated;

/// Every placeholder of a campaign with these custom fields.
pub fn placeholders(custom_fields: &[String]) -> Vec<String> {
    let own = [FIRST_NAME, LAST_NAME].into_iter().chain(custom_fields.iter().map(String::as_str));
    own.chain([TEXTER_FIRST_NAME, TEXTER_LAST_NAME]).map(str::to_owned).collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Placeholder { name: String, fallback: String },
}

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum TemplateError {
    /// Too long.
    #[error("This message has {} characters. Shorten it to {}.", separated(*.0), separated(LONGEST_MESSAGE))]
    TooLong(usize),
    /// A placeholder that no contact of the campaign has.
    #[error("There is no placeholder {{{name}}}. Use one of {}.", listed(.known))]
    Unknown {
        /// What stands between the braces.
        name: String,
        /// All that could stand there.
        known: Vec<String>,
    },
    /// `{` without `}`.
    #[error("The brace before \"{0}\" is not closed. Write }} after the placeholder, or {{{{ if you mean a brace.")]
    NotClosed(String),
    /// `}` without `{`.
    #[error("There is a }} without a {{ before it. Write }}}} if you mean a brace.")]
    NotOpened,
    /// A placeholder as another tool writes it: contacts would read it as it stands.
    #[error("\"{written}\" would be sent as it stands: it is not how placeholders are written here. Use one of {}.", listed(.known))]
    Foreign {
        /// As it is written.
        written: String,
        /// All that could stand there.
        known: Vec<String>,
    },
    /// Words behind a placeholder that another tool would follow.
    #[error(
        "\"{words}\" behind {{{name}}} is not followed here. Write {{{name}|there}} to say \"there\" to who has nothing there."
    )]
    Filter {
        /// The placeholder.
        name: String,
        /// What stands behind it.
        words: String,
    },
}

/// The most characters of a message, as it is written with its placeholders.
pub const LONGEST_MESSAGE: usize = 1_600;

fn listed(known: &[String]) -> String {
    known.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ")
}
