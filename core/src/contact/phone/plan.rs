//! The numbering plans of the world: which calling codes there are, and what numbers behind them look like.

use std::sync::LazyLock;

/// The plans as they are written down, with their source.
const TABLE: &str = include_str!("plans.tsv");

/// The numbering plan of one calling code.
#[derive(Debug)]
pub struct Plan {
    /// The calling code.
    pub code: u16,
    /// The countries that share it, by their two letters, the largest first. None for satellites and the like.
    pub countries: Vec<&'static str>,
    /// What numbers begin with inside the country and not outside it, often 0.
    pub trunks: Vec<&'static str>,
    /// Whether numbers are usually written without that prefix inside the country as well.
    pub trunk_is_optional: bool,
    /// First digits, and the lengths of numbers that begin so: bit n stands for n digits.
    ranges: Vec<(&'static str, u16)>,
}

impl Plan {
    /// Whether a number of these digits, without calling code and trunk prefix, can exist.
    ///
    /// Only its shape is asked: ranges are opened more often than tables are renewed.
    pub fn fits(&self, number: &str) -> bool {
        self.fits_with(number, 0)
    }

    /// Whether so many more digits behind these could make a number.
    pub fn fits_with(&self, number: &str, more: usize) -> bool {
        let bit = u32::try_from(number.len() + more).ok().and_then(|length| 1_u16.checked_shl(length)).unwrap_or(0);
        let begins = |first: &str| number.starts_with(first) || (more > 0 && first.starts_with(number));
        self.ranges.iter().any(|(first, lengths)| lengths & bit != 0 && begins(first))
    }

    /// The most digits of its numbers.
    pub fn longest(&self) -> usize {
        let all = self.ranges.iter().fold(0_u16, |all, (_, lengths)| all | lengths);
        all.checked_ilog2().map_or(0, |bit| bit as usize)
    }

    /// How many digits numbers that begin like this one have, the fewest first.
    pub fn lengths(&self, number: &str) -> Vec<u32> {
        let alike = self.ranges.iter().filter(|(first, _)| number.starts_with(first));
        let bits = alike.fold(0_u16, |all, (_, lengths)| all | lengths);
        (0..16).filter(|length| bits & (1 << length) != 0).collect()
    }

    /// Whether more digits behind these could make a longer number.
    pub fn goes_on(&self, number: &str) -> bool {
        (1..=15).any(|more| self.fits_with(number, more))
    }

    fn of(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (code, countries, trunks, ranges) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let (trunks, trunk_is_optional) = trunks.strip_suffix('?').map_or((trunks, false), |trunks| (trunks, true));
        let mut trunks: Vec<_> = trunks.split(',').filter(|trunk| !trunk.is_empty()).collect();
        trunks.sort_by_key(|trunk| std::cmp::Reverse(trunk.len()));
        let mut all = Vec::new();
        for range in ranges.split(' ') {
            let (firsts, lengths) = range.split_once(':')?;
            let bits = lengths.split(',').filter_map(|length| length.parse().ok()).filter_map(|n| 1_u16.checked_shl(n));
            let bits = bits.fold(0, |all, bit| all | bit);
            all.extend(firsts.split(',').map(|first| (first, bits)));
        }
        let countries = countries.split(' ').filter(|country| !country.is_empty()).collect();
        Some(Self { code: code.parse().ok()?, countries, trunks, trunk_is_optional, ranges: all })
    }
}

static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| {
    let mut plans: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(Plan::of).collect();
    plans.sort_by_key(|plan| plan.code);
    plans
});

/// The plan of this calling code, `None` if nobody has it.
pub fn plan(code: u16) -> Option<&'static Plan> {
    PLANS.binary_search_by_key(&code, |plan| plan.code).ok().and_then(|place| PLANS.get(place))
}

/// The plan of this country, `None` if there is no such country.
pub fn plan_of(country: &str) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.countries.contains(&country))
}

/// The plan whose calling code these digits begin with, and the digits behind it.
pub fn split(digits: &str) -> Option<(&'static Plan, &str)> {
    // No calling code begins with another one.
    (1..=3).find_map(|length| {
        let (code, rest) = digits.split_at_checked(length)?;
        Some((plan(code.parse().ok()?)?, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_plan() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!((PLANS.len(), lines > 210), (lines, true));
        for plan in PLANS.iter() {
            assert!(!plan.ranges.is_empty(), "{}", plan.code);
            assert!(plan.ranges.iter().all(|(_, lengths)| *lengths != 0), "{}", plan.code);
        }
        let countries: usize = PLANS.iter().map(|plan| plan.countries.len()).sum();
        assert!(countries >= 245, "{countries}");
    }

    #[test]
    fn no_calling_code_begins_with_another_one() {
        for plan in PLANS.iter() {
            let code = plan.code.to_string();
            assert_eq!(split(&format!("{code}5")).map(|(found, rest)| (found.code, rest)), Some((plan.code, "5")));
        }
        assert!(split("999").is_none() && split("0").is_none() && split("").is_none() && split("é").is_none());
    }

    #[test]
    fn numbers_have_the_lengths_of_their_country() {
        let fits = |country: &str, number: &str| plan_of(country).is_some_and(|plan| plan.fits(number));
        assert!(fits("FR", "639980001") && !fits("FR", "0639980001") && !fits("FR", "63998000"));
        assert!(fits("IT", "0612345678") && fits("IT", "3912312312") && !fits("IT", "39123123123"));
        assert!(plan_of("DE").is_some_and(|plan| plan.goes_on("30123456")));
        assert!(plan_of("FR").is_some_and(|plan| !plan.goes_on("639980001")));
        assert!(plan_of("UK").is_none() && plan(3).is_none());
    }
}
