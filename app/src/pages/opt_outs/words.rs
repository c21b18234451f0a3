//! What the page of opt-outs says of a list.

use handoff_server::model::opt_out::OptOutsRead;

/// The largest file whose text fits into one request, in bytes.
pub const LARGEST: f64 = 1_900_000.0;

fn numbers(count: u32, number: &impl Fn(u32) -> String) -> String {
    if count == 1 { "1 number".to_owned() } else { format!("{} numbers", number(count)) }
}

/// What a list would do.
pub fn found_words(read: &OptOutsRead, number: impl Fn(u32) -> String) -> String {
    let OptOutsRead { good, present, doubled, bad, .. } = read;
    let mut parts = vec![match good {
        0 => "No number of this list would opt out".to_owned(),
        1 => "1 number would opt out".to_owned(),
        many => format!("{} numbers would opt out", number(*many)),
    }];
    if *present > 0 {
        parts.push(format!("{} opted out already", number(*present)));
    }
    if *doubled > 0 {
        parts.push(format!("{} listed again", number(*doubled)));
    }
    let bad = match bad {
        0 => String::new(),
        1 => " 1 line gives no number: correct or delete it, and check again.".to_owned(),
        many => format!(" {} lines give no number: correct or delete them, and check again.", number(*many)),
    };
    format!("{}.{bad}", parts.join("; "))
}

/// What a list has done.
pub fn imported_words(read: &OptOutsRead, number: impl Fn(u32) -> String) -> String {
    format!("{} opted out.", numbers(read.good, &number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(good: u32, present: u32, doubled: u32, bad: u32) -> OptOutsRead {
        OptOutsRead { good, present, doubled, bad, bad_lines: Vec::new() }
    }

    #[test]
    fn a_list_is_told_before_it_is_imported() {
        let words = |read: OptOutsRead| found_words(&read, |number| number.to_string());
        assert_eq!(words(read(3, 0, 0, 0)), "3 numbers would opt out.");
        assert_eq!(words(read(1, 2, 1, 0)), "1 number would opt out; 2 opted out already; 1 listed again.");
        assert!(
            words(read(0, 2, 0, 1)).starts_with("No number of this list would opt out; 2 opted out already. 1 line ")
        );
        assert_eq!(imported_words(&read(2, 0, 0, 0), |number| number.to_string()), "2 numbers opted out.");
    }
}
