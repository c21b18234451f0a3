//! The words that people write beside phone numbers, in cells and in the names of columns.

/// Whose phone it is, or of which kind. The order is the one in which numbers are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A mobile phone.
    Mobile,
    /// Nothing is said about it.
    Plain,
    /// At home, at work, or another one: seldom the contact's own mobile phone.
    Later,
    /// A fax or a pager.
    NoPhone,
    /// Of somebody else: an assistant, a parent, who referred the contact.
    Others,
}

/// Words for mobile phones.
pub(super) const MOBILE: &[&str] = &[
    // English.
    "cell cells cellular mobile mobiles mob wireless iphone smartphone android sms text texting whatsapp",
    "whats signal",
    // French.
    "portable gsm",
    // German.
    "mobil handy natel",
    // Spanish and Portuguese.
    "movil celular cel",
    // Portuguese.
    "telemovel tlm",
    // Italian.
    "cellulare",
    // Dutch.
    "mobiel",
    // Polish.
    "komorka komorkowy",
];

/// Words for numbers that are seldom the contact's own mobile phone.
pub(super) const LATER: &[&str] = &[
    // English.
    "home house household residence residential work business office job day daytime evening landline other",
    "alternate alternative alt secondary second direct voip car radio callback isdn telex",
    // French.
    "fixe domicile maison travail bureau professionnel pro",
    // German.
    "festnetz privat zuhause arbeit buro dienstlich geschaftlich geschaeftlich",
    // Spanish.
    "casa fijo trabajo oficina hogar",
    // Portuguese.
    "fixo trabalho escritorio",
    // Italian.
    "fisso lavoro ufficio",
    // Dutch.
    "thuis werk vast",
];

/// Words for what takes no text messages.
pub(super) const NO_PHONE: &[&str] =
    &["fax faxes telefax faxnummer telecopie telecopieur facsimile pager beeper tty ttytdd tdd"];

/// Words for people and bodies that are not the contact.
pub(super) const OTHERS: &[&str] = &[
    // English.
    "assistant assistants asst secretary emergency ice spouse spouses partner partners husband husbands wife",
    "wifes parent parents guardian guardians mother mothers mom moms mum mums father fathers dad dads son",
    "sons daughter daughters child sibling brother brothers sister sisters grandmother grandfather relative",
    "kin friend friends neighbor neighbour roommate caregiver caretaker host hosts organizer organizers",
    "organiser canvasser canvassers manager managers supervisor boss referred referrer referral referrals",
    "referring reference recruiter recruited captain leader coordinator creator created agent representative",
    "rep doctor physician employer owner owners landlord company organization organisation venue event school",
    "teacher sponsor lawyer attorney caller sender staff",
    // French.
    "assistante urgence conjoint conjointe epoux epouse hote organisateur organisatrice mere pere tuteur",
    "tutrice responsable accompagnant",
    // German.
    "assistent assistentin assistenz notfall notfallkontakt ehepartner ehemann ehefrau gastgeber gastgeberin",
    "veranstalter eltern mutter vater vorgesetzter sekretariat firma",
    // Spanish.
    "asistente emergencia esposo esposa conyuge pareja madre padre anfitrion anfitriona organizador",
    "organizadora jefe jefa gerente tutor tutora empresa",
    // Portuguese.
    "assistente conjuge mae pai anfitriao responsavel",
    // Italian.
    "emergenza coniuge marito moglie organizzatore genitore azienda",
    // Dutch.
    "noodgeval partnernummer ouder moeder gastheer",
];

/// Words for a phone, a number or an address book's entry, which say nothing about the kind.
pub(super) const PHONE: &[&str] = &[
    "phone phones telephone telephones tel ph fon telefon telefono telefone telefoon rufnummer",
    "telephonenumber teleph tlf fone",
];

/// Words for a number of any sort.
pub(super) const NUMBER: &[&str] = &["number numbers no nr num nummer numero numeros nbr"];

/// Whether a word is in a list, whose lines hold several, with spaces between them.
pub(super) fn among(word: &str, list: &[&str]) -> bool {
    list.iter().any(|line| line.split(' ').any(|one| one == word))
}

/// What a word says about the kind of a number, `None` if nothing.
pub(super) fn kind_of_word(word: &str) -> Option<Kind> {
    if among(word, OTHERS) {
        Some(Kind::Others)
    } else if among(word, NO_PHONE) {
        Some(Kind::NoPhone)
    } else if among(word, MOBILE) {
        Some(Kind::Mobile)
    } else if among(word, LATER) {
        Some(Kind::Later)
    } else {
        (among(word, PHONE) || among(word, NUMBER)).then_some(Kind::Plain)
    }
}

/// What a word or a letter beside a number in a cell says: `c`, `m`, `h`, `w` are usual there.
pub(super) fn kind_beside(word: &str) -> Option<Kind> {
    match word {
        "c" | "m" => Some(Kind::Mobile),
        "h" | "w" | "o" | "b" => Some(Kind::Later),
        "p" | "t" => Some(Kind::Plain),
        "f" => Some(Kind::NoPhone),
        _ => kind_of_word(word),
    }
}

/// The kind that several words name together: a wife's mobile is hers, a work mobile is a mobile.
pub(super) fn strongest(kinds: impl Iterator<Item = Kind>) -> Option<Kind> {
    kinds.max_by_key(|kind| match kind {
        Kind::Others => 4,
        Kind::NoPhone => 3,
        Kind::Mobile => 2,
        Kind::Later => 1,
        Kind::Plain => 0,
    })
}

/// Words after which an extension stands: its digits are no part of the number.
const EXTENSION: &[&str] = &["x ext extn extension xtn poste anexo ramal interno durchwahl dw toestel wew доб"];

/// Whether an extension stands behind this word.
pub(super) fn is_extension(word: &str) -> bool {
    among(word, EXTENSION)
}

/// Whether two numbers stand on both sides of this word.
pub(super) fn is_between(word: &str) -> bool {
    among(word, &["or", "and", "oder", "und", "et", "ou"])
}
