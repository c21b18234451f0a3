//! The words of opting out and in, and where they come from.
//!
//! All are written as [`folded`](super::reading::folded) leaves them: small letters, no accents, no apostrophes.

mod requests;

pub(super) use requests::{FORBIDDING, REQUESTS};

/// Keywords that opt out as a whole message.
///
/// - `STOP`, `STOPALL`, `UNSUBSCRIBE`, `CANCEL`, `END`, `QUIT`, `REVOKE`, `OPTOUT`: the default keywords of Twilio
///   (help.twilio.com, "Twilio support for opt-out keywords"). Telnyx has the first six and `STOP ALL`
///   (developers.telnyx.com, "Advanced Opt-In/Out"), Bandwidth and Sinch the same.
/// - `STOP`, `QUIT`, `END`, `REVOKE`, `OPT OUT`, `CANCEL`, `UNSUBSCRIBE`: the words that 47 CFR 64.1200(a)(10) names as
///   a revocation of consent, since April 2025.
/// - `REMOVE`, `ARRET`, `TD`, `OPT-OUT`: required opt-out keywords of AWS (docs.aws.amazon.com, "Required opt-out
///   keywords"). `ARRET` is one of the five keywords of every Canadian short code (CWTA guidelines).
/// - `DETENER`, `SALIR`, `PARAR`, `CANCELAR`: the defaults of Sinch in Spanish and Portuguese. `ALTO` and `BAJA` are what
///   Spanish opt-out lines ask for.
/// - `STOPTOEND`, `S T O P`: `STOP TO END` and `STOP`, as people write them.
/// - `STOP SMS`: French opt-out lines.
pub(super) const OPT_OUT: &[&[&str]] = &[
    &["stop"],
    &["stopall"],
    &["stop", "all"],
    &["unsubscribe"],
    &["cancel"],
    &["end"],
    &["quit"],
    &["revoke"],
    &["optout"],
    &["opt", "out"],
    &["remove"],
    &["arret"],
    &["arretsms"],
    &["stoptoend"],
    &["stoptoquit"],
    &["s", "t", "o", "p"],
    &["td"],
    &["stop", "sms"],
    &["stopsms"],
    &["alto"],
    &["baja"],
    &["parar"],
    &["salir"],
    &["detener"],
    &["cancelar"],
];

/// Keywords that opt in again as a whole message.
///
/// `START` and `UNSTOP` with every carrier; `NONARRET` is the French one of toll-free numbers (Sinch). `YES`, which some
/// carriers take for an opt-in too, is an ordinary answer here: it would opt in who only answers a question.
pub(super) const OPT_IN: &[&[&str]] = &[&["start"], &["unstop"], &["nonarret"]];

/// With these an opt-out line begins, which contacts send back: `Reply STOP to opt out`.
pub(super) const LEADS: &[&str] = &[
    "reply", "text", "txt", "send", "type", "responda", "responde", "envie", "envia", "escriba", "escribe", "repondez",
    "envoyez", "texter",
];

/// These join a keyword to what it does: `STOP to end`, `stop2quit`, `ARRET pour annuler`, `STOP au 36180`.
pub(super) const JOINTS: &[&[&str]] = &[&["to"], &["2"], &["for"], &["para"], &["pour"], &["au"], &["a"]];

/// What a keyword does, as opt-out lines say it, besides the keywords themselves.
pub(super) const PURPOSES: &[&[&str]] = &[
    &["unsub"],
    &["optout"],
    &["stop", "texts"],
    &["stop", "messages"],
    &["end", "texts"],
    &["end", "messages"],
    &["stop", "receiving", "texts"],
    &["stop", "receiving", "messages"],
    &["opt", "out", "of", "texts"],
    &["be", "removed"],
    &["cancel", "texts"],
    &["terminar"],
    &["finalizar"],
    &["darse", "de", "baja"],
    &["dejar", "de", "recibir", "mensajes"],
    &["no", "recibir", "mas", "mensajes"],
    &["annuler"],
    &["arreter"],
    &["vous", "desabonner"],
    &["se", "desabonner"],
    &["vous", "desinscrire"],
    &["ne", "plus", "recevoir", "de", "messages"],
];

/// Signs that say stop where nothing else is written.
pub(super) const SIGNS: [char; 3] = ['🛑', '⛔', '🚫'];

/// What is said around a keyword, and changes nothing: "no, cancel it please".
pub(super) const POLITE: &[&str] = &[
    "please",
    "pls",
    "plz",
    "plss",
    "thanks",
    "thx",
    "thank",
    "you",
    "u",
    "now",
    "already",
    "immediately",
    "today",
    "asap",
    "me",
    "it",
    "this",
    "just",
    "no",
    "nope",
    "ok",
    "okay",
    "hi",
    "hello",
    "sir",
    "maam",
    "yo",
    "wtf",
    "ffs",
    "sorry",
    "kindly",
    "again",
    "por",
    "favor",
    "porfavor",
    "gracias",
    "ya",
    "svp",
    "stp",
    "merci",
    "sil",
    "vous",
    "plait",
];

