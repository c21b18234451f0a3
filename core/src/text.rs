//! How numbers are written.

/// A number with thousands separated: 3000 is "3,000".
pub fn number(count: u32) -> String {
    separated(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The same of what is counted in memory, as characters are.
pub fn separated(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
