//! Whose number it is that is written without a calling code, where first digits and lengths do not tell.

use super::plan::{Plan, plan};

/// The calling codes of France and of what is dialled from there as if it were a part of it, and the other way round.
const FRANCE: [u16; 5] = [33, 262, 590, 594, 596];

/// Prefixes that were dialled, or kept, in front of Mexican numbers until 2019 and 2020.
const MEXICAN: [&str; 4] = ["521", "044", "045", "01"];

/// First digits of mobile numbers of eleven digits or more, which are as common with the trunk prefix as without it.
const LONG_MOBILES: [(u16, &[&str]); 7] = [
    (43, &["6"]),
    (49, &["15", "16", "17"]),
    (54, &["9"]),
    (55, &["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
    (62, &["8"]),
    (86, &["1"]),
    (358, &["4", "5"]),
];

/// The plan of a number that is written as in a country with this plan: in France, 0692 12 34 56 is one of Réunion.
///
/// `None` if no plan has it.
pub(super) fn plan_at_home(own: &'static Plan, number: &str) -> Option<&'static Plan> {
    // Mobile phones overseas, told by the next digit.
    if number.starts_with("709") {
        let code = match number.as_bytes().get(3) {
            _ if own.code != 33 => own.code,
            Some(b'0') => 590,
            Some(b'1') => 596,
            Some(b'3') => 594,
            _ => return None,
        };
        return plan(code).filter(|plan| plan.fits(number));
    }
    let code = match overseas(number) {
        _ if !FRANCE.contains(&own.code) || number.len() != 9 => return Some(own),
        Some(code) => code,
        // Mobile numbers of France, from overseas.
        None if number.starts_with(['1', '6', '7']) => 33,
        None => own.code,
    };
    plan(code).filter(|plan| plan.fits(number))
}

/// The calling code of the French overseas department that has a number of nine digits, by Arcep's numbering plan:
/// mobile phones of 639 and 69, and landlines. 639 98 is kept for fiction in France itself.
fn overseas(number: &str) -> Option<u16> {
    match number.get(..3)? {
        "639" if number.starts_with("63998") => None,
        "262" | "263" | "269" | "639" | "692" | "693" => Some(262),
        "590" | "690" | "691" => Some(590),
        "594" | "694" => Some(594),
        "596" | "696" | "697" => Some(596),
        _ => None,
    }
}

/// Whether a number behind its calling code has the shape of its plan, and cannot exist all the same: one of another
/// department behind +33, or eleven digits in Brazil that are no mobile number (area code, 9, eight digits).
pub(super) fn is_nobodys(plan: &Plan, number: &str) -> bool {
    match plan.code {
        33 => number.len() == 9 && overseas(number).is_some(),
        55 => number.len() == 11 && number.as_bytes().get(2) != Some(&b'9'),
        _ => false,
    }
}

/// A Mexican number behind what was once dialled in front of it: 044 and 045 for mobile phones, 01, and the 1 behind +52.
pub(super) fn without_old_prefix<'d>(plan: &Plan, digits: &'d str) -> Option<&'d str> {
    let behind = MEXICAN.into_iter().filter(|_| plan.code == 52).find_map(|prefix| digits.strip_prefix(prefix));
    behind.filter(|number| plan.fits(number))
}

/// Whether digits without a trunk prefix are as likely a number of another country whose + was lost: eleven or more, and
/// no mobile number at home.
pub(super) fn is_doubtful(plan: &Plan, digits: &str) -> bool {
    let mobile =
        |(code, firsts): &(u16, &[&str])| *code == plan.code && firsts.iter().any(|first| digits.starts_with(first));
    digits.len() >= 11 && !digits.starts_with('0') && !LONG_MOBILES.iter().any(mobile)
}
