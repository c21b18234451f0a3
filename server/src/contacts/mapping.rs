//! What each column of a file is read as: guessed from its name, and checked when somebody has chosen.

use handoff_core::contact::consent::Wording;
use handoff_core::contact::field::{FIRST_NAME, LAST_NAME, field_name, is_custom_field_name};

use super::phone::{Country, normalise};
use crate::api::imports::{Column, ImportError};

/// The columns to read, by their place in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The phone numbers, the preferred one first.
    pub phones: Vec<usize>,
    /// The first name. Several are joined.
    pub first_names: Vec<usize>,
    /// The last name. Several are joined.
    pub last_names: Vec<usize>,
    /// The custom fields, with their names.
    pub custom: Vec<(usize, String)>,
    /// Whether people agreed to be texted.
    pub consent: Vec<(usize, Wording)>,
}

impl Mapping {
    /// Whether anything is read from the column at this place.
    pub fn reads(&self, place: usize) -> bool {
        let names = [&self.phones, &self.first_names, &self.last_names];
        names.into_iter().any(|places| places.contains(&place))
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
                Column::Phone => mapping.phones.push(place),
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
        mapping.phones.sort_by_key(|place| phone_rank(&words(&headers[*place])).unwrap_or(UNRANKED));
        Ok(mapping)
    }
}

const MOBILE: [&str; 10] =
    ["cell", "cellphone", "mobile", "mobilephone", "portable", "mobil", "handy", "movil", "celular", "cellulare"];
const PHONE: [&str; 13] = [
    "phone",
    "phones",
    "telephone",
    "tel",
    "telefon",
    "telefonnummer",
    "rufnummer",
    "handynummer",
    "mobilnummer",
    "telefono",
    "telefone",
    "phonenumber",
    "telefoonnummer",
];
/// Numbers that are seldom the contact's own mobile phone.
const LATER: [&str; 13] = [
    "home",
    "work",
    "landline",
    "office",
    "other",
    "alternate",
    "fixe",
    "domicile",
    "festnetz",
    "privat",
    "casa",
    "trabajo",
    "business",
];
/// Words of columns that say something about a number but hold none.
const ABOUT: [&str; 15] = [
    "label",
    "type",
    "opt",
    "optin",
    "optout",
    "status",
    "ext",
    "extension",
    "country",
    "carrier",
    "valid",
    "consent",
    "fax",
    "date",
    "id",
];
const FIRST: [&str; 12] = [
    "firstname",
    "first",
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
const LAST: [&str; 14] = [
    "lastname",
    "last",
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
const WHOLE: [&str; 4] = ["name", "fullname", "contactname", "nomcomplet"];
/// What this program itself adds to the bad rows that it gives back.
const OURS: [&str; 2] = ["line", "reason"];

const UNRANKED: u8 = 3;

/// The words of a column's name, in small letters without accents.
fn words(header: &str) -> Vec<String> {
    let plain: String = header.chars().flat_map(char::to_lowercase).map(without_accent).collect();
    plain
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

const fn without_accent(character: char) -> char {
    match character {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// How likely a column of this name has the number to text: 0 first. `None` if it has none.
fn phone_rank(words: &[String]) -> Option<u8> {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&ABOUT) {
        None
    } else if has(&MOBILE) {
        Some(0)
    } else if has(&PHONE) {
        Some(if has(&LATER) { 2 } else { 1 })
    } else {
        None
    }
}

/// What each column is, from its name and the first rows.
pub fn guess(headers: &[String], sample: &[Vec<String>], filled: &[bool], country: Country) -> Vec<Column> {
    let all: Vec<Vec<String>> = headers.iter().map(|header| words(header)).collect();
    let named = |names: &[&str]| all.iter().position(|words| names.contains(&words.concat().as_str()));
    let first = named(&FIRST).or_else(|| named(&WHOLE));
    let last = named(&LAST);
    let mut phones: Vec<usize> =
        (0..headers.len()).filter(|place| phone_rank(&all[*place]).is_some() && filled[*place]).collect();
    if phones.is_empty() {
        phones = (0..headers.len()).filter(|place| holds_phones(*place, sample, country)).take(1).collect();
    }
    let mut taken: Vec<String> = vec![FIRST_NAME.to_owned(), LAST_NAME.to_owned()];
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
            match field_name(header).filter(|name| !taken.contains(name)) {
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
        .filter(|cells| cells.get(place).is_some_and(|cell| cell.len() >= 8 && normalise(cell, country).is_ok()))
        .count();
    good * 2 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(headers: &[&str]) -> Vec<Column> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        guess(&headers, &[], &vec![true; headers.len()], Country::of_organization("US"))
    }

    fn custom(name: &str) -> Column {
        Column::Custom(name.to_owned())
    }

    #[test]
    fn names_of_columns_are_understood_in_several_languages() {
        use Column::{FirstName, Ignored, LastName, Phone};
        assert_eq!(guessed(&["Prénom", "Nom", "Téléphone", "Ville"]), [FirstName, LastName, Phone, custom("ville")]);
        assert_eq!(guessed(&["Vorname", "Nachname", "Handynummer"]), [FirstName, LastName, Phone]);
        assert_eq!(guessed(&["Nombre", "Apellidos", "Teléfono móvil"]), [FirstName, LastName, Phone]);
        assert_eq!(guessed(&["Name", "Tel."]), [FirstName, Phone]);
        assert_eq!(
            guessed(&["mobile_number", "mobile_opt_in", "Phone 1 - Label", "line", "reason", "First-Name"]),
            [Phone, custom("mobile_opt_in"), custom("phone_1_label"), Ignored, Ignored, FirstName]
        );
        assert_eq!(guessed(&["Ward", "ward", "--"]), [custom("ward"), Ignored, Ignored]);
    }

    #[test]
    fn phones_are_found_by_what_they_are() {
        let headers = ["A".to_owned(), "B".to_owned()];
        let sample = vec![vec!["Abby".to_owned(), "212-555-0100".to_owned()]];
        let columns = guess(&headers, &sample, &[true, true], Country::of_organization("US"));
        assert_eq!(columns, [custom("a"), Column::Phone]);
    }

    #[test]
    fn mobile_phones_are_preferred_wherever_they_stand() {
        let headers = ["Home Phone", "Phone", "Number", "Cell Phone"].map(str::to_owned);
        let mapping = Mapping::of(&[const { Column::Phone }; 4], &headers);
        assert_eq!(mapping.map(|mapping| mapping.phones), Ok(vec![3, 1, 0, 2]));
    }

    #[test]
    fn a_mapping_that_will_not_do_is_refused() {
        let headers = ["A", "B", "C"].map(str::to_owned);
        let check = |columns: &[Column]| Mapping::of(columns, &headers).map(|_| ());
        assert_eq!(check(&[Column::Phone]), Err(ImportError::Mapping { columns: 3, mapped: 1 }));
        assert_eq!(check(&[Column::Ignored, Column::FirstName, Column::LastName]), Err(ImportError::NoPhone));
        assert_eq!(
            check(&[Column::Phone, custom("ward"), custom("ward")]),
            Err(ImportError::DuplicateField("ward".to_owned()))
        );
        for name in ["", "first_name", "Ward", "a b", "x}"] {
            let refused = Err(ImportError::FieldName(name.to_owned()));
            assert_eq!(check(&[Column::Phone, custom(name), Column::Ignored]), refused);
        }
    }
}
