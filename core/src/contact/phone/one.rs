//! One number in digits, read by the rules of its own country.

use super::e164::Phone;
use super::fault::{PhoneFault, quoted};
use super::home::{is_doubtful, is_nobodys, plan_at_home, without_old_prefix};
use super::north_america::{self, NoSuchNumber};
use super::plan::{Plan, plan, split};
use super::{Country, exit};

/// The calling code of the United States, Canada and much of the Caribbean.
const NORTH_AMERICA: u16 = 1;

/// The number that all digits of this text make together. Everything else in it is taken for punctuation.
///
/// A number that begins with `+` or an exit code has its calling code, and the organization's country says nothing about
/// it. Where a carrier's code begins as 00 does, both are tried.
///
/// # Errors
/// If they make no number, or could make more than one.
pub(super) fn one(text: &str, country: Country) -> Result<Phone, PhoneFault> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.chars().find(|sign| *sign == '+' || sign.is_ascii_digit()) == Some('+');
    let read = if plus { with_calling_code(&digits) } else { dialled(&digits, country) };
    read.map_err(|fault| fault.of(text))
}

/// What is wrong with digits. The text is added outside.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    NoAreaCode,
    TooLong,
    NoSuch(NoSuchNumber),
    Ambiguous,
    Behind { code: u16, digits: usize, expected: String },
    Foreign(Phone),
    Invalid,
}

impl Wrong {
    fn of(self, text: &str) -> PhoneFault {
        let text = quoted(text);
        match self {
            Self::NoAreaCode => PhoneFault::NoAreaCode(text),
            Self::TooLong => PhoneFault::TooLong(text),
            Self::NoSuch(reason) => PhoneFault::NoSuch { text, reason },
            Self::Behind { code, digits, expected } => PhoneFault::TooLongBehind { text, code, digits, expected },
            Self::Foreign(number) => PhoneFault::Foreign { text, number },
            Self::Ambiguous => PhoneFault::Ambiguous(text),
            Self::Invalid => PhoneFault::Invalid(text),
        }
    }
}

/// The number that these digits reach when somebody in the country dials them. No national number begins with 00.
fn dialled(digits: &str, country: Country) -> Result<Phone, Wrong> {
    let behind_exits = exit::behind(digits, country.letters());
    if behind_exits.is_empty() {
        return national(digits, country);
    }
    let inland = (!digits.starts_with("00")).then(|| national(digits, country));
    let readings: Vec<_> = behind_exits.into_iter().map(with_calling_code).chain(inland).collect();
    // A number that cannot be texted was still meant by whoever wrote it.
    let is_none = |read: &&Result<Phone, Wrong>| {
        let Err(wrong) = read else { return false };
        matches!(wrong, Wrong::Invalid | Wrong::TooLong | Wrong::NoAreaCode | Wrong::Behind { .. } | Wrong::Foreign(_))
    };
    let mut meant = readings.iter().filter(|read| !is_none(read));
    match meant.next() {
        Some(first) if meant.all(|other| other == first) => first.clone(),
        Some(_) => Err(Wrong::Ambiguous),
        None => readings.first().cloned().unwrap_or(Err(Wrong::Invalid)),
    }
}

/// The number of these digits, which begin with a calling code.
fn with_calling_code(digits: &str) -> Result<Phone, Wrong> {
    let (plan, number) = split(digits).ok_or(Wrong::Invalid)?;
    if plan.code == NORTH_AMERICA {
        return north_american(number);
    }
    if plan.fits(number) {
        return phone(plan, number);
    }
    if let Some(number) = without_old_prefix(plan, digits) {
        return phone(plan, number);
    }
    // As in +44 (0)20 7946 0018. No number behind such a calling code begins with 0.
    let without =
        plan.trunks.iter().filter(|trunk| trunk.starts_with('0')).find_map(|trunk| number.strip_prefix(*trunk));
    match without.filter(|number| plan.fits(number)) {
        Some(number) => phone(plan, number),
        None => Err(too_long_behind(plan, number).unwrap_or_else(|| too_long_or_invalid(plan, number))),
    }
}

