//! What numbers behind the calling code 1 cannot be: the rules of the North American Numbering Plan.

use thiserror::Error;

/// Why no phone can have a number of ten digits behind the calling code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoSuchNumber {
    /// All its digits are the same.
    #[error("all its digits are the same")]
    AllAlike,
    /// The area code begins with 0 or 1.
    #[error("area codes begin with 2 to 9, and {0:03} does not")]
    AreaCodeBegins(u16),
    /// 211, 311 … 911.
    #[error("{0} is a service, not an area code")]
    AreaCodeIsService(u16),
    /// Kept for the time when area codes become longer, or not in use.
    #[error("there is no area code {0}")]
    NoAreaCode(u16),
    /// Calls to it are charged.
    #[error("numbers that begin with {0} are premium numbers")]
    Premium(u16),
    /// What stands behind the area code begins with 0 or 1.
    #[error("the three digits behind the area code begin with 2 to 9, and {0:03} does not")]
    ExchangeBegins(u16),
    /// 211, 311 … 911 behind the area code.
    #[error("{0} is a service and stands behind no area code")]
    ExchangeIsService(u16),
    /// 555 behind the area code.
    #[error("nobody has a number with 555 behind the area code")]
    Nobodys,
}

/// Area codes that look like others and are none: kept back for growth (370–379, 960–969), or for nothing else.
const fn is_kept_back(area: u16) -> bool {
    matches!(area, 370..=379 | 960..=969 | 555) || area / 10 % 10 == 9
}

/// Area codes of numbers that are called free of charge. Behind them, 555 is like any other.
const fn is_toll_free(area: u16) -> bool {
    matches!(area, 800 | 833 | 844 | 855 | 866 | 877 | 888)
}

/// 211, 311 … 911.
const fn is_service(three: u16) -> bool {
    three % 100 == 11
}

/// Refuses a number of ten digits that no phone can have. Which area codes are in use is not asked: new ones are
/// opened every year. The numbers kept for fiction, 555-0100 to 555-0199, are good: people try things out with them.
///
/// # Errors
/// The rule that it breaks.
pub fn check(national: u64) -> Result<(), NoSuchNumber> {
    let three = |number: u64| u16::try_from(number % 1_000).unwrap_or(0);
    let (area, exchange, line) = (three(national / 10_000_000), three(national / 10_000), national % 10_000);
    if national.is_multiple_of(1_111_111_111) {
        Err(NoSuchNumber::AllAlike)
    } else if area < 200 {
        Err(NoSuchNumber::AreaCodeBegins(area))
    } else if is_service(area) {
        Err(NoSuchNumber::AreaCodeIsService(area))
    } else if area == 900 {
        Err(NoSuchNumber::Premium(area))
    } else if is_kept_back(area) {
        Err(NoSuchNumber::NoAreaCode(area))
    } else if exchange < 200 {
        Err(NoSuchNumber::ExchangeBegins(exchange))
    } else if is_service(exchange) {
        Err(NoSuchNumber::ExchangeIsService(exchange))
    } else if exchange == 555 && !is_toll_free(area) && !matches!(line, 100..=199) {
        Err(NoSuchNumber::Nobodys)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_cannot_exist_are_refused_with_the_reason() {
        for (number, reason) in [
            (5_555_555_555, "all its digits are the same"),
            (9_999_999_999, "all its digits are the same"),
            (1_125_550_100, "area codes begin with 2 to 9, and 112 does not"),
            (125_550_100, "area codes begin with 2 to 9, and 012 does not"),
            (9_115_550_109, "911 is a service, not an area code"),
            (2_905_550_111, "there is no area code 290"),
            (3_705_550_112, "there is no area code 370"),
            (9_605_550_113, "there is no area code 960"),
            (5_552_340_113, "there is no area code 555"),
            (9_005_550_118, "numbers that begin with 900 are premium numbers"),
            (2_120_550_100, "the three digits behind the area code begin with 2 to 9, and 055 does not"),
            (2_079_110_114, "911 is a service and stands behind no area code"),
            (2_125_551_212, "nobody has a number with 555 behind the area code"),
            (2_125_550_200, "nobody has a number with 555 behind the area code"),
        ] {
            assert_eq!(check(number).map_err(|fault| fault.to_string()), Err(reason.to_owned()), "{number}");
        }
        for good in [2_125_550_100, 9_175_550_199, 8_005_551_212, 9_876_543_210, 2_345_678_901, 3_102_345_678] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }
}
