//! The one reader of phone numbers: for contact files, pages, functions and the command line.

use std::borrow::Cow;

use super::Country;
use super::cell::{Found, numbers};
use super::e164::Phone;
use super::fault::{PhoneFault, quoted};
use super::one::{one, quick};
use super::signs::plain;
use super::words::Kind;

/// The most characters of a cell that is read. Longer ones are notes.
const LONGEST: usize = 300;

/// The number to text in what a person or a program has written: the first good one, mobile phones before others.
///
/// No number comes out that was not written: its digits stand in the text, one behind the other, with at most the
/// calling code of the organization's country (or, in France, of an overseas department) in front, and a trunk prefix or
/// the old 1 of Mexico left out.
///
/// # Errors
/// What is wrong with the first number in it.
pub fn read(text: &str, country: Country) -> Result<Phone, PhoneFault> {
    if let Some(phone) = quick(text, country) {
        return Ok(phone);
    }
    let all = read_all(text, country)?;
    let first = all.iter().min_by_key(|found| found.kind.unwrap_or(Kind::Plain));
    first.map(|found| found.phone).ok_or(PhoneFault::Missing)
}

/// All good numbers of a text in their order, with what is written beside them.
///
/// # Errors
/// What is wrong with the first number in it, if none is good. And whatever numbers there are, if the text says that
/// its writer does not want to be contacted.
pub fn read_all(text: &str, country: Country) -> Result<Vec<Found>, PhoneFault> {
    found(text, country, true)
}

/// Every number of a text, whosever it is and whatever is written beside it: for lists of numbers to leave alone.
///
/// # Errors
/// What is wrong with the first number in it, if none is good.
pub fn read_every(text: &str, country: Country) -> Result<Vec<Phone>, PhoneFault> {
    Ok(found(text, country, false)?.into_iter().map(|found| found.phone).collect())
}

fn found(text: &str, country: Country, heeding: bool) -> Result<Vec<Found>, PhoneFault> {
    if let Some(phone) = quick(text, country) {
        return Ok(vec![Found { phone, kind: None }]);
    }
    let text = plain(text);
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(PhoneFault::Invalid(quoted(text)));
    }
    match scientific(text) {
        Some(Ok(digits)) => one(&digits, country).map(|phone| vec![Found { phone, kind: None }]),
        Some(Err(fault)) => Err(fault),
        None => numbers(text, country, heeding),
    }
}

/// A column of phone numbers in a row: what its name says, what an address book's label beside it says, and the cell.
#[derive(Clone, Debug)]
pub struct Source<'c> {
    /// What the column's name says.
    pub kind: Kind,
    /// What the label says, if there is one.
    pub label: Option<Kind>,
    /// The cell.
    pub cell: Cow<'c, str>,
}

/// The good numbers of a row, each once, the one to text first: mobile phones before others, then as they stand in
/// the row.
///
/// What is written beside a number counts before the label, and the label before the column's name.
///
/// # Errors
/// What is wrong with the first number in it, if none is good. And whatever numbers there are, if a cell says that
/// its writer does not want to be contacted.
pub fn choose<'c>(sources: impl Iterator<Item = Source<'c>>, country: Country) -> Result<Vec<Phone>, PhoneFault> {
    let (mut found, mut fault) = (Vec::new(), None);
    for Source { kind, label, cell } in sources {
        if cell.is_empty() {
            continue;
        }
        if let Some(not_theirs @ (Kind::NoPhone | Kind::Others)) = label {
            let words = if not_theirs == Kind::NoPhone { "fax or pager" } else { "somebody else" };
            fault = fault.or_else(|| Some(PhoneFault::NotTheirs { text: quoted(&cell), words: words.to_owned() }));
            continue;
        }
        match read_all(&cell, country) {
            Ok(all) => found.extend(all.iter().map(|one| (one.kind.or(label).unwrap_or(kind), one.phone))),
            Err(refusal @ PhoneFault::DoNotContact { .. }) => return Err(refusal),
            Err(PhoneFault::Missing) => {}
            Err(first) => fault = fault.or(Some(first)),
        }
    }
    found.sort_by_key(|(kind, _)| *kind);
    match (found.is_empty(), fault) {
        (false, _) => {
            let mut phones = Vec::with_capacity(found.len());
            for (_, phone) in found {
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
            }
            Ok(phones)
        }
        (true, fault) => Err(fault.unwrap_or(PhoneFault::Missing)),
    }
}

/// The digits of a number in scientific notation, like `2.125550109E9`, if none of them was rounded away. `None` if
/// it is no such notation.
fn scientific(text: &str) -> Option<Result<String, PhoneFault>> {
    let number = text.trim_matches(['\'', '"', '=', ' ']);
    let number = number.strip_prefix('+').unwrap_or(number);
    let (mantissa, exponent) = number.split_once(['E', 'e'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 1..=15) || !digits(decimals, 0..=20) || !digits(exponent, 1..=2) {
        return None;
    }
    let exponent: usize = exponent.parse().ok()?;
    let kept = decimals.get(..exponent).filter(|_| decimals.bytes().skip(exponent).all(|digit| digit == b'0'));
    Some(kept.map(|kept| format!("{whole}{kept}")).ok_or_else(|| PhoneFault::Rounded(quoted(text))))
}

#[cfg(test)]
mod tests;
