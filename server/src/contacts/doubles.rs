//! Who has which number: a file is gone through once, before anything of it is imported.
//!
//! What is kept of a row is where it begins, so that a file of millions of rows takes some dozens of megabytes.

use std::collections::HashMap;

use handoff_core::contact::Phone;
use handoff_core::contact::consent::agreed;
use handoff_core::contact::person::Person;

use super::cells::{Fault, first_name, last_name, numbers};
use super::mapping::Mapping;
use super::phone::Country;
use super::rows::Row;
use super::sheet::{Sheet, start};

/// Where a row begins in the text, in bytes. No text is longer.
type Place = u32;

/// Marks the place of a row that has the number for somebody else.
const FOR_SOMEBODY_ELSE: u32 = 1 << 31;

/// People whose names are at hand, so that those of long rows are not read over and over.
const AT_HAND: usize = 65_536;

/// Bytes after which the number of a line is noted.
const NOTED_EVERY: usize = 4_096;

/// What becomes of a row that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a contact with this number.
    Contact(Phone),
    /// It belongs to an earlier row.
    Merged,
    /// All its numbers are those of other people, the first of them on this line.
    Shared(u32),
}

/// Who has which number in a file.
#[derive(Debug, Default)]
pub struct Doubles {
    /// The row that has a number.
    owners: HashMap<Phone, Place>,
    /// Rows without a number of their own, in their order, each with the row that has it.
    settled: Vec<(Place, Place)>,
    /// Rows that have a number, with later ones that are merged into them, in their order.
    merged: Vec<(Place, Place)>,
    /// Rows that have a number, and have not agreed; in their order.
    not_agreed: Vec<Place>,
    people: HashMap<Place, Person>,
    lines: Vec<(Place, u32)>,
}

fn place(row: &Row<'_>) -> Place {
    Place::try_from(row.at).unwrap_or(Place::MAX) & !FOR_SOMEBODY_ELSE
}

impl Doubles {
    /// For a file of at most so many rows.
    pub fn of(rows: u32) -> Self {
        Self { owners: HashMap::with_capacity(rows as usize), ..Self::default() }
    }

    /// Takes in the next row.
    ///
    /// Its first number that nobody has is its own. If one before that belongs to somebody who may be the same person,
    /// the row is merged into theirs.
    ///
    /// # Errors
    /// If it has no good number.
    pub fn take(
        &mut self,
        sheet: &Sheet<'_>,
        row: &Row<'_>,
        mapping: &Mapping,
        country: Country,
    ) -> Result<Fate, Fault> {
        let numbers = numbers(row, sheet.headers.len(), mapping, country)?;
        let at = place(row);
        self.note_line(row);
        let cells = mapping.consent.iter().map(|(place, wording)| (*wording, start(row.cell(*place))));
        let agreed = agreed(cells);
        let mut somebody_else = None;
        for number in numbers {
            let Some(owner) = self.owners.get(&number).copied() else {
                self.owners.insert(number, at);
                if !agreed {
                    self.not_agreed.push(at);
                }
                return Ok(Fate::Contact(number));
            };
            if self.may_be_one(sheet, owner, row, mapping) {
                self.settled.push((at, owner));
                self.merged.push((owner, at));
                if !agreed {
                    self.not_agreed.push(owner);
                }
                return Ok(Fate::Merged);
            }
            somebody_else = somebody_else.or(Some(owner));
        }
        let owner = somebody_else.unwrap_or(at);
        self.settled.push((at, owner | FOR_SOMEBODY_ELSE));
        Ok(Fate::Shared(self.line_of(sheet, owner)))
    }

    /// Says that every row was taken in.
    pub fn end(&mut self) {
        self.merged.sort_unstable();
        self.not_agreed.sort_unstable();
        self.not_agreed.dedup();
        self.people = HashMap::new();
    }

    /// How many contacts there are.
    pub fn contacts(&self) -> usize {
        self.owners.len()
    }

    /// How many of them have not agreed.
    pub const fn not_agreed(&self) -> usize {
        self.not_agreed.len()
    }

    /// The numbers of all contacts in their order, without those who have not agreed if these are left out.
    pub fn into_phones(self, leave_out: bool) -> Vec<Phone> {
        let Self { owners, not_agreed, .. } = self;
        let kept =
            |(phone, owner): (Phone, Place)| (!leave_out || not_agreed.binary_search(&owner).is_err()).then_some(phone);
        let mut phones: Vec<Phone> = owners.into_iter().filter_map(kept).collect();
        // Numbers beside each other are found beside each other.
        phones.sort_unstable();
        phones
    }

    /// Whether the contact of a row has not agreed.
    pub fn has_not_agreed(&self, row: &Row<'_>) -> bool {
        self.not_agreed.binary_search(&place(row)).is_ok()
    }

    /// What became of a row that was taken in, once all were.
    ///
    /// # Errors
    /// If it has no good number.
    pub fn fate(&self, sheet: &Sheet<'_>, row: &Row<'_>, mapping: &Mapping, country: Country) -> Result<Fate, Fault> {
        let at = place(row);
        if let Ok(found) = self.settled.binary_search_by_key(&at, |(later, _)| *later) {
            let owner = self.settled[found].1;
            let shared = owner & FOR_SOMEBODY_ELSE != 0;
            let line = |owner| self.line_of(sheet, owner);
            return Ok(if shared { Fate::Shared(line(owner & !FOR_SOMEBODY_ELSE)) } else { Fate::Merged });
        }
        let numbers = numbers(row, sheet.headers.len(), mapping, country)?;
        let own = numbers.into_iter().find(|number| self.owners.get(number) == Some(&at));
        Ok(own.map_or(Fate::Merged, Fate::Contact))
    }

    /// Where the rows begin that are merged into this one, in their order.
    pub fn merged_into(&self, row: &Row<'_>) -> impl Iterator<Item = usize> {
        let at = place(row);
        let first = self.merged.partition_point(|(owner, _)| *owner < at);
        self.merged[first..].iter().take_while(move |(owner, _)| *owner == at).map(|(_, later)| *later as usize)
    }

    /// Whether a row may be about the person who has a number, of whom more is known then.
    fn may_be_one(&mut self, sheet: &Sheet<'_>, owner: Place, row: &Row<'_>, mapping: &Mapping) -> bool {
        let person = |row: &Row<'_>| Person::of(&first_name(row, mapping), &last_name(row, mapping));
        if self.people.len() >= AT_HAND {
            self.people.clear();
        }
        let of_owner = self.people.entry(owner).or_insert_with(|| {
            let mut owning = Row::default();
            sheet.row_at(owner as usize, &mut owning);
            person(&owning)
        });
        let person = person(row);
        let may_be = person.may_be(*of_owner);
        if may_be {
            *of_owner = of_owner.with(person);
        }
        may_be
    }

    fn note_line(&mut self, row: &Row<'_>) {
        let last = self.lines.last().map(|(at, _)| *at as usize);
        if last.is_none_or(|last| row.at >= last + NOTED_EVERY) {
            self.lines.push((place(row), row.line));
        }
    }

    fn line_of(&self, sheet: &Sheet<'_>, at: Place) -> u32 {
        let noted = self.lines.partition_point(|(noted, _)| *noted <= at);
        let (from, line) = noted.checked_sub(1).and_then(|noted| self.lines.get(noted)).copied().unwrap_or((0, 1));
        line + sheet.lines_between(from as usize, at as usize)
    }
}
