//! What the names of columns say about the numbers in them.

use super::words::{Kind, LATER, MOBILE, NO_PHONE, NUMBER, OTHERS, PHONE, among, kind_beside, kind_of_word, strongest};
use crate::fold::{add_folded, is_silent};

/// Words of columns that say something about a number but hold none.
const ABOUT: &[&str] = &[
    "label type opt optin optout opted status ext extension country carrier valid validity consent date id",
    "prefix code dialing dialling time zone timezone verified bad source count quality confidence score",
    "provider network match is has allow allowed dnc do hash index note notes comment comments permission",
    "subscribed subscription listed list flag result attempts last call calls called bank banking model plan",
    "bill",
];

/// What a label says that an address book keeps in a column of its own, like `* Mobile` or `Work Fax`.
pub fn kind_of_label(label: &str) -> Option<Kind> {
    strongest(column_words(label).iter().filter_map(|word| kind_beside(word)))
}

/// What the words of a column's name say: the kind of the numbers in it, `None` if it has none of the contact's.
pub fn kind_of_column(words: &[String]) -> Option<Kind> {
    let has = |list: &[&str]| words.iter().any(|word| among(word, list));
    let numbered = has(PHONE) || has(NUMBER);
    let alone = words.len() == 1 && has(MOBILE) && !has(&["text", "sms", "signal", "wireless", "android"]);
    let mobile = has(MOBILE) && !has(&["text", "texting", "sms", "whatsapp", "whats", "signal", "android"]);
    if has(ABOUT) || has(OTHERS) || has(NO_PHONE) {
        None
    } else if alone || mobile || (has(MOBILE) && numbered) {
        Some(Kind::Mobile)
    } else if has(PHONE) {
        Some(if has(LATER) { Kind::Later } else { Kind::Plain })
    } else {
        None
    }
}

/// Whether the column's name says that it holds numbers of some sort.
pub fn is_number_column(words: &[String]) -> bool {
    words.iter().any(|word| among(word, NUMBER) || among(word, PHONE) || among(word, MOBILE))
}

/// Whether the column's name says that it holds something else than numbers of the contact: keys, dates, postal codes,
/// or numbers of other people.
pub fn is_no_phone_column(words: &[String]) -> bool {
    const KEYS: &[&str] = &[
        "key zip zipcode postal postcode plz barcode account order ssn dob birth birthday year amount total price",
        "guid uuid hash isbn invoice ticket latitude longitude fips precinct district registration member",
        "membership customer",
    ];
    let about = |word: &str| among(word, ABOUT) && !matches!(word, "call" | "last" | "do" | "is" | "has");
    words.iter().any(|word| word.ends_with("id") || among(word, KEYS) || about(word))
        || words.iter().filter_map(|word| kind_of_word(word)).any(|kind| kind >= Kind::NoPhone)
}

/// The words of a column's name: [folded](crate::fold::fold), split where a capital letter or a digit begins, and
/// compounds of two known words taken apart (`homephone`, `Handynummer`).
pub fn column_words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    let signs: Vec<char> = header.chars().filter(|sign| !is_silent(*sign)).collect();
    for (place, sign) in signs.iter().copied().enumerate() {
        let next_is_small = signs.get(place + 1).is_some_and(|next| next.is_lowercase());
        let hump = sign.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && next_is_small));
        let number = sign.is_numeric() != before.is_numeric() && before.is_alphanumeric();
        if !sign.is_alphanumeric() || hump || number {
            words.push(String::new());
        }
        if let (true, Some(word)) = (sign.is_alphanumeric(), words.last_mut()) {
            add_folded(word, sign);
        }
        before = sign;
    }
    words.into_iter().filter(|word| !word.is_empty()).flat_map(taken_apart).collect()
}

fn taken_apart(word: String) -> Vec<String> {
    let known = |word: &str| word.len() > 2 && (kind_of_word(word).is_some() || among(word, ABOUT));
    if known(&word) {
        return vec![word];
    }
    let ending = |word: &str| known(word) || among(word, NUMBER) || word == "id";
    let halves = word.char_indices().skip(2).find_map(|(at, _)| {
        let (one, two) = word.split_at(at);
        (known(one) && ending(two)).then(|| vec![one.to_owned(), two.to_owned()])
    });
    halves.unwrap_or_else(|| vec![word])
}
