//! No text may give a number that nobody wrote: over the example numbers of every country, and over odd cells.

use handoff_core::contact::Phone;
use handoff_core::contact::phone::{Country, PhoneFault, read, read_all};
use proptest::prelude::*;

/// The example numbers of every country and kind, with their source.
const EXAMPLES: &str = include_str!("numbers/examples.tsv");

/// Countries of organizations: with trunk prefix 0, 8, 06 and none, with calling codes of one, two and three digits.
const ORGANIZATIONS: [&str; 14] = ["US", "CA", "GB", "FR", "DE", "IT", "BR", "IN", "MX", "AU", "KZ", "JP", "PT", "??"];

struct Example {
    country: &'static str,
    kind: &'static str,
    e164: &'static str,
    national: &'static str,
    international: &'static str,
}

fn examples() -> impl Iterator<Item = Example> {
    EXAMPLES.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().expect("a cell");
        Example { country: next(), kind: next(), e164: next(), national: next(), international: next() }
    })
}

fn organization(country: &str) -> Country {
    Country::of_organization(country)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The number of an example, `None` if it cannot be reached from another country: too short, or 310-1234 in Canada.
fn number(example: &Example) -> Option<Phone> {
    let phone = Phone::parse(example.e164).ok()?;
    (!example.e164.starts_with("+1") || example.e164.len() == 12).then_some(phone)
}

/// Whether a number must be refused: in North America, those that no phone has.
fn cannot_be_texted(result: &Result<Phone, PhoneFault>) -> bool {
    matches!(result, Err(PhoneFault::NoSuch { .. }))
}

fn is_ambiguous(result: &Result<Phone, PhoneFault>) -> bool {
    matches!(result, Err(PhoneFault::Ambiguous(_)))
}

#[test]
fn a_number_behind_an_exit_code_is_right_or_refused() {
    for (country, codes) in [
        ("HK", &["00", "001", "002", "0030", "006", "009"][..]),
        ("SG", &["00", "001", "002", "008", "013", "019", "021"]),
        ("KR", &["00", "001", "002", "00700", "0073", "00345"]),
        ("TH", &["00", "001", "004", "007", "009"]),
        ("ID", &["00", "001", "007", "008", "009"]),
        ("BR", &["0014", "0015", "0021", "0031"]),
        ("CO", &["00", "005", "007", "009", "00414", "00456"]),
        ("AU", &["00", "0011", "0014"]),
        ("JP", &["00", "010"]),
        ("RU", &["00", "810"]),
        ("FI", &["00", "990", "99511"]),
        ("IL", &["00", "012", "019"]),
        ("CV", &["00", "0"]),
    ] {
        for code in codes {
            let (mut right, mut refused) = (0, 0);
            for example in examples() {
                let Some(number) = number(&example) else { continue };
                let text = format!("{code}{}", digits(example.e164));
                let result = read(&text, organization(country));
                if is_ambiguous(&result) || cannot_be_texted(&result) {
                    refused += 1;
                } else {
                    assert_eq!(result, Ok(number), "{text} in {country}");
                    right += 1;
                }
            }
            assert!(refused < right, "{code} in {country}: {right} right, {refused} refused");
        }
    }
}

#[test]
fn a_number_with_its_calling_code_is_the_same_in_every_organization() {
    let (mut all, mut local, mut ambiguous, mut refused) = (0, 0, 0, Vec::new());
    for example in examples() {
        let Some(number) = number(&example) else {
            local += 1;
            for country in ORGANIZATIONS {
                assert!(read(example.e164, organization(country)).is_err(), "{} in {country}", example.e164);
            }
            continue;
        };
        let spaced = example.international.replace('-', "\u{2011}").replace(' ', "\u{202f}");
        let with_zeros = example.international.replacen('+', "00", 1);
        let dialled_from_america = format!("011 {}", example.international.trim_start_matches('+'));
        for country in ORGANIZATIONS.into_iter().chain([example.country]) {
            all += 1;
            let is_american =
                matches!(country, "US" | "CA") || example.e164.starts_with("+1") && country == example.country;
            for text in [example.e164, example.international, &spaced, &with_zeros, &dialled_from_america] {
                if text.starts_with("011") && !is_american {
                    continue;
                }
                let result = read(text, organization(country));
                // Brazil, Thailand and others have carriers' codes that begin with 00.
                if text.starts_with("00") && is_ambiguous(&result) {
                    ambiguous += 1;
                    continue;
                }
                if cannot_be_texted(&result) {
                    assert!(example.e164.starts_with("+1"), "{text} in {country}: {result:?}");
                    refused.push(example.e164);
                } else {
                    assert_eq!(result, Ok(number), "{text} in {country}");
                }
            }
        }
    }
    refused.dedup();
    assert!(all > 15_000 && local < 60 && ambiguous < 40, "{all} {local} {ambiguous}");
    // Premium numbers of North America.
    assert!(refused.len() <= 25 && refused.iter().all(|number| number.starts_with("+1900")), "{refused:?}");
}

#[test]
fn a_number_as_it_is_written_in_its_own_country_is_right_or_refused() {
    let (mut right, mut refused, mut textable) = (0, Vec::new(), Vec::new());
    for example in examples() {
        let Some(number) = number(&example) else { continue };
        if let Ok(read) = read(example.national, organization(example.country)) {
            assert_eq!(read, number, "{} in {}", example.national, example.country);
            right += 1;
            continue;
        }
        refused.push((example.country, example.national));
        if example.kind == "mobile" {
            textable.push((example.country, example.national, example.e164));
        }
    }
    assert!(refused.len() * 20 < right, "{right} right, refused: {refused:?}");
    // Argentina writes 15 instead of the 9 that stands before the area code outside the country.
    assert_eq!(textable.iter().map(|(country, ..)| *country).collect::<Vec<_>>(), ["AR"], "{textable:?}");
}

#[test]
fn national_digits_alone_are_right_or_refused() {
    let mut right = 0;
    for example in examples() {
        let Some(number) = number(&example) else { continue };
        let country = organization(example.country);
        // As a spreadsheet leaves it: without the + , or without the 0 in front.
        let without_plus = digits(example.e164);
        let national = digits(example.national);
        let without_zero = national.trim_start_matches('0');
        for text in [without_plus.as_str(), national.as_str(), without_zero] {
            if let Ok(read) = read(text, country) {
                // What lacks a digit may be a shorter number of the country, but never one with other digits.
                let written = digits(&read.to_string());
                assert!(
                    written.ends_with(text.trim_start_matches('0')) || read == number,
                    "{text} in {}: {read}",
                    example.country
                );
                right += usize::from(read == number);
            }
        }
    }
    assert!(right > 3_000, "{right}");
}

/// Whether the digits of a number stand in a text one behind the other: all of them, or those behind the calling code
/// of the organization's country, or all but a trunk prefix behind the calling code.
fn is_written(phone: Phone, text: &str) -> bool {
    let (number, text) = (phone.digits().to_string(), digits(text));
    let own = |length: usize| number.get(length..).is_some_and(|rest| text.contains(rest));
    let without_trunk = (1..=3).any(|length| {
        let (code, rest) = number.split_at(length);
        ["0", "06", "1"].iter().any(|trunk| text.contains(&format!("{code}{trunk}{rest}")))
    });
    text.contains(&number) || (1..=3).any(own) || without_trunk
}

fn any_cell() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,12}",
        "\\+?[0-9]{2,4}[ .()/-]{1,2}[0-9]{2,4}[ .-][0-9]{2,5}",
        prop::sample::select(vec![
            " ", "  ", "\t", "\n", ";", ",", "/", " / ", " or ", "&", "x", "ext. ", "#", "+", "00", "011", "(0)", "O",
            "home ", "mobile ", "cell", "DNC", "wrong", "Axel", "TAXI", "wife", "E9", ".0", "-", "\u{202f}", "·", "٠٦",
            "６",
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![prop::collection::vec(piece, 1..7).prop_map(|pieces| pieces.concat()), "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Every number that comes out stands in the text, and nothing panics.
    #[test]
    fn no_number_comes_out_that_was_not_written(cell in any_cell(), country in prop::sample::select(ORGANIZATIONS.to_vec())) {
        let plain: String = cell.chars().map(|sign| match sign { '٠' => '0', '٦' | '６' => '6', other => other }).collect();
        if let Ok(all) = read_all(&cell, organization(country)) {
            prop_assert!(!all.is_empty());
            for found in all {
                prop_assert!(is_written(found.phone, &plain), "{} in {country} from {cell:?}", found.phone);
                prop_assert_eq!(read(&found.phone.to_string(), organization(country)), Ok(found.phone));
            }
        }
    }

    /// What is read is among all that is read, and a word behind a number changes nothing but whether it is read.
    #[test]
    fn the_number_to_text_is_one_of_those_written(cell in any_cell(), country in prop::sample::select(ORGANIZATIONS.to_vec())) {
        let country = organization(country);
        let all = read_all(&cell, country).map(|all| all.into_iter().map(|found| found.phone).collect::<Vec<_>>());
        match (read(&cell, country), all) {
            (Ok(one), Ok(all)) => prop_assert!(all.contains(&one)),
            (Err(one), Err(all)) => prop_assert_eq!(one, all),
            (one, all) => prop_assert!(false, "{one:?} {all:?}"),
        }
    }

    /// Letters behind a number never become digits of it.
    #[test]
    fn letters_never_become_digits(number in "0[1-9]( [0-9]{2}){4}", word in "[A-Za-z]{1,8}", space in "[ -]?") {
        let france = organization("FR");
        let cell = format!("{number}{space}{word}");
        if let Ok(with_word) = read(&cell, france) {
            prop_assert_eq!(Ok(with_word), read(&number, france));
        }
    }
}
