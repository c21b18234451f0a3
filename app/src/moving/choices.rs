//! What is chosen in the dialog of a bulk move, and how the address bar remembers it.

use handoff_core::MemberId;
use handoff_core::plan::{Owner, plan};
use handoff_core::request::{Filter, From, HowMany, Request, RequestError, Sharing, Target};
use handoff_core::tally::{Counts, Tally};
use handoff_core::text::number;
use thiserror::Error;

/// The three ways into the dialog, from the menu at the top and from a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Everything goes to Unassigned.
    UnassignAll,
    /// So many go to somebody.
    ReassignSome,
    /// Everything goes to somebody.
    ReassignAll,
}

impl Entry {
    /// Every entry, in the order of the menus.
    pub const ALL: [Self; 3] = [Self::UnassignAll, Self::ReassignSome, Self::ReassignAll];

    /// Its words in the menu of a row; the menu at the top says "Bulk" and capitals.
    pub const fn label(self) -> &'static str {
        match self {
            Self::UnassignAll => "Unassign all",
            Self::ReassignSome => "Reassign some",
            Self::ReassignAll => "Reassign all",
        }
    }

    /// Its words in the menu at the top.
    pub const fn bulk_label(self) -> &'static str {
        match self {
            Self::UnassignAll => "Bulk Unassign All",
            Self::ReassignSome => "Bulk Reassign Some",
            Self::ReassignAll => "Bulk Reassign All",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::UnassignAll => "unassign",
            Self::ReassignSome => "some",
            Self::ReassignAll => "all",
        }
    }
}

/// Everything chosen in the dialog, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choices {
    /// Whose conversations may be taken.
    pub from: From,
    /// Which of them.
    pub status: Filter,
    /// Whether only some of them are meant.
    pub some: bool,
    /// What stands in the number box, whether it is a number or not.
    pub number: String,
    /// Who gets them. No texters: nobody is chosen yet.
    pub to: Target,
    /// How they are shared.
    pub sharing: Sharing,
}

/// Why there is no preview yet. Its `Display` is the sentence beside the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChoiceError {
    /// The number box is empty.
    #[error("Type how many to move, or choose All.")]
    NoNumber,
    /// What stands in the number box is no number.
    #[error("“{0}” is not a whole number. Type one, such as 6, or choose All.")]
    NotANumber(String),
    /// It is zero or less.
    #[error("Choose at least 1, or close this dialog to move nothing.")]
    TooSmall,
    /// It is more than can be counted.
    #[error("That is more than any campaign holds. Type a smaller number, or choose All.")]
    TooLarge,
    /// The rules refuse it.
    #[error(transparent)]
    Request(#[from] RequestError),
}

impl ChoiceError {
    /// Whether it belongs beside the number box.
    pub const fn is_number(&self) -> bool {
        !matches!(self, Self::Request(error) if !matches!(error, RequestError::Zero))
    }

    /// Whether it belongs beside the target. That nobody is chosen yet is no mistake.
    pub const fn is_target(&self) -> bool {
        matches!(self, Self::Request(RequestError::NoTexters | RequestError::NotActive(_)))
    }

    /// Whether it belongs beside the source.
    pub const fn is_source(&self) -> bool {
        matches!(self, Self::Request(RequestError::NoSource))
    }
}

impl Choices {
    /// The choices with which an entry opens the dialog; `row` is the row whose menu it was.
    pub fn opened(entry: Entry, row: Option<Owner>) -> Self {
        Self {
            from: match row {
                None => From::Everyone,
                Some(None) => From::Unassigned,
                Some(Some(member)) => From::Members(vec![member]),
            },
            status: Filter::Any,
            some: entry == Entry::ReassignSome,
            number: "1".to_owned(),
            to: if entry == Entry::UnassignAll { Target::Unassigned } else { Target::Texters(Vec::new()) },
            sharing: Sharing::Equal,
        }
    }

    /// Which entry leads to these choices.
    pub fn entry(&self) -> Entry {
        match (self.some, &self.to) {
            (true, _) => Entry::ReassignSome,
            (false, Target::Unassigned) => Entry::UnassignAll,
            (false, _) => Entry::ReassignAll,
        }
    }

    /// What they ask for.
    ///
    /// # Errors
    /// If the number box holds no usable number.
    pub fn request(&self) -> Result<Request, ChoiceError> {
        Ok(self.asking(if self.some { HowMany::Some(read_number(&self.number)?) } else { HowMany::All }))
    }

    fn asking(&self, how_many: HowMany) -> Request {
        Request { from: self.from.clone(), status: self.status, how_many, to: self.to.clone(), sharing: self.sharing }
    }

