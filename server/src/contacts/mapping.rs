//! What each column of a file is read as: guessed from its name, and checked when somebody has chosen.

use std::borrow::Cow;

use handoff_core::contact::consent::Wording;
use handoff_core::contact::field::{field_name, is_custom_field_name};
use handoff_core::contact::phone::{
    Country, Kind, PhoneFault, Source, choose, column_words, is_no_phone_column, is_number_column, kind_of_column,
    kind_of_label, read,
};
use handoff_core::contact::{Column, Phone};

use crate::model::import::ImportError;

/// The columns to read, by their place in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The phone numbers, the preferred ones first.
    pub phones: Vec<PhoneColumn>,
    /// The first name. Several are joined.
    pub first_names: Vec<usize>,
    /// The last name. Several are joined.
    pub last_names: Vec<usize>,
    /// The custom fields, with their names.
    pub custom: Vec<(usize, String)>,
    /// Whether people agreed to be texted.
    pub consent: Vec<(usize, Wording)>,
}

/// A column of phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneColumn {
    /// Its place in the file.
    pub place: usize,
    /// What its name says of the numbers.
    pub kind: Kind,
    /// The column that says it row by row, as address books write it: "Phone 1 - Label" beside "Phone 1 - Value".
    pub label: Option<usize>,
}

impl Mapping {
    /// Whether anything is read from the column at this place.
    pub fn reads(&self, place: usize) -> bool {
        self.phones.iter().any(|phone| phone.place == place || phone.label == Some(place))
            || self.first_names.contains(&place)
            || self.last_names.contains(&place)
            || self.custom.iter().any(|(custom, _)| *custom == place)
            || self.consent.iter().any(|(consent, _)| *consent == place)
    }

    /// Checks what was chosen for a file with these columns.
    ///
    /// Of several phone columns those for mobile phones are preferred, then the one further left.
    ///
    /// # Errors
    /// If the number of columns differs, none has phone numbers, or a custom field's name will not do.
    pub fn of(columns: &[Column], headers: &[String]) -> Result<Self, ImportError> {
        if columns.len() != headers.len() {
            let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            return Err(ImportError::Mapping { columns: count(headers.len()), mapped: count(columns.len()) });
        }
        let mut mapping = Self::default();
        for (place, column) in columns.iter().enumerate() {
            match column {
                Column::Ignored => {}
                Column::Phone => mapping.phones.push(PhoneColumn::of(place, headers)),
                Column::FirstName => mapping.first_names.push(place),
                Column::LastName => mapping.last_names.push(place),
                Column::OptIn => mapping.consent.push((place, Wording::OptIn)),
                Column::OptOut => mapping.consent.push((place, Wording::OptOut)),
                Column::Custom(name) if !is_custom_field_name(name) => {
                    return Err(ImportError::FieldName(name.chars().take(100).collect()));
                }
                Column::Custom(name) if mapping.custom.iter().any(|(_, other)| other == name) => {
                    return Err(ImportError::DuplicateField(name.clone()));
                }
                Column::Custom(name) => mapping.custom.push((place, name.clone())),
            }
        }
        if mapping.phones.is_empty() {
            return Err(ImportError::NoPhone);
        }
        mapping.phones.sort_by_key(|phone| phone.kind);
        Ok(mapping)
    }

    /// The good numbers of a row, the one to text first. `cell` gives the text at a place of the row.
    ///
    /// # Errors
    /// What is wrong with the first number in it.
    pub fn numbers<'c>(
        &self,
        cell: impl Fn(usize) -> Cow<'c, str>,
        country: Country,
    ) -> Result<Vec<Phone>, PhoneFault> {
        let sources = self.phones.iter().map(|phone| {
            let label = phone.label.and_then(|label| kind_of_label(&cell(label)));
            Source { kind: phone.kind, label, cell: cell(phone.place) }
        });
        choose(sources, country)
    }
}

