//! Cells that hold numbers among other things: several numbers, words, extensions.

use super::Country;
use super::e164::Phone;
use super::fault::{PhoneFault, quoted};
use super::plan::split;
use super::remark::{Remark, remark};
use super::several::several;
use super::words::{Kind, is_between, is_extension, kind_beside, strongest};
use crate::fold::{add_folded, is_silent};

/// A number in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The number.
    pub phone: Phone,
    /// What is written beside it.
    pub kind: Option<Kind>,
}

/// A piece of a cell: digits with their punctuation, punctuation alone, or a word.
#[derive(Clone, Copy, Debug)]
struct Piece<'c> {
    text: &'c str,
    sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Digits,
    Blank,
    /// A word that means something beside numbers.
    Known(Option<Kind>),
    /// An extension stands behind it.
    Extension,
    /// Two numbers stand on both sides of it.
    Between,
    /// Any other word, and signs that no number has.
    Unknown,
}

/// All good numbers of a cell whose signs are plain, in their order. Without `heeding`, what is written beside them says
/// nothing.
///
/// # Errors
/// What is wrong with the first number in it, or what the cell says about the contact.
pub(super) fn numbers(cell: &str, country: Country, heeding: bool) -> Result<Vec<Found>, PhoneFault> {
    if let Some((Remark::DoNotContact, words)) = remark(&words(cell)).filter(|_| heeding) {
        return Err(PhoneFault::DoNotContact { text: quoted(cell), words });
    }
    let mut reading = Reading { country, heeding, found: Vec::new(), fault: None };
    let mut above = None;
    for line in cell.split('\n') {
        let mut label = None;
        for text in parts(line) {
            let pieces = pieces(text);
            for part in pieces.split(|piece| piece.sort == Sort::Between) {
                if part.iter().any(|piece| piece.sort == Sort::Digits) {
                    reading.part(text, part, above.take());
                } else {
                    label = kind(part);
                }
            }
        }
        // A label on a line of its own is about the next line.
        above = label;
    }
    match (reading.found.is_empty(), reading.fault) {
        (false, _) => Ok(reading.found),
        (true, Some(fault)) => Err(fault),
        (true, None) if cell.chars().any(char::is_alphanumeric) => Err(PhoneFault::Invalid(quoted(cell))),
        (true, None) => Err(PhoneFault::Missing),
    }
}

/// The words of a text, [folded](crate::fold::fold). Digits are one word, `0`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for sign in text.chars().filter(|sign| !is_silent(*sign)) {
        let digit = sign.is_ascii_digit();
        if !sign.is_alphabetic() || words.last().is_some_and(|word| word == "0") {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            if digit {
                word.push('0');
            } else if sign.is_alphabetic() {
                add_folded(word, sign);
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A line, cut where it certainly goes from one number to another. Commas that stand within a number do not.
fn parts(line: &str) -> Vec<&str> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let grouped = line.contains(',')
        && line.chars().all(|sign| is_punctuation(sign) || sign == ',')
        && line.split(',').all(|group| (1..7).contains(&digits(group)));
    if grouped {
        return vec![line];
    }
    line.split(":::").flat_map(|part| part.split([';', ',', '|', '&'])).collect()
}

/// Whether a sign stands between the digits of phone numbers.
fn is_punctuation(sign: char) -> bool {
    sign.is_ascii_digit() || " \t()[]+-./~'\"=:#".contains(sign)
}

/// A text, taken apart. A number that begins with + begins of its own.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let of_digits = is_punctuation(first) || first == ',';
        let mut some = false;
        let end = rest.char_indices().find(|(_, sign)| {
            let plus = *sign == '+' && some;
            some |= sign.is_ascii_digit();
            (is_punctuation(*sign) || *sign == ',') != of_digits || plus
        });
        let (text, behind) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        let within =
            pieces.last().is_some_and(|before: &Piece<'_>| before.sort == Sort::Digits && ends_attached(before.text))
                && behind.starts_with(|sign: char| sign.is_ascii_digit());
        let sort = match (of_digits, text.contains(|sign: char| sign.is_ascii_digit())) {
            (true, true) => Sort::Digits,
            (true, false) => Sort::Blank,
            // A letter amid digits is no label: O for 0.
            (false, _) if within && text.chars().count() == 1 && !is_extension(&words(text).concat()) => Sort::Unknown,
            (false, _) => sort(text),
        };
        pieces.push(Piece { text, sort });
        rest = behind;
    }
    pieces
}

fn sort(text: &str) -> Sort {
    let word = words(text).concat();
    if is_between(&word) {
        Sort::Between
    } else if is_extension(&word) {
        Sort::Extension
    } else {
        match kind_beside(&word) {
            None => Sort::Unknown,
            kind => Sort::Known(kind),
        }
    }
}