/// That a number of one country has more digits than it can have there. `None` if it has not, or they are those of two.
fn too_long_behind(plan: &Plan, number: &str) -> Option<Wrong> {
    let lengths = plan.lengths(number);
    let (least, most) = (*lengths.first()?, *lengths.last()?);
    let digits = u32::try_from(number.len()).ok()?;
    let expected = match lengths.as_slice() {
        [one] => one.to_string(),
        [one, other] => format!("{one} or {other}"),
        _ => format!("{least} to {most}"),
    };
    let some_more = digits > least && !lengths.contains(&digits) && number.len() <= 12;
    some_more.then_some(Wrong::Behind { code: plan.code, digits: number.len(), expected })
}

/// The number of these digits as it is written in its own country: alone, behind the trunk prefix, or behind the
/// calling code whose + was lost.
fn national(digits: &str, country: Country) -> Result<Phone, Wrong> {
    let plan = plan(country.code()).ok_or(Wrong::Invalid)?;
    if plan.code == NORTH_AMERICA {
        return match digits.len() {
            7 => Err(Wrong::NoAreaCode),
            11 => north_american(digits.strip_prefix('1').ok_or(Wrong::TooLong)?),
            _ => north_american(digits),
        };
    }
    if let Some(number) = without_old_prefix(plan, digits) {
        return phone(plan, number);
    }
    let fitting = |number: &&str| plan.fits(number);
    let alone = Some(digits).filter(fitting);
    if alone.is_some() && is_doubtful(plan, digits) {
        let other =
            with_calling_code(digits).ok().filter(|_| split(digits).is_some_and(|(other, _)| other.code != plan.code));
        if let Some(other) = other {
            return Err(Wrong::Foreign(other));
        }
    }
    let at_home = |number: &str| phone(plan_at_home(plan, number).ok_or(Wrong::Invalid)?, number);
    if let Some(number) = alone.filter(|_| plan.trunks.is_empty() || plan.trunk_is_optional) {
        return at_home(number);
    }
    let behind_trunk = plan.trunks.iter().filter_map(|trunk| digits.strip_prefix(*trunk)).filter(fitting);
    let code = plan.code.to_string();
    let behind_code = digits.strip_prefix(code.as_str()).filter(fitting);
    let mut readings = behind_trunk.chain(alone).chain(behind_code);
    let Some(first) = readings.next() else { return Err(too_long_or_invalid(plan, digits)) };
    if readings.any(|other| other != first) { Err(Wrong::Ambiguous) } else { at_home(first) }
}

fn north_american(national: &str) -> Result<Phone, Wrong> {
    match national.len() {
        10 => {
            let number = national.parse().map_err(|_| Wrong::Invalid)?;
            north_america::check(number).map_err(Wrong::NoSuch)?;
            Phone::from_digits(10_000_000_000 + number).map_err(|_| Wrong::Invalid)
        }
        11.. => Err(Wrong::TooLong),
        _ => Err(Wrong::Invalid),
    }
}

fn too_long_or_invalid(plan: &Plan, number: &str) -> Wrong {
    if number.len() > plan.longest() + plan.trunks.first().map_or(0, |trunk| trunk.len()) {
        Wrong::TooLong
    } else {
        Wrong::Invalid
    }
}

fn phone(plan: &Plan, number: &str) -> Result<Phone, Wrong> {
    if is_nobodys(plan, number) {
        return Err(Wrong::Invalid);
    }
    let digits = format!("{}{number}", plan.code).parse().map_err(|_| Wrong::Invalid)?;
    Phone::from_digits(digits).map_err(|_| Wrong::Invalid)
}

/// Ten digits, or eleven with a 1, and nothing else than digits and their usual punctuation: the ordinary case in
/// North America, without taking the text apart. `None` if it is anything else, or no number.
pub(super) fn quick(text: &str, country: Country) -> Option<Phone> {
    let text = text.trim_ascii();
    let (digits_of, international) = match text.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if !international && country.code() != NORTH_AMERICA {
        return None;
    }
    let (mut digits, mut count, mut wide, mut before) = (0_u64, 0_u32, false, b'-');
    for byte in digits_of.bytes() {
        match byte {
            b'0'..=b'9' if count < 11 => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b' ' | b'(' | b')' | b'-' | b'.' => wide |= byte == b' ' && before == b' ',
            _ => return None,
        }
        before = byte;
    }
    let national = match (count, international) {
        (10, false) => digits,
        (11, _) => digits.checked_sub(10_000_000_000)?,
        _ => return None,
    };
    let good = !wide && (2_000_000_000..10_000_000_000).contains(&national) && north_america::check(national).is_ok();
    good.then(|| Phone::from_digits(10_000_000_000 + national).ok()).flatten()
}