/// Whole sentences that ask to stop, in words that mean something else within others.
pub(super) const SENTENCES: &[&[&str]] = &[
    &["no", "more"],
    &["enough"],
    &["delete"],
    &["cease"],
    &["desist"],
    &["stop", "text"],
    &["stop", "txt"],
    &["stop", "message"],
    &["stop", "msg"],
    &["stop", "everything"],
    &["stop", "that"],
    &["end", "all"],
    &["spam"],
    &["block"],
    &["blocked"],
    &["eliminar"],
    &["quitar"],
    &["borrar"],
    &["i", "want", "to", "be", "removed"],
    &["sotp"],
    &["stpo"],
    &["stip"],
    &["dnc"],
    &["basta"],
    &["no", "mas"],
    &["mas"],
    &["alto", "ya"],
    &["detente"],
    &["detengase"],
    &["arretez"],
    &["arrete"],
    &["arreter"],
    &["annuler"],
    &["annulez"],
    &["stoppez"],
    &["cessez"],
    &["assez"],
];

/// What begins a request that ends with [`WRITING`].
pub(super) const ENDING: &[&str] = &["stop", "stopp", "quit", "cease", "end", "cancel", "unsubscribe", "discontinue"];

/// What is to end.
pub(super) const WRITING: &[&str] = &[
    "texting",
    "textin",
    "texing",
    "txting",
    "txtin",
    "txing",
    "txt",
    "texts",
    "txts",
    "messaging",
    "messages",
    "mesages",
    "message",
    "msging",
    "msgs",
    "msg",
    "messging",
    "sms",
    "contacting",
    "sending",
    "sendin",
    "bothering",
    "spamming",
    "spam",
    "calling",
    "calls",
    "writing",
    "harassing",
    "harrassing",
    "annoying",
    "emailing",
    "pestering",
    "bugging",
    "blasting",
    "communications",
    "notifications",
    "alerts",
    "subscription",
];

/// Words within a request that change nothing.
pub(super) const FILLERS: &[&str] = &[
    "all",
    "these",
    "the",
    "this",
    "your",
    "ur",
    "my",
    "with",
    "please",
    "pls",
    "me",
    "any",
    "more",
    "that",
    "those",
    "of",
    "fucking",
    "fuckin",
    "freaking",
    "damn",
    "effing",
    "goddamn",
    "ever",
    "you",
    "u",
    "even",
    "dare",
    "keep",
    "it",
    "stupid",
    "political",
    "unwanted",
];

/// What is forbidden.
pub(super) const VERBS: &[&str] = &[
    "text",
    "txt",
    "message",
    "msg",
    "contact",
    "write",
    "send",
    "bother",
    "spam",
    "texting",
    "txting",
    "messaging",
    "contacting",
    "sending",
    "email",
    "sms",
    "harass",
    "solicit",
    "texts",
    "messages",
];

/// Who speaks of what they do, not of what we do.
pub(super) const THEMSELVES: &[&str] = &["i", "we", "they", "he", "she", "people", "folks", "you", "who"];

/// What stands behind "stop it" where somebody is flattered.
pub(super) const FLATTERY: &[&str] =
    &["kind", "sweet", "funny", "hilarious", "cute", "nice", "blush", "blushing", "killing"];

/// Lists that people want to be taken off, and that are none of ours.
pub(super) const OTHER_LISTS: &[&str] = &["waiting", "waitlist", "waitlists", "guest"];

/// What begins a request to be taken off a list.
pub(super) const REMOVING: &[&str] = &["remove", "removed", "take", "get", "off", "from", "delete"];

/// What people opt out of, besides [`WRITING`], where it is ours.
pub(super) const OURS: &[&str] = &[
    "this",
    "these",
    "those",
    "that",
    "your",
    "ur",
    "all",
    "any",
    "it",
    "everything",
    "getting",
    "receiving",
    "being",
    "future",
    "list",
    "lists",
];

/// What nobody should do while they text.
pub(super) const DRIVING: &[&str] = &["drive", "driving", "driven", "ride"];

/// Words that turn a request around.
pub(super) const NEGATIONS: &[&str] = &[
    "dont", "not", "never", "wont", "cant", "didnt", "doesnt", "without", "cannot", "couldnt", "wouldnt", "nunca",
    "jamais", "non",
];

/// What stands before "stop" at the end of a message that is about a place or a rest.
pub(super) const PLACES: &[&str] = &[
    "bus", "train", "next", "last", "non", "pit", "the", "a", "first", "full", "hard", "subway", "metro", "tram",
    "rest", "truck", "whistle", "second", "final", "our", "your", "one", "every", "quick",
];
