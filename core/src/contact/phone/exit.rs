//! Exit codes: what is dialled in a country in front of the calling code of another one. 00 in most, 011 in North
//! America, a code for each carrier in others.

use std::sync::LazyLock;

/// The exit codes as they are written down, with their source.
const TABLE: &str = include_str!("exits.tsv");

/// The code of most countries, which people everywhere write in place of a +.
const USUAL: &str = "00";

static EXITS: LazyLock<Vec<(&'static [u8], Vec<&'static str>)>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let parts = lines.filter_map(|line| line.split_once('\t'));
    let mut all: Vec<_> = parts.map(|(country, codes)| (country.as_bytes(), codes.split(' ').collect())).collect();
    all.sort_unstable_by_key(|(country, _)| *country);
    all
});

/// What stands behind each exit code that these digits begin with in this country, the shortest code first. Behind 001
/// in Hong Kong, for instance, as well as behind 00.
pub fn behind(digits: &str, country: [u8; 2]) -> Vec<&str> {
    let found = EXITS.binary_search_by_key(&country.as_slice(), |(country, _)| country);
    let own = found.ok().and_then(|place| EXITS.get(place)).map_or(&[][..], |(_, codes)| codes);
    let mut all: Vec<&str> = std::iter::once(&USUAL).chain(own).filter_map(|code| without(digits, code)).collect();
    all.sort_by_key(|rest| std::cmp::Reverse(rest.len()));
    all.dedup();
    all
}

/// The digits behind this code, in which a dot stands for any of them.
fn without<'d>(digits: &'d str, code: &str) -> Option<&'d str> {
    let (head, rest) = digits.split_at_checked(code.len())?;
    head.bytes().zip(code.bytes()).all(|(digit, wanted)| wanted == b'.' || digit == wanted).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::plan::plan_of;
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_country_and_its_codes() {
        assert!(EXITS.len() > 60, "{}", EXITS.len());
        for (country, codes) in EXITS.iter() {
            assert!(str::from_utf8(country).is_ok_and(|country| plan_of(country).is_some()), "{country:?}");
            assert!(
                codes.iter().all(|code| !code.is_empty() && code.bytes().all(|sign| b"0123456789.".contains(&sign)))
            );
        }
    }

    #[test]
    fn what_stands_behind_every_code_is_found() {
        assert_eq!(behind("001442", *b"HK"), ["1442", "442"]);
        assert_eq!(behind("001442", *b"FR"), ["1442"]);
        assert_eq!(behind("01944", *b"SG"), ["44"]);
        assert_eq!(behind("01144", *b"US"), ["44"]);
        assert_eq!(behind("01144", *b"FR"), [""; 0]);
        assert_eq!(behind("0044", *b"??"), ["44"]);
        assert_eq!(behind("0", *b"SG"), [""; 0]);
    }
}
