//! What contacts and texters of the demo have written to each other.

/// An exchange after the initial message: the contact, a texter, and so on by turns.
pub(super) struct Talk {
    pub(super) lines: &'static [&'static str],
    /// What the texter recorded of it, by the place of the question.
    pub(super) answers: &'static [(usize, Given)],
}

/// An answer to a survey question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The choice at this place.
    Choice(usize),
    /// In words.
    Words(&'static str),
}

use Given::{Choice, Words};

/// About knocking on doors. The questions: will they (yes, maybe, no), which shift, anything else.
pub(super) const WEEKEND: [Talk; 14] = [
    Talk {
        lines: &[
            "Yes, count me in!",
            "Wonderful, {first_name|friend}! We meet on Saturday at 10 in front of the library in {city}. Does that work for you?",
            "Works for me",
            "Great, see you there! Comfortable shoes and a bottle of water are all you need.",
        ],
        answers: &[(0, Choice(0)), (1, Choice(0))],
    },
    Talk {
        lines: &[
            "Sure. What time?",
            "We start at 10 and are done by noon. There is a second shift at 2. Which suits you?",
            "The one at 2",
            "Perfect, you are on the list for 2. Thank you!",
        ],
        answers: &[(0, Choice(0)), (1, Choice(1))],
    },
    Talk {
        lines: &[
            "I'm in. Can I bring a friend?",
            "Please do! The more the merrier. Shall I put you both down for Saturday at 10?",
            "Yes, two of us",
            "Done. See you both on Saturday!",
        ],
        answers: &[(0, Choice(0)), (1, Choice(0)), (2, Words("Brings a friend"))],
    },
    Talk {
        lines: &[
            "Who is this?",
            "I'm a volunteer with River County Votes. You signed up with us at a community event. We are knocking on doors this Saturday.",
            "Oh right. Let me check with my wife",
            "Of course! I'll ask again on Thursday.",
        ],
        answers: &[(0, Choice(1))],
    },
    Talk {
        lines: &[
            "I'm working on Saturday, sorry",
            "No problem at all! Would Sunday afternoon be possible?",
            "Sunday could work",
            "Great, I'll put you down for Sunday at 2. You'll get the details the day before.",
        ],
        answers: &[(0, Choice(0)), (1, Choice(2))],
    },
    Talk {
        lines: &["No thanks", "I understand. Thank you for your time, {first_name|friend}!"],
        answers: &[(0, Choice(2))],
    },
    Talk {
        lines: &[
            "I don't drive. Can I do it from home?",
            "Yes! You can call from home instead. Shall I send you the list?",
            "Please",
            "Thank you! You'll have it by tonight.",
        ],
        answers: &[(0, Choice(1)), (2, Words("Would rather call from home"))],
    },
    Talk {
        lines: &[
            "Wrong number. I got this phone last month",
            "I'm sorry about that. I'll take this number off our list.",
        ],
        answers: &[],
    },
    Talk {
        lines: &[
            "Is there parking?",
            "Yes, behind the library, and it's free on weekends. May I put you down for 10?",
            "Ok",
            "You're on the list. Thank you, {first_name|friend}!",
        ],
        answers: &[(0, Choice(0)), (1, Choice(0))],
    },
    Talk {
        lines: &["I voted already", "Thank you for voting! If you change your mind about Saturday, just write back."],
        answers: &[(0, Choice(2))],
    },
    Talk {
        lines: &[
            "Sí, con gusto",
            "¡Gracias, {first_name|amiga}! Nos vemos el sábado a las 10 frente a la biblioteca.",
            "Perfecto",
            "¡Hasta el sábado!",
        ],
        answers: &[(0, Choice(0)), (1, Choice(0)), (2, Words("Speaks Spanish"))],
    },
    Talk {
        lines: &["How long does it take?", "About two hours, and nobody goes alone. Can we count on you?"],
        answers: &[(0, Choice(1))],
    },
    Talk {
        lines: &[
            "Is it ok to bring my kids?",
            "Gladly, if they like to walk! We'll give you a street without much traffic.",
            "👍 see you then",
            "See you on Saturday, {first_name|friend}!",
        ],
        answers: &[(0, Choice(0)), (1, Choice(0)), (2, Words("Brings children"))],
    },
    Talk {
        lines: &[
            "I'm 84, dear. Somebody younger should go",
            "Thank you for writing back! A yard sign helps as well, if you like one.",
        ],
        answers: &[(0, Choice(2))],
    },
];

