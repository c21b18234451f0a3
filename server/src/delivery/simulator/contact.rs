//! A made-up contact: a name, a temper, and what they make of a message.

use handoff_core::contact::Phone;
use handoff_core::message::Kind;
use handoff_core::message::delivery::Failure;
use rand::RngExt;
use rand::rngs::StdRng;

use super::randomness::randomness;
use super::repertoire;
use crate::delivery::report::Arrival;

/// How somebody takes being written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    /// Is in at once.
    Eager,
    /// Is in, after a while, and says thank you.
    Friendly,
    /// Asks before they say anything else.
    Curious,
    /// Has no time now.
    Busy,
    /// Says no.
    Grumpy,
    /// Wants no messages.
    Weary,
    /// Is not who we think.
    Mistaken,
    /// Never answers.
    Silent,
    /// Has a number that takes no messages.
    Gone,
    /// Has told the carrier long ago that they want none.
    Barred,
}

/// How common each is, of two hundred.
const TEMPERS: [(Temper, u32); 10] = [
    (Temper::Eager, 26),
    (Temper::Friendly, 36),
    (Temper::Curious, 24),
    (Temper::Busy, 14),
    (Temper::Grumpy, 14),
    (Temper::Weary, 7),
    (Temper::Mistaken, 4),
    (Temper::Silent, 71),
    (Temper::Gone, 3),
    (Temper::Barred, 1),
];

/// Somebody with a phone.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    seed: u64,
    phone: Phone,
    /// What they call themselves.
    pub name: &'static str,
    /// How they take it.
    pub temper: Temper,
}

/// Whether the carrier takes a message to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reception {
    Taken,
    Later,
    Refused(Failure),
}

/// What comes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Happening {
    Report(Arrival),
    Writes(String),
}

/// Something that happens after so many microseconds.
pub(super) type Soon = (i64, Happening);

const SECOND: i64 = 1_000_000;

/// What comes of a message where everybody keeps still.
pub(super) fn delivered() -> Vec<Soon> {
    vec![(0, Happening::Report(Arrival::Delivered))]
}