    /// How many conversations of the chosen source have this status.
    pub fn in_source(&self, tally: &Tally, status: Filter) -> u32 {
        let counts = tally.owners().filter(|(owner, _)| self.from.includes(*owner)).map(|(_, counts)| counts);
        counts
            .flat_map(Counts::iter)
            .filter(|(standing, _)| status.includes(*standing))
            .fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// How many conversations there are to choose from: the end of the slider.
    pub fn available(&self, tally: &Tally) -> u32 {
        let most = self.asking(HowMany::Some(u32::MAX));
        plan(tally, &most).map_or_else(|_| self.in_source(tally, self.status), |plan| plan.moved)
    }

    /// The choices that the address bar remembers, if a dialog is open there.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let word = get("move")?;
        let entry = Entry::ALL.into_iter().find(|entry| entry.word() == word)?;
        let opened = Self::opened(entry, None);
        Some(Self {
            from: match get("from").as_deref() {
                None | Some("") => From::Everyone,
                Some("unassigned") => From::Unassigned,
                Some("texters") => From::Members(Vec::new()),
                Some(members) => From::Members(read_members(members)),
            },
            status: get("status")
                .and_then(|word| Filter::ALL.into_iter().find(|filter| filter_word(*filter) == word))
                .unwrap_or_default(),
            number: get("n").unwrap_or(opened.number),
            to: match get("to").as_deref() {
                None => opened.to,
                Some("unassigned") => Target::Unassigned,
                Some("everyone") => Target::Everyone,
                Some(members) => Target::Texters(read_members(members)),
            },
            sharing: if get("sharing").as_deref() == Some("level") { Sharing::Level } else { Sharing::Equal },
            some: opened.some,
        })
    }

    /// The names under which the address bar remembers choices.
    pub const NAMES: [&'static str; 6] = ["move", "from", "status", "n", "to", "sharing"];

    /// What the address bar remembers: names and values, without what goes without saying.
    pub fn write(&self) -> Vec<(&'static str, String)> {
        let entry = self.entry();
        let mut all = vec![("move", entry.word().to_owned())];
        match &self.from {
            From::Everyone => {}
            From::Unassigned => all.push(("from", "unassigned".to_owned())),
            From::Members(members) if members.is_empty() => all.push(("from", "texters".to_owned())),
            From::Members(members) => all.push(("from", write_members(members))),
        }
        if self.status != Filter::Any {
            all.push(("status", filter_word(self.status)));
        }
        if self.some {
            all.push(("n", self.number.clone()));
        }
        match &self.to {
            Target::Unassigned if entry == Entry::UnassignAll => {}
            Target::Unassigned => all.push(("to", "unassigned".to_owned())),
            Target::Everyone => all.push(("to", "everyone".to_owned())),
            Target::Texters(members) if members.is_empty() => {}
            Target::Texters(members) => all.push(("to", write_members(members))),
        }
        if self.sharing == Sharing::Level {
            all.push(("sharing", "level".to_owned()));
        }
        all
    }
}

/// The number in the box. Thousands may be separated.
///
/// # Errors
/// If it is none, or not at least 1.
pub fn read_number(typed: &str) -> Result<u32, ChoiceError> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return Err(ChoiceError::NoNumber);
    }
    let separator = |sign: &char| matches!(sign, ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '_');
    let digits: String = trimmed.chars().filter(|sign| !separator(sign)).collect();
    let plain = digits.strip_prefix('+').unwrap_or(&digits);
    let (negative, plain) = match plain.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    if plain.is_empty() || !plain.bytes().all(|digit| digit.is_ascii_digit()) {
        let shown: String = trimmed.chars().take(20).collect();
        return Err(ChoiceError::NotANumber(shown));
    }
    if negative || plain.bytes().all(|digit| digit == b'0') {
        return Err(ChoiceError::TooSmall);
    }
    plain.parse().map_err(|_| ChoiceError::TooLarge)
}

/// "Move 6 conversations".
pub fn confirm_label(verb: &str, moved: u32) -> String {
    format!("{verb} {}", conversations(moved))
}

/// "1 conversation", "3,000 conversations".
pub fn conversations(count: u32) -> String {
    format!("{} conversation{}", number(count), if count == 1 { "" } else { "s" })
}

/// A filter in the address bar, as on screen: `needs-reply`.
fn filter_word(filter: Filter) -> String {
    filter.label().to_ascii_lowercase().replace(' ', "-")
}

/// Members in the address bar, in the order chosen. A dot needs no escaping there.
fn write_members(members: &[MemberId]) -> String {
    members.iter().map(MemberId::to_string).collect::<Vec<_>>().join(".")
}

