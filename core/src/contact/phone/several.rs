//! Digits that are one number, or several with nothing but spaces between them.

use super::Country;
use super::e164::Phone;
use super::fault::{PhoneFault, quoted};
use super::one::one;
use super::plan::split;

/// The most digits that are looked at together.
const MOST_DIGITS: usize = 60;

/// The most numbers that are looked for in one run of digits.
const MOST_NUMBERS: usize = 5;

/// The fewest digits that are a number beside another one.
const FEWEST: usize = 7;

/// A place where one number may end and another begin.
#[derive(Clone, Copy, Debug)]
struct Gap {
    at: usize,
    /// More than one space, or a tab.
    wide: bool,
    slash: bool,
}

/// The numbers of a run of digits and punctuation, in their order.
///
/// # Errors
/// If the digits make no number, or could be one number as well as two.
pub(super) fn several(text: &str, country: Country, depth: usize) -> Result<Vec<Phone>, PhoneFault> {
    if text.chars().filter(char::is_ascii_digit).count() > MOST_DIGITS || depth >= MOST_NUMBERS {
        return Err(PhoneFault::TooLong(quoted(text)));
    }
    let text = whole(text);
    // As an extension: a # behind the number.
    if let Some((number, extension)) = text.split_once('#').filter(|(number, _)| digits(number) > 0) {
        let behind = extension.trim_start().split_once([' ', '\t']).map_or("", |(_, behind)| behind);
        let mut numbers = several(number, country, depth)?;
        if digits(behind) > 0 {
            numbers.extend(several(behind, country, depth + 1)?);
        }
        return Ok(numbers);
    }
    let gaps = gaps(text);
    let all = one(text, country);
    let sides = |gap: &Gap| {
        let (left, right) = text.split_at(gap.at);
        let first = one(left, country).ok().filter(|_| digits(left) >= FEWEST)?;
        Some((first, right))
    };
    let others = |right: &str| several(right, country, depth + 1).ok().filter(|_| digits(right) >= FEWEST);
    let mut ordered = gaps;
    ordered.sort_by_key(|gap| !gap.wide);
    for gap in ordered {
        let Some((first, right)) = sides(&gap) else { continue };
        let rest = others(right);
        match (&all, rest) {
            // Two numbers, or one that somebody has put together in groups: nobody can tell.
            (Ok(_), Some(_)) if !gap.wide => return Err(PhoneFault::Ambiguous(quoted(text))),
            (Ok(_), None) if gap.slash => return Err(PhoneFault::Ambiguous(quoted(text))),
            (_, Some(rest)) => return Ok(std::iter::once(first).chain(rest).collect()),
            // Another ending of the same number: 212-555-0100/01.
            (Err(_), None) if gap.slash && digits(right) <= 4 && is_complete(first) => return Ok(vec![first]),
            (_, None) => {}
        }
    }
    all.map(|phone| vec![phone]).or_else(|fault| on_one_side(text, country, depth).ok_or(fault))
}

/// The good numbers on one side of a slash, where each side has the digits of a number, the other one is no good, and both
/// together are no number either.
fn on_one_side(text: &str, country: Country, depth: usize) -> Option<Vec<Phone>> {
    let slashes = gaps(text).into_iter().filter(|gap| gap.slash);
    slashes.map(|gap| text.split_at(gap.at)).filter(|(left, right)| digits(left).min(digits(right)) >= FEWEST).find_map(
        |(left, right)| {
            let read = |side| several(side, country, depth + 1).ok();
            read(left).or_else(|| read(right))
        },
    )
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Whether no longer number begins with this one.
fn is_complete(phone: Phone) -> bool {
    let digits = phone.digits().to_string();
    split(&digits).is_some_and(|(plan, number)| plan.code == 1 || !plan.goes_on(number))
}

/// Without the decimals that programs add to whole numbers, and what surrounds it.
fn whole(text: &str) -> &str {
    let text = text.trim_matches([' ', '\t', '\'', '"', '=', ':', ',']);
    let decimals = text.split_once('.').filter(|(whole, decimals)| {
        whole.len() >= FEWEST
            && whole.bytes().all(|byte| byte.is_ascii_digit())
            && !decimals.is_empty()
            && decimals.bytes().all(|byte| byte == b'0')
    });
    decimals.map_or(text, |(whole, _)| whole)
}

/// Where spaces, tabs, slashes and opening brackets stand between digits.
fn gaps(text: &str) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    let (mut some, mut open) = (false, false);
    let mut before = '0';
    for (at, sign) in text.char_indices() {
        match sign {
            ' ' | '\t' | '/' | '(' => {
                if some && !open {
                    gaps.push(Gap { at, wide: false, slash: false });
                    open = true;
                }
                if let Some(gap) = gaps.last_mut().filter(|_| open) {
                    gap.wide |= sign == '\t' || (sign == ' ' && before == ' ');
                    gap.slash |= sign == '/';
                }
            }
            '0'..='9' => (some, open) = (true, false),
            _ => {}
        }
        before = sign;
    }
    gaps
}
