//! Whether two rows of a contact file may be about the same person, by their names.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::fold::fold;

/// One of somebody's names, to be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Part {
    /// Of its letters and digits, [folded](fold). 0 if there are none.
    hash: u64,
    /// Its first letter or digit.
    initial: Option<char>,
    /// It is no more than that.
    short: bool,
}

impl Part {
    fn of(name: &str) -> Self {
        let folded = fold(name);
        let mut letters = folded.chars().filter(|character| character.is_alphanumeric());
        let Some(initial) = letters.next() else { return Self::default() };
        let mut hasher = DefaultHasher::new();
        initial.hash(&mut hasher);
        let mut short = true;
        for letter in letters {
            letter.hash(&mut hasher);
            short = false;
        }
        // 0 is kept for no name.
        Self { hash: hasher.finish().max(1), initial: Some(initial), short }
    }

    /// The one that says more.
    const fn fuller(self, other: Self) -> Self {
        if self.hash == 0 || (self.short && other.hash != 0 && !other.short) { other } else { self }
    }

    fn may_be(self, other: Self) -> bool {
        let unnamed = self.hash == 0 || other.hash == 0;
        unnamed || self.hash == other.hash || ((self.short || other.short) && self.initial == other.initial)
    }
}

/// Somebody's names, to be compared with those of others. Small, however long the names are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Person {
    first: Part,
    last: Part,
}

impl Person {
    /// Whoever has these names.
    pub fn of(first: &str, last: &str) -> Self {
        Self { first: Part::of(first), last: Part::of(last) }
    }

    /// Whether both may be the same person: neither first nor last names contradict each other. A name that is
    /// missing contradicts none, and an initial none that begins with it.
    pub fn may_be(self, other: Self) -> bool {
        self.first.may_be(other.first) && self.last.may_be(other.last)
    }

    /// What is known of a person from two rows about them.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self { first: self.first.fuller(other.first), last: self.last.fuller(other.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(one: (&str, &str), other: (&str, &str)) -> bool {
        Person::of(one.0, one.1).may_be(Person::of(other.0, other.1))
    }

    #[test]
    fn names_that_contradict_each_other_are_two_people() {
        assert!(same(("Abby", ""), ("Abby", "Lee")));
        assert!(same(("ABBY", "O'Hara"), ("abby", "OHara")));
        assert!(same(("José", "NUN\u{303}EZ"), ("jose", "Nuñez")));
        assert!(same(("É.", "Lee"), ("Emile", "Lee")));
        assert!(same(("A.", "Lee"), ("Abby", "Lee")));
        assert!(same(("", ""), ("Abby", "Lee")));
        assert!(!same(("Abby", ""), ("Tom", "Lee")));
        assert!(!same(("Abby", "Lee"), ("Abby", "Park")));
        assert!(!same(("B.", "Lee"), ("Abby", "Lee")));
    }

    #[test]
    fn what_is_known_of_a_person_adds_up() {
        let abby = Person::of("A", "").with(Person::of("Abby", "")).with(Person::of("", "Lee"));
        assert_eq!(abby, Person::of("Abby", "Lee"));
        assert_eq!(abby.with(Person::of("A", "L")), abby);
    }

    proptest! {
        /// The naive model compares the letters themselves.
        #[test]
        fn likeness_agrees_with_a_naive_model(names in prop::collection::vec("[aAbB. ]{0,3}", 4)) {
            let letters = |name: &String| name.to_lowercase().replace(['.', ' '], "");
            let alike = |one: &String, other: &String| {
                let (one, other) = (letters(one), letters(other));
                let short = (one.len() == 1 || other.len() == 1) && one.chars().next() == other.chars().next();
                one.is_empty() || other.is_empty() || one == other || short
            };
            let expected = alike(&names[0], &names[2]) && alike(&names[1], &names[3]);
            prop_assert_eq!(same((&names[0], &names[1]), (&names[2], &names[3])), expected);
            prop_assert_eq!(same((&names[2], &names[3]), (&names[0], &names[1])), expected);
        }
    }
}