fn read_members(text: &str) -> Vec<MemberId> {
    let mut members: Vec<MemberId> = Vec::new();
    for member in text.split(['.', ',']).filter_map(|id| id.parse().ok()) {
        if !members.contains(&member) {
            members.push(member);
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::status::Standing;
    use handoff_core::tally::Holder;

    fn through_the_address_bar(choices: &Choices) -> Option<Choices> {
        let written = choices.write();
        assert!(written.iter().all(|(name, _)| Choices::NAMES.contains(name)));
        Choices::read(|name| written.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn a_reload_brings_every_choice_back() {
        let sources =
            [From::Everyone, From::Unassigned, From::Members(vec![]), From::Members(vec![MemberId(7), MemberId(3)])];
        let targets = [
            Target::Unassigned,
            Target::Everyone,
            Target::Texters(vec![]),
            Target::Texters(vec![MemberId(9), MemberId(2)]),
        ];
        for from in sources {
            for status in Filter::ALL {
                for some in [false, true] {
                    for to in &targets {
                        for sharing in [Sharing::Equal, Sharing::Level] {
                            let number = if some { "12 a" } else { "1" }.to_owned();
                            let choices = Choices { from: from.clone(), status, some, number, to: to.clone(), sharing };
                            assert_eq!(through_the_address_bar(&choices), Some(choices));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_address_that_nobody_wrote_opens_what_can_be_understood() {
        let read = |pairs: &[(&str, &str)]| {
            Choices::read(|name| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("move", "everything")]), None);
        let odd = read(&[("move", "all"), ("status", "sleepy"), ("to", "5,x,5"), ("from", ""), ("sharing", "?")]);
        let expected = Choices { to: Target::Texters(vec![MemberId(5)]), ..Choices::opened(Entry::ReassignAll, None) };
        assert_eq!(odd, Some(expected));
    }

    #[test]
    fn every_entry_opens_itself() {
        for entry in Entry::ALL {
            for row in [None, Some(None), Some(Some(MemberId(4)))] {
                assert_eq!(Choices::opened(entry, row).entry(), entry);
            }
        }
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        assert_eq!(read_number(" 6 "), Ok(6));
        assert_eq!(read_number("3,000"), Ok(3000));
        assert_eq!(read_number("3 000"), Ok(3000));
        assert_eq!(read_number("+4"), Ok(4));
        assert_eq!(read_number(""), Err(ChoiceError::NoNumber));
        assert_eq!(read_number("  "), Err(ChoiceError::NoNumber));
        assert_eq!(read_number("six"), Err(ChoiceError::NotANumber("six".to_owned())));
        assert_eq!(read_number("-"), Err(ChoiceError::NotANumber("-".to_owned())));
        assert_eq!(read_number("1.5"), Err(ChoiceError::NotANumber("1.5".to_owned())));
        assert_eq!(read_number("-3"), Err(ChoiceError::TooSmall));
        assert_eq!(read_number("000"), Err(ChoiceError::TooSmall));
        assert_eq!(read_number("4294967295"), Ok(u32::MAX));
        assert_eq!(read_number("4294967296"), Err(ChoiceError::TooLarge));
        assert_eq!(read_number(&"9".repeat(400)), Err(ChoiceError::TooLarge));
    }

    #[test]
    fn the_slider_ends_where_the_conversations_do() {
        let counts = |not_started, waiting| -> Counts {
            [(Standing::NotStarted, not_started), (Standing::Waiting, waiting)].into_iter().collect()
        };
        let holder = |id, counts| Holder { member: MemberId(id), active: true, counts };
        let tally = Tally::new(counts(5, 0), vec![holder(1, counts(2, 4)), holder(2, counts(1, 0))]);
        let mut choices = Choices::opened(Entry::ReassignSome, None);
        assert_eq!(choices.available(&tally), 12, "nobody is chosen yet: all that matches");
        choices.to = Target::Texters(vec![MemberId(1)]);
        assert_eq!(choices.available(&tally), 6, "what the target has already is not there to be chosen");
        choices.status = Filter::NotStarted;
        choices.from = From::Members(vec![MemberId(2)]);
        assert_eq!(choices.available(&tally), 1);
        assert_eq!(choices.in_source(&tally, Filter::Any), 1);
        assert_eq!(choices.in_source(&tally, Filter::Waiting), 0);
        choices = Choices {
            to: Target::Texters(vec![MemberId(1), MemberId(2)]),
            ..Choices::opened(Entry::ReassignSome, None)
        };
        let held = Tally::new(Counts::default(), tally.holders.clone());
        assert_eq!(choices.available(&held), 0, "what one target could give another is not there to be chosen");
        choices = Choices { status: Filter::NotStarted, from: From::Members(vec![MemberId(2)]), ..choices };
        choices.to = Target::Texters(vec![MemberId(1)]);
        choices.number = "x".to_owned();
        assert_eq!(choices.available(&tally), 1, "the slider does not mind what is typed");
    }

    #[test]
    fn the_button_says_what_it_does() {
        assert_eq!(confirm_label("Move", 6), "Move 6 conversations");
        assert_eq!(confirm_label("Move", 1), "Move 1 conversation");
        assert_eq!(confirm_label("Restore", 3000), "Restore 3,000 conversations");
    }
}
