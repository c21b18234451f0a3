//! Orders that a person makes: of recommended replies and of survey questions.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The order is not one of what is there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("Something was added or deleted meanwhile. Look at the list as it is now, then order it again.")]
pub struct OrderError;

/// The list after one of it was moved to another place, by dragging or with the keyboard.
///
/// A place past the end is the end. What is not in the list moves nothing.
pub fn moved<T: Copy + PartialEq>(list: &[T], which: T, place: usize) -> Vec<T> {
    let mut rest: Vec<T> = list.iter().copied().filter(|item| *item != which).collect();
    if rest.len() < list.len() {
        rest.insert(place.min(rest.len()), which);
    }
    rest
}

/// Refuses an order that does not have exactly what is there, each once.
///
/// # Errors
/// If something is missing, doubled or unknown.
pub fn check<T: Copy + Ord>(there: &[T], wanted: &[T]) -> Result<(), OrderError> {
    let sorted = |list: &[T]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    };
    if sorted(there) == sorted(wanted) { Ok(()) } else { Err(OrderError) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_goes_and_the_others_close_up() {
        let list = [1, 2, 3, 4];
        assert_eq!(moved(&list, 1, 2), [2, 3, 1, 4]);
        assert_eq!(moved(&list, 4, 0), [4, 1, 2, 3]);
        assert_eq!(moved(&list, 2, 99), [1, 3, 4, 2]);
        assert_eq!(moved(&list, 9, 0), list);
        assert_eq!(check(&list, &[4, 3, 2]), Err(OrderError));
        assert_eq!(check(&list, &[4, 3, 2, 2]), Err(OrderError));
        assert_eq!(check(&list, &[4, 3, 2, 5]), Err(OrderError));
    }

    proptest! {
        #[test]
        fn a_moved_list_has_all_and_the_rest_in_order(length in 1_usize..12, which in 0_usize..12, place in 0_usize..14) {
            let list: Vec<usize> = (0..length).collect();
            let after = moved(&list, which, place);
            prop_assert_eq!(check(&list, &after), Ok(()));
            let rest: Vec<usize> = after.iter().copied().filter(|item| *item != which).collect();
            prop_assert!(rest.is_sorted());
            if which < length {
                prop_assert_eq!(after.iter().position(|item| *item == which), Some(place.min(length - 1)));
            }
        }
    }
}