fn pick(random: &mut StdRng, texts: &[&'static str]) -> &'static str {
    texts.get(random.random_range(0..texts.len())).copied().unwrap_or_default()
}

fn chance(random: &mut StdRng, percent: u32) -> bool {
    random.random_range(0..100) < percent
}

impl Contact {
    /// Whose number this is.
    pub fn of(seed: u64, phone: Phone) -> Self {
        let mut random = randomness(seed, phone, "contact");
        let name = pick(&mut random, &repertoire::NAMES);
        let mut lot = random.random_range(0..TEMPERS.iter().map(|(_, share)| share).sum());
        let mut temper = Temper::Silent;
        for (candidate, share) in TEMPERS {
            if lot < share {
                temper = candidate;
                break;
            }
            lot -= share;
        }
        Self { seed, phone, name, temper }
    }

    /// Whether the carrier takes the next message to them, after so many.
    pub(super) fn reception(&self, heard: u32) -> Reception {
        if self.temper == Temper::Barred {
            return Reception::Refused(Failure::OptedOut);
        }
        let mut random = randomness(self.seed, self.phone, &format!("reception {heard}"));
        if chance(&mut random, 2) { Reception::Later } else { Reception::Taken }
    }

    /// What comes of a message that the carrier has taken, after so many before it.
    pub(super) fn react(&self, kind: Kind, heard: u32) -> Vec<Soon> {
        let random = &mut randomness(self.seed, self.phone, &format!("message {heard}"));
        if let Some(failure) = self.failure(random) {
            let after = random.random_range(2 * SECOND..20 * SECOND);
            return vec![(after, Happening::Report(Arrival::Failed(failure)))];
        }
        let arrives = random.random_range(SECOND / 2..4 * SECOND);
        let mut soon = vec![(arrives, Happening::Report(Arrival::Delivered))];
        // Carriers say late what is long known.
        if chance(random, 10) {
            soon.push((arrives + random.random_range(0..5 * SECOND), Happening::Report(Arrival::Sent)));
        }
        if kind.confirms() {
            return soon;
        }
        if let Some(answer) = self.answer(random, heard) {
            let after = arrives + self.thinks(random);
            soon.push((after, Happening::Writes(answer)));
            if self.temper == Temper::Eager && chance(random, 15) {
                let more = pick(random, &repertoire::MORE);
                soon.push((after + random.random_range(3 * SECOND..12 * SECOND), Happening::Writes(more.to_owned())));
            }
        }
        soon
    }

    fn failure(&self, random: &mut StdRng) -> Option<Failure> {
        match (self.temper, random.random_range(0..100)) {
            (Temper::Gone, _) => Some(Failure::NoSuchNumber),
            (_, 0..=1) => Some(Failure::Unreachable),
            (_, 2) => Some(Failure::Blocked),
            _ => None,
        }
    }

    /// What they write, if they do.
    fn answer(&self, random: &mut StdRng, heard: u32) -> Option<String> {
        let (likely, texts): (u32, &[&'static str]) = match (self.temper, heard) {
            (Temper::Eager, 0) => (95, &repertoire::AGREES),
            (Temper::Friendly, 0) => (80, &repertoire::AGREES),
            (Temper::Curious, 0) => (85, &repertoire::ASKS),
            (Temper::Busy, 0) => (60, &repertoire::LATER),
            (Temper::Grumpy, 0) => (70, &repertoire::REFUSES),
            (Temper::Weary, _) => (80, &repertoire::STOPS),
            (Temper::Mistaken, 0) => (70, &repertoire::MISTAKEN),
            (Temper::Curious, 1) => (70, &repertoire::AGREES),
            (Temper::Eager | Temper::Friendly, 1) | (Temper::Curious, 2) => (45, &repertoire::THANKS),
            (Temper::Busy, 1) => (30, &repertoire::REFUSES),
            _ => return None,
        };
        chance(random, likely).then(|| pick(random, texts).replace("{name}", self.name))
    }

    /// How long they take to read and to write, in microseconds.
    fn thinks(&self, random: &mut StdRng) -> i64 {
        let (least, most) = match self.temper {
            Temper::Eager => (6, 40),
            Temper::Weary | Temper::Grumpy => (5, 60),
            Temper::Friendly | Temper::Mistaken => (12, 120),
            Temper::Curious => (15, 150),
            _ => (60, 600),
        };
        // The shorter of two: most are quick, a few take their time.
        let (one, other) = (random.random_range(least..=most), random.random_range(least..=most));
        i64::min(one, other) * SECOND + random.random_range(0..SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::opt_out::Asks;

    fn phone(number: u64) -> Phone {
        format!("+1202{number:07}").parse().unwrap()
    }

    fn written(soon: &[Soon]) -> Vec<(i64, &str)> {
        let mut all = Vec::new();
        for (after, happening) in soon {
            if let Happening::Writes(text) = happening {
                all.push((*after, text.as_str()));
            }
        }
        all
    }

    #[test]
    fn the_same_seed_and_number_is_the_same_person_who_does_the_same() {
        let all = |seed| {
            let contact = |number| Contact::of(seed, phone(number));
            (0..300).map(|number| contact(number).react(Kind::Initial, 0)).collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    #[test]
    fn everybody_is_there_and_most_are_not_against_it() {
        let contacts: Vec<Contact> = (0..2_000).map(|number| Contact::of(1, phone(number))).collect();
        for (temper, share) in TEMPERS {
            let found = contacts.iter().filter(|contact| contact.temper == temper).count();
            let expected = share as usize * 10;
            assert!(found > expected / 3 && found < expected * 3, "{temper:?}: {found} of {expected}");
        }
        let reactions: Vec<Vec<Soon>> = contacts.iter().map(|contact| contact.react(Kind::Initial, 0)).collect();
        let answers: Vec<&str> = reactions.iter().flat_map(|soon| written(soon)).map(|(_, text)| text).collect();
        assert!((800..1_400).contains(&answers.len()), "{}", answers.len());
        let stops = answers.iter().filter(|text| Asks::of(text) == Asks::OptOut).count();
        assert!((10..100).contains(&stops), "{stops}");
        assert!(answers.iter().all(|text| !text.contains('{')));
    }

    #[test]
    fn answers_come_after_the_message_has_arrived_and_not_to_confirmations() {
        for number in 0..500 {
            let contact = Contact::of(1, phone(number));
            for heard in 0..4 {
                let soon = contact.react(Kind::Reply, heard);
                let (arrived, _) = soon[0];
                assert!(written(&soon).iter().all(|(after, _)| *after >= arrived + 5 * SECOND));
            }
            assert_eq!(written(&contact.react(Kind::OptOutConfirmation, 0)), []);
        }
    }
}
