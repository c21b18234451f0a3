//! Why a text gives no phone number.

use thiserror::Error;

use super::Phone;
use super::north_america::NoSuchNumber;

/// Why a text gives no phone number. What is quoted has at most 40 characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhoneFault {
    /// Nothing is in it.
    #[error("There is no phone number.")]
    Missing,
    /// Whoever wrote it does not want to be contacted.
    #[error("\"{text}\" says \"{words}\". Who does not want to be contacted is left out.")]
    DoNotContact {
        /// What was read.
        text: String,
        /// Which of its words say so.
        words: String,
    },
    /// The number does not work, or not any more.
    #[error("\"{text}\" says \"{words}\". Write a number that works.")]
    OutOfUse {
        /// What was read.
        text: String,
        /// Which of its words say so.
        words: String,
    },
    /// It is somebody else's, a fax or a pager.
    #[error("\"{text}\" is not the contact's own phone: it says \"{words}\". Write the contact's own number.")]
    NotTheirs {
        /// What was read.
        text: String,
        /// Which of its words say so.
        words: String,
    },
    /// Seven digits where ten are needed.
    #[error("\"{0}\" has no area code. Add it in front of the number.")]
    NoAreaCode(String),
    /// A spreadsheet has rounded it.
    #[error(
        "\"{0}\" was rounded by a spreadsheet. Format the column as text there, fill it again and export once more."
    )]
    Rounded(String),
    /// Letters stand where digits should be.
    #[error("\"{0}\" has letters among its digits. Write the whole number in digits.")]
    Letters(String),
    /// More digits than a number has.
    #[error("\"{0}\" has too many digits. Put a semicolon between two numbers, or remove what is too much.")]
    TooLong(String),
    /// No phone can have this number.
    #[error("\"{text}\" cannot be a phone number: {reason}.")]
    NoSuch {
        /// What was read.
        text: String,
        /// The rule that it breaks.
        reason: NoSuchNumber,
    },
    /// More digits than a number has behind its calling code.
    #[error("\"{text}\" has too many digits for +{code}: {digits} behind it, where such a number has {expected}.")]
    TooLongBehind {
        /// What was read.
        text: String,
        /// The calling code.
        code: u16,
        /// How many digits stand behind it.
        digits: usize,
        /// How many should: "10", "10 or 14", "6 to 15".
        expected: String,
    },
    /// It is as likely a number of another country, whose + was lost.
    #[error("\"{text}\" could be a number of another country ({number}). Write it with + in front.")]
    Foreign {
        /// What was read.
        text: String,
        /// The number of the other country.
        number: Phone,
    },
    /// It can be read as two different numbers.
    #[error("\"{0}\" can be read as more than one number. Write it with a + and the country's calling code.")]
    Ambiguous(String),
    /// No phone number.
    #[error("\"{0}\" is not a valid phone number.")]
    Invalid(String),
}

/// As much of a text as is quoted.
pub(super) fn quoted(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