impl PhoneColumn {
    fn of(place: usize, headers: &[String]) -> Self {
        let own = column_words(&headers[place]);
        // A column that was chosen in spite of its name comes last.
        let kind = kind_of_column(&own).unwrap_or(Kind::Later);
        let about: Vec<&String> = own.iter().filter(|word| *word != "value").collect();
        let label = headers.iter().position(|header| {
            let words = column_words(header);
            let rest: Vec<&String> = words.iter().filter(|word| !matches!(word.as_str(), "label" | "type")).collect();
            rest.len() < words.len() && rest == about
        });
        Self { place, kind, label: label.filter(|label| *label != place) }
    }
}

const FIRST: [&str; 15] = [
    "firstname",
    "first",
    "namefirst",
    "firstnames",
    "contactfirstname",
    "givenname",
    "given",
    "forename",
    "fname",
    "prenom",
    "vorname",
    "nombre",
    "primernombre",
    "nome",
    "voornaam",
];
const LAST: [&str; 17] = [
    "lastname",
    "last",
    "namelast",
    "lastnames",
    "contactlastname",
    "surname",
    "familyname",
    "family",
    "lname",
    "nom",
    "nomdefamille",
    "nachname",
    "familienname",
    "apellido",
    "apellidos",
    "cognome",
    "achternaam",
];
/// Names in one cell: `Name`, `Last name, first name`.
const WHOLE: [&str; 12] = [
    "name",
    "fullname",
    "contactname",
    "nomcomplet",
    "displayname",
    "lastnamefirstname",
    "firstnamelastname",
    "firstandlastname",
    "namelastfirst",
    "namefirstlast",
    "lastfirst",
    "firstlast",
];
/// What this program itself adds to the bad rows that it gives back.
const OURS: [&str; 2] = ["line", "reason"];

/// What each column is, from its name and the first rows.
pub fn guess(headers: &[String], sample: &[Vec<String>], filled: &[bool], country: Country) -> Vec<Column> {
    let all: Vec<Vec<String>> = headers.iter().map(|header| column_words(header)).collect();
    let named = |names: &[&str]| all.iter().position(|words| names.contains(&words.concat().as_str()));
    let first = named(&FIRST).or_else(|| named(&WHOLE));
    let last = named(&LAST);
    let mut phones: Vec<usize> =
        (0..headers.len()).filter(|place| kind_of_column(&all[*place]).is_some() && filled[*place]).collect();
    if phones.is_empty() {
        // Keys and dates can look like numbers, and other people's numbers are numbers: their names tell.
        let likely = (0..headers.len())
            .filter(|place| !is_no_phone_column(&all[*place]) && holds_phones(*place, sample, country))
            .max_by_key(|place| (is_number_column(&all[*place]), std::cmp::Reverse(*place)));
        phones.extend(likely);
    }
    let mut taken: Vec<String> = Vec::new();
    let mut columns = Vec::with_capacity(headers.len());
    for (place, header) in headers.iter().enumerate() {
        columns.push(if Some(place) == first {
            Column::FirstName
        } else if Some(place) == last {
            Column::LastName
        } else if phones.contains(&place) {
            Column::Phone
        } else if !filled[place] || OURS.contains(&all[place].concat().as_str()) {
            Column::Ignored
        } else {
            match field_name(header).filter(|name| is_custom_field_name(name) && !taken.contains(name)) {
                Some(name) => {
                    taken.push(name.clone());
                    Column::Custom(name)
                }
                None => Column::Ignored,
            }
        });
    }
    columns
}

/// Whether more than half of the cells in this column are phone numbers.
fn holds_phones(place: usize, sample: &[Vec<String>], country: Country) -> bool {
    let good = sample
        .iter()
        .filter(|cells| cells.get(place).is_some_and(|cell| cell.len() >= 8 && read(cell, country).is_ok()))
        .count();
    good * 2 > sample.len()
}

#[cfg(test)]
mod tests;
