//! Phone numbers as people write them, made E.164.

use handoff_core::contact::Phone;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, country};
use thiserror::Error;

/// The country whose national numbers are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    id: country::Id,
    /// Whether it shares calling code 1: the United States, Canada and much of the Caribbean.
    north_american: bool,
}

/// Countries that share calling code 1.
const NORTH_AMERICAN: [&str; 25] = [
    "US", "CA", "AG", "AI", "AS", "BB", "BM", "BS", "DM", "DO", "GD", "GU", "JM", "KN", "KY", "LC", "MP", "MS", "PR",
    "SX", "TC", "TT", "VC", "VG", "VI",
];

impl Country {
    /// The country with this code of two letters, `None` if there is none.
    pub fn of(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        Some(Self { id: code.parse().ok()?, north_american: NORTH_AMERICAN.contains(&code.as_str()) })
    }

    /// The country of an organization. One whose code is not known reads numbers with a + only as any other does.
    pub fn of_organization(code: &str) -> Self {
        Self::of(code).unwrap_or(Self { id: country::Id::US, north_american: true })
    }
}

/// Why a cell gives no phone number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhoneFault {
    /// Nothing is in it.
    #[error("This row has no phone number.")]
    Missing,
    /// Seven digits where ten are needed.
    #[error("\"{0}\" has no area code. Add it in front of the number.")]
    NoAreaCode(String),
    /// A spreadsheet has rounded it.
    #[error(
        "\"{0}\" was rounded by a spreadsheet. Format the column as text there, fill it again and export once more."
    )]
    Rounded(String),
    /// No phone number.
    #[error("\"{0}\" is not a valid phone number.")]
    Invalid(String),
}

/// What separates several numbers in one cell.
const SEPARATORS: [char; 5] = [';', ',', '|', '\n', '\r'];

/// The first good number of a cell.
///
/// # Errors
/// What is wrong with the first number in it.
pub fn normalise(cell: &str, country: Country) -> Result<Phone, PhoneFault> {
    if let Some(phone) = north_american(cell, country) {
        return Ok(phone);
    }
    let mut fault = None;
    for part in cell.split(":::").flat_map(|part| part.split(SEPARATORS)) {
        let whole = std::iter::once(part);
        let pieces = part.split('/').filter(|_| part.contains('/'));
        for number in whole.chain(pieces).map(trimmed).filter(|number| !number.is_empty()) {
            match one(number, country) {
                Ok(phone) => return Ok(phone),
                Err(first) => fault = fault.or(Some(first)),
            }
        }
    }
    Err(fault.unwrap_or(PhoneFault::Missing))
}

/// Without the apostrophe by which a spreadsheet keeps a number text, and the decimals that others add.
fn trimmed(number: &str) -> &str {
    let number = number.trim().trim_start_matches('\'').trim();
    match number.strip_suffix(".0") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => number,
    }
}

