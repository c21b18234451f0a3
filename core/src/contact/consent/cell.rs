//! What a cell of a column about consent says.

use super::lists::{AGREED, NO, REFUSED, YES};
use crate::contact::cell::meant;
use crate::fold::fold;

/// What a yes in a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// They agreed: "SMS opt-in", "Consent", "Subscription status".
    OptIn,
    /// They do not want texts: "Opted out", "Do not text".
    OptOut,
}

/// What a cell of such a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// They agreed, or did not refuse where refusals are asked for.
    Yes,
    /// They did not agree, or took it back.
    No,
    /// Nothing, or nothing that is understood.
    Nothing,
}

/// A cell as it is compared, its marks made single spaces.
pub(super) fn folded(cell: &str) -> String {
    let small = fold(&meant(cell));
    let kept = |character: char| character.is_alphanumeric() || matches!(character, '✓' | '✔');
    small.split(|character: char| !kept(character)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a folded cell answers whether somebody agreed, if it says anything: yes, no, a word for either, or a date.
pub(super) fn is_answer(cell: &str) -> bool {
    let lists: [&[&str]; 4] = [&YES, &NO, &AGREED, &REFUSED];
    cell.is_empty() || is_date(cell) || lists.iter().any(|list| list.contains(&cell))
}

/// What a cell says in a column of this wording.
///
/// A date stands where somebody agreed, or refused, on that day. What is not understood is no agreement where
/// agreements are kept, and a refusal where refusals are.
pub fn said(wording: Wording, cell: &str) -> Said {
    let cell = folded(cell);
    let is = |list: &[&str]| list.contains(&cell.as_str());
    if cell.is_empty() {
        return Said::Nothing;
    }
    if is(&AGREED) {
        return Said::Yes;
    }
    if is(&REFUSED) {
        return Said::No;
    }
    let (yes, no) = (is(&YES), is(&NO));
    match wording {
        Wording::OptIn if yes => Said::Yes,
        Wording::OptIn if no => Said::No,
        Wording::OptIn if is_date(&cell) => Said::Yes,
        Wording::OptIn => Said::Nothing,
        Wording::OptOut if no => Said::Yes,
        Wording::OptOut => Said::No,
    }
}

/// Whether a folded cell looks like a day: a year is among its numbers.
fn is_date(cell: &str) -> bool {
    let mut numbers = cell.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    cell.split(' ').count() >= 3 && numbers.any(|number| matches!(number.parse(), Ok(1990_u16..=2100)))
}