/// About two hours at the food bank. The question: can they (yes, later, no).
pub(super) const FOOD_BANK: [Talk; 7] = [
    Talk {
        lines: &[
            "I can do Tuesday afternoon",
            "Thank you! Tuesday from 2 to 4, at the food bank in {city}. Ask for Rosa at the door.",
            "Will do",
            "See you then!",
        ],
        answers: &[(0, Choice(0))],
    },
    Talk {
        lines: &[
            "What would I have to do?",
            "Sorting and packing, mostly. It's light work, and there is coffee. Would Tuesday or Thursday suit you?",
            "Thursday",
            "Thursday it is, from 10 to 12. Thank you!",
        ],
        answers: &[(0, Choice(0))],
    },
    Talk {
        lines: &["Not next week, I'm traveling", "Safe travels! I'll ask again the week after."],
        answers: &[(0, Choice(1))],
    },
    Talk {
        lines: &[
            "My back won't let me, sorry",
            "Please don't worry, {first_name|friend}. We also need drivers, if that is easier. Thank you either way!",
        ],
        answers: &[(0, Choice(2))],
    },
    Talk {
        lines: &[
            "Can my kids come along?",
            "From 12 years on, gladly. How many are you?",
            "Two, 13 and 15",
            "Lovely. I've put the three of you down for Saturday at 9.",
        ],
        answers: &[(0, Choice(0))],
    },
    Talk {
        lines: &[
            "How did you get my number?",
            "You left it with us at a donation drive in {city}. If you'd rather not hear from us, reply STOP.",
            "Ah, now I remember. Ask me next month",
            "I will. Thank you!",
        ],
        answers: &[(0, Choice(1))],
    },
    Talk { lines: &["No", "Thanks for letting me know. Have a good day!"], answers: &[(0, Choice(2))] },
];

/// After the calls of spring: a word of thanks.
pub(super) const SPRING: [Talk; 5] = [
    Talk { lines: &["Thank you! It was fun", "We loved having you. See you in autumn!"], answers: &[] },
    Talk { lines: &["You're welcome", "You made a difference, {first_name|friend}. Thank you!"], answers: &[] },
    Talk {
        lines: &["Sign me up for the next one", "With pleasure! You're on the list.", "👍", "Talk to you soon!"],
        answers: &[],
    },
    Talk { lines: &["I only made two calls", "Every call counts. Thank you!"], answers: &[] },
    Talk { lines: &["Was it of any use?", "It was: turnout in {city} went up by four points."], answers: &[] },
];

/// Who opts out by a word, which counts by itself.
pub(super) const STOPS: [&str; 6] = ["STOP", "Stop", "stop.", "UNSUBSCRIBE", "Quit", "STOP ALL"];

/// Who asks for it in a sentence, which a texter has to read.
pub(super) const PLEAS: [&str; 3] =
    ["Please stop texting me", "Take me off your list", "Stop texting me please, I have asked before"];

/// What a texter confirms an opt-out with.
pub(super) const OPTED_OUT: &str =
    "You are opted out and will get no more messages from us. Reply START to opt in again.";

/// What is for the admins to answer, and the texter's note.
pub(super) const ESCALATIONS: [(&str, &str); 8] = [
    (
        "I write for the County Herald. Who can I talk to about your campaign?",
        "A journalist asks for an interview. Who speaks for us?",
    ),
    (
        "One of your people was at my door and trampled my tulips",
        "Is upset about her garden. I'd rather not answer this one.",
    ),
    (
        "Can the candidate come to our school?",
        "A teacher invites the candidate to Millbrook High. Her name and number are in the thread.",
    ),
    ("I'd like to give more than time. Who do I write to?", "Wants to donate a larger sum."),
    ("My lawyer will hear about this", "Threatens with a lawyer, no idea why. Please take over."),
    ("I can drive a van with nine seats all weekend", "Offers a van and drives. We should not lose this one!"),
    ("Are you hiring?", "Asks for a paid job. I don't know what to say."),
    ("Somebody in your group posted my address online", "Says her address is online. Please call her soon."),
];