/// The ordinary case without the library, which takes fifty times as long: ten digits, or eleven with a 1.
fn north_american(text: &str, country: Country) -> Option<Phone> {
    let text = text.trim_ascii();
    let (digits_of, international) = match text.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if !international && !country.north_american {
        return None;
    }
    let (mut digits, mut count) = (0_u64, 0_u32);
    for byte in digits_of.bytes() {
        match byte {
            b'0'..=b'9' if count < 11 => {
                digits = digits * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b' ' | b'(' | b')' | b'-' | b'.' => {}
            _ => return None,
        }
    }
    let national = match (count, international) {
        (10, false) => digits,
        (11, _) => digits.checked_sub(10_000_000_000)?,
        _ => return None,
    };
    is_north_american(national).then(|| Phone::from_digits(10_000_000_000 + national).ok()).flatten()
}

/// Neither the area code nor the exchange begins with 0 or 1.
const fn is_north_american(national: u64) -> bool {
    national >= 2_000_000_000 && national <= 9_999_999_999 && national / 1_000_000 % 10 >= 2
}

/// The longest text that is taken for one number.
const LONGEST: usize = 60;

fn one(number: &str, country: Country) -> Result<Phone, PhoneFault> {
    if let Some(phone) = north_american(number, country) {
        return Ok(phone);
    }
    let shown = || number.chars().take(40).collect::<String>();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if is_rounded(number) {
        return Err(PhoneFault::Rounded(shown()));
    }
    if country.north_american && digits == 7 && !number.starts_with('+') {
        return Err(PhoneFault::NoAreaCode(shown()));
    }
    if number.len() > LONGEST || !(5..=25).contains(&digits) {
        return Err(PhoneFault::Invalid(shown()));
    }
    by_the_library(number, country)
        .or_else(|| by_the_library(&format!("+{}", number.strip_prefix("00")?), country))
        .ok_or_else(|| PhoneFault::Invalid(shown()))
}

/// Whether it looks like 2.12556E+09.
fn is_rounded(number: &str) -> bool {
    let Some((mantissa, exponent)) = number.split_once(['E', 'e']) else { return false };
    let exponent = exponent.trim_start_matches('+');
    mantissa.starts_with(|first: char| first.is_ascii_digit())
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',')
        && !exponent.is_empty()
        && exponent.len() <= 2
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

fn by_the_library(number: &str, country: Country) -> Option<Phone> {
    let parsed = phonenumber::parse(Some(country.id), number).ok()?;
    let phone = Phone::parse(&parsed.format().mode(Mode::E164).to_string()).ok()?;
    let valid = match parsed.code().value() {
        1 => phone.digits().checked_sub(10_000_000_000).is_some_and(is_north_american),
        // The shape that all numbers of the country have: ranges are opened more often than libraries are renewed.
        code => DATABASE.by_code(&code).is_some_and(|regions| {
            let national = parsed.national().to_string();
            regions.iter().any(|region| region.descriptors().general().is_match(&national))
        }),
    };
    valid.then_some(phone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(cell: &str, country: &str) -> Result<String, String> {
        normalise(cell, Country::of_organization(country))
            .map(|phone| phone.to_string())
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for cell in [
            "2125550100",
            "212-555-0100",
            "(212) 555-0100",
            " 212.555.0100 ",
            "1 212 555 0100",
            "+1 (212) 555-0100",
            "'+12125550100",
            "2125550100.0",
            "212\u{a0}555\u{2011}0100",
            "tel: 212-555-0100",
            "212-555-0100 x12",
            "0012125550100",
            "555-0100 ::: 212-555-0100",
            "home; 212 555 0100, 212 555 0101",
            "212-555-0100 / 212-555-0101",
        ] {
            assert_eq!(read(cell, "US").as_deref(), Ok("+12125550100"), "{cell}");
        }
        assert_eq!(read("1-415-555-0100 ::: +15035550103", "US").as_deref(), Ok("+14155550100"));
        assert_eq!(read("+44 20 7946 0018", "US").as_deref(), Ok("+442079460018"));
        assert_eq!(read("06 39 98 00 01", "FR").as_deref(), Ok("+33639980001"));
        assert_eq!(read("+1 212 555 0100", "FR").as_deref(), Ok("+12125550100"));
        assert_eq!(read("0171/2345678", "DE").as_deref(), Ok("+491712345678"));
        assert_eq!(read("00 33 6 39 98 00 01", "DE").as_deref(), Ok("+33639980001"));
        assert_eq!(read("02 1234 5678", "IT").as_deref(), Ok("+390212345678"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (cell, sentence) in [
            ("", "This row has no phone number."),
            (" ; ", "This row has no phone number."),
            ("555-0102", "\"555-0102\" has no area code. Add it in front of the number."),
            ("call me", "\"call me\" is not a valid phone number."),
            ("112-555-0100", "\"112-555-0100\" is not a valid phone number."),
            ("212-155-0100", "\"212-155-0100\" is not a valid phone number."),
            ("21255501001234", "\"21255501001234\" is not a valid phone number."),
        ] {
            assert_eq!(read(cell, "US"), Err(sentence.to_owned()));
        }
        assert!(read("2.12556E+09", "US").is_err_and(|sentence| sentence.contains("rounded by a spreadsheet")));
    }

    fn any_writing() -> impl Strategy<Value = String> {
        let separator = || prop::sample::select(vec!["", " ", "-", ".", ") ", " - "]);
        (
            prop::sample::select(vec!["", "1", "+1", "1-", "+1 (", "("]),
            "[0-9]{3}",
            separator(),
            "[0-9]{3}",
            separator(),
            "[0-9]{4}",
        )
            .prop_map(|(before, area, first, exchange, second, line)| {
                format!("{before}{area}{first}{exchange}{second}{line}")
            })
    }

    proptest! {
        /// Of what the library calls valid, the short way makes the same number. The library lets some islands'
        /// exchanges begin with 0; the numbering plan does not, and neither do we.
        #[test]
        fn the_short_way_agrees_with_the_library(number in any_writing()) {
            let country = Country::of_organization("US");
            let parsed = phonenumber::parse(Some(country::Id::US), &number).ok();
            let library = parsed.as_ref().and_then(|parsed| Phone::parse(&parsed.format().mode(Mode::E164).to_string()).ok());
            if parsed.is_some_and(|parsed| parsed.is_valid() && parsed.code().value() == 1) {
                let in_the_plan = |phone: &Phone| phone.digits().checked_sub(10_000_000_000).is_some_and(is_north_american);
                prop_assert_eq!(north_american(&number, country), library.filter(in_the_plan));
            }
        }

        /// No cell makes it panic, and every number that comes out is E.164.
        #[test]
        fn every_number_is_e164(cell in "[0-9+() ./;:,x'-]{0,30}|\\PC{0,30}|\\+?[0-9]{5,16}", country in prop::sample::select(vec!["US", "FR", "DE", "GB", "IT", "MX", "BR", "??"])) {
            if let Ok(phone) = normalise(&cell, Country::of_organization(country)) {
                prop_assert_eq!(Phone::parse(&phone.to_string()), Ok(phone));
            }
        }
    }
}