/// The kind that the words among these pieces name.
fn kind(pieces: &[Piece<'_>]) -> Option<Kind> {
    strongest(pieces.iter().filter_map(|piece| if let Sort::Known(kind) = piece.sort { kind } else { None }))
}

/// Whether the last digit is followed by something else than a space.
fn ends_attached(text: &str) -> bool {
    let behind = text.rfind(|sign: char| sign.is_ascii_digit()).and_then(|at| text.get(at + 1..)).unwrap_or("");
    !behind.contains([' ', '\t'])
}

struct Reading {
    country: Country,
    /// Whether words beside numbers say which are not taken.
    heeding: bool,
    found: Vec<Found>,
    /// What is wrong with the first number.
    fault: Option<PhoneFault>,
}

impl Reading {
    /// Reads the numbers of a part of the cell.
    fn part(&mut self, text: &str, pieces: &[Piece<'_>], above: Option<Kind>) {
        let places: Vec<usize> = (0..pieces.len()).filter(|place| pieces[*place].sort == Sort::Digits).collect();
        let labels_before = places.first().is_some_and(|first| kind(&pieces[..*first]).is_some());
        // Whether digits came that are no number by themselves.
        let mut broken = false;
        for (nth, place) in places.iter().copied().enumerate() {
            let before = if nth == 0 { 0 } else { places[nth - 1] + 1 };
            let behind = places.get(nth + 1).copied().unwrap_or(pieces.len());
            let beside = match places.len() {
                1 => pieces,
                _ if labels_before => &pieces[before..place],
                _ => &pieces[place + 1..behind],
            };
            let extension = nth > 0 && pieces[before..place].iter().any(|piece| piece.sort == Sort::Extension);
            let digits = if extension { behind_extension(pieces[place].text) } else { pieces[place].text };
            if !digits.contains(|sign: char| sign.is_ascii_digit()) {
                continue;
            }
            match self.digits(digits, pieces, place, broken) {
                Ok(phones) => self.judge(text, beside, above, &phones),
                Err(fault) => {
                    broken = true;
                    self.fault.get_or_insert(fault);
                }
            }
        }
    }

    /// The numbers of some digits, if no letters belong to them.
    fn digits(&self, digits: &str, pieces: &[Piece<'_>], place: usize, broken: bool) -> Result<Vec<Phone>, PhoneFault> {
        let at = |place: Option<usize>| place.and_then(|place| pieces.get(place));
        let unknown = |piece: &&Piece<'_>| piece.sort == Sort::Unknown;
        let before = at(place.checked_sub(1)).filter(unknown);
        let behind = at(Some(place + 1)).filter(unknown);
        let letters = || Err(PhoneFault::Letters(quoted(&pieces.iter().map(|piece| piece.text).collect::<String>())));
        let torn_before = before.is_some()
            && (digits.starts_with(|sign: char| sign.is_ascii_digit())
                || at(place.checked_sub(2))
                    .is_some_and(|piece| piece.sort == Sort::Digits && ends_attached(piece.text)));
        if torn_before {
            return letters();
        }
        let attached = behind.is_some() && ends_attached(digits);
        let phones = match several(digits, self.country, 0) {
            Err(_) if attached => return letters(),
            read => read?,
        };
        let goes_on = |phone: &Phone| more_digits(*phone, None);
        let capitals = behind.map(|word| word.text).filter(|word| word.chars().all(char::is_uppercase));
        let spelled = |phone: &Phone| capitals.is_some_and(|word| more_digits(*phone, Some(word.chars().count())));
        let torn = phones.last().is_some_and(|phone| (attached && goes_on(phone)) || spelled(phone));
        let rest_of_one = broken && !digits.contains('+') && phones.iter().any(goes_on);
        if torn || rest_of_one { letters() } else { Ok(phones) }
    }

    /// Keeps numbers, unless the words beside them say that they are not the contact's, or do not work.
    fn judge(&mut self, text: &str, beside: &[Piece<'_>], above: Option<Kind>, phones: &[Phone]) {
        let kind = kind(beside).or(above);
        let said: String = beside.iter().filter(|piece| piece.sort != Sort::Digits).map(|piece| piece.text).collect();
        if !self.heeding {
            self.found.extend(phones.iter().map(|phone| Found { phone: *phone, kind }));
        } else if let Some((_, words)) = remark(&words(&said)) {
            self.fault.get_or_insert(PhoneFault::OutOfUse { text: quoted(text), words });
        } else if let Some(Kind::NoPhone | Kind::Others) = kind {
            let of_kind = |piece: &&Piece<'_>| matches!(piece.sort, Sort::Known(Some(Kind::NoPhone | Kind::Others)));
            let words = beside.iter().find(of_kind).map_or("somebody else's", |piece| piece.text).to_owned();
            self.fault.get_or_insert(PhoneFault::NotTheirs { text: quoted(text), words });
        } else {
            self.found.extend(phones.iter().map(|phone| Found { phone: *phone, kind }));
        }
    }
}

/// Whether this many more digits, or any number of them, would make a longer number in its country.
fn more_digits(phone: Phone, more: Option<usize>) -> bool {
    let digits = phone.digits().to_string();
    split(&digits).is_some_and(|(plan, number)| match more {
        // Numbers behind the calling code 1 have ten digits.
        _ if plan.code == 1 => false,
        Some(more) => plan.fits_with(number, more),
        None => plan.goes_on(number),
    })
}

/// What stands behind the digits of an extension.
fn behind_extension(text: &str) -> &str {
    let text = text.trim_start_matches([' ', '\t', '.', ':', '-', '#']);
    text.find([' ', '\t', '/']).and_then(|at| text.get(at..)).unwrap_or("")
}
