//! What people note beside numbers: that somebody does not want to be contacted, that a number does not work.

use super::words::among;

/// What several words in a row say about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remark {
    /// Who wrote it does not want to be contacted.
    DoNotContact,
    /// The number does not work.
    OutOfUse,
}

/// What is said of people who do not want to be contacted. `*` stands for a way to contact them.
const DO_NOT_CONTACT: &[&str] = &[
    // English.
    "dnc; d n c; dnt; do not *; dont *; no *; never *; not *; opt out; opted out; optout; optedout; stop",
    "stopped; unsubscribe; unsubscribed; remove; removed; refused; refuses; refusal; declined; declines",
    "deceased; blacklist; blacklisted; blocked; take off list",
    // French.
    "ne pas *; stop sms; decede; decedee",
    // German.
    "nicht *; keine anrufe; keine sms; verstorben",
    // Spanish.
    "no llamar; no molestar; fallecido; fallecida",
    // Italian, Portuguese, Dutch.
    "non chiamare; nao ligar; nao contatar; niet bellen",
];

/// Ways to contact people, as `*` above.
const CONTACT: &[&str] = &[
    "call calls text texts txt sms contact phone message messages msg disturb ring appeler contacter anrufen",
    "kontaktieren contactar consent",
];

/// What is said of numbers that do not work.
const OUT_OF_USE: &[&str] = &[
    // English.
    "wrong; disconnected; disconnect; bad; invalid; dead; old; former; not in service; out of service",
    "no longer; not valid; not working; does not work; doesnt work; do not use; dont use; unknown number",
    "fake",
    "faux numero; mauvais numero; falsch; falsche; ungultig; equivocado; incorrecto; invalido; sbagliato",
    "errado; verkeerd",
];

/// What a list of words says about the number among them, and in which of its words.
pub(super) fn remark(words: &[String]) -> Option<(Remark, String)> {
    let says = |at: usize, phrase: &str| {
        let mut length = 0;
        let fits = phrase.split(' ').all(|wanted| {
            let word = words.get(at + length);
            length += 1;
            word.is_some_and(|word| if wanted == "*" { among(word, CONTACT) } else { word == wanted })
        });
        fits.then(|| words.get(at..at + length).map(|words| words.join(" "))).flatten()
    };
    let find = |phrases: &[&str], remark| {
        (0..words.len())
            .find_map(|at| phrases.iter().flat_map(|line| line.split("; ")).find_map(|phrase| says(at, phrase)))
            .map(|words| (remark, words))
    };
    find(DO_NOT_CONTACT, Remark::DoNotContact).or_else(|| find(OUT_OF_USE, Remark::OutOfUse))
}
