//! A plan in the words of the product.

use super::{Owner, Plan, Share};
use crate::naming::isolated;

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

/// The headline of a plan: "6 moved, 3 to Abby, 3 to Lindsey".
///
/// `name` gives the name of a member; Unassigned names itself.
pub fn headline(plan: &Plan, name: impl Fn(Owner) -> String) -> String {
    if plan.moved == 0 {
        return match (plan.matching, plan.kept()) {
            (0, _) => "Nothing to move: no conversation matches".to_owned(),
            (matching, kept) if matching == kept => "Nothing to move: everything is there already".to_owned(),
            _ => "Nothing to move".to_owned(),
        };
    }
    format!("{} moved{}", number(plan.moved), share_list(&plan.shares, name))
}

/// Who gets how many: " to Abby", ", 3 to Abby, 3 to Lindsey", " to 12 texters, 250 each". Names are [`isolated`].
pub fn share_list(shares: &[Share], name: impl Fn(Owner) -> String) -> String {
    match shares {
        [] => String::new(),
        [only] => format!(" to {}", isolated(&name(only.to))),
        [first, .., last] if shares.len() > 5 => {
            // Shares descend.
            let each = if first.count == last.count {
                format!("{} each", number(first.count))
            } else {
                format!("{} to {} each", number(last.count), number(first.count))
            };
            format!(" to {} texters, {each}", number(u32::try_from(shares.len()).unwrap_or(u32::MAX)))
        }
        several => several.iter().fold(String::new(), |list, share| {
            format!("{list}, {} to {}", number(share.count), isolated(&name(share.to)))
        }),
    }
}
