//! The campaigns of the demo: one in every state, each with what its admins prepared.

use handoff_core::campaign::CampaignStatus;

use super::talks::{self, Talk};

/// A campaign of the demo.
pub(super) struct Plan {
    pub(super) name: &'static str,
    pub(super) status: CampaignStatus,
    /// Its age.
    pub(super) days: i64,
    pub(super) time_zone: &'static str,
    /// Minutes of the day from which and until which messages may be sent.
    pub(super) hours: (u16, u16),
    /// The window for initial messages, in days from now.
    pub(super) window: Option<(i64, i64)>,
    /// The place of its first contact among all people of the demo: some are in two campaigns.
    pub(super) first_contact: u32,
    /// How many conversations nobody has.
    pub(super) unassigned: u32,
    /// How many of those the admins were called to.
    pub(super) escalated: u32,
    pub(super) assigned: u32,
    pub(super) texters: usize,
    /// How much of what texters hold is started, in percent.
    pub(super) started: u32,
    pub(super) message: &'static str,
    /// What is said in it.
    pub(super) talks: &'static [Talk],
    pub(super) survey: &'static [Question],
    /// Titles and texts of recommended replies.
    pub(super) replies: &'static [(&'static str, &'static str)],
    pub(super) follow_ups: &'static [FollowUp],
    /// Whether texters request conversations, and who does.
    pub(super) requests: Option<Requests>,
}

/// Texters who request conversations.
pub(super) struct Requests {
    /// How many with one request.
    pub(super) batch: u32,
    /// Who joined by the invite link: from one place in the list of texters to before another.
    pub(super) joined: (usize, usize),
}

/// A survey question. Without choices it is answered in words.
pub(super) struct Question {
    pub(super) text: &'static str,
    pub(super) choices: &'static [&'static str],
}

/// A follow-up. Its hours count from when the campaign was made.
pub(super) struct FollowUp {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) meant: Meant,
    pub(super) from_hours: i64,
    pub(super) until_hours: i64,
}

/// Who is meant by a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Who has not answered.
    Silent,
    /// Who gave this choice to this question.
    Answer(usize, usize),
}

/// Around the clock: whenever somebody looks at the demo, its texters are at work.
const ALWAYS: (u16, u16) = (0, 24 * 60);

/// The oldest first, as they were made.
pub(super) const CAMPAIGNS: [Plan; 5] = [
    Plan {
        name: "Spring phone bank",
        status: CampaignStatus::Archived,
        days: 180,
        time_zone: "America/New_York",
        hours: (9 * 60, 21 * 60),
        window: None,
        first_contact: 3_900,
        unassigned: 0,
        escalated: 0,
        assigned: 900,
        texters: 12,
        started: 100,
        message: "Hi {first_name|there}, thank you for calling with us this spring!",
        talks: &talks::SPRING,
        survey: &[],
        replies: &[],
        follow_ups: &[],
        requests: None,
    },
    Plan {
        name: "Food bank volunteers",
        status: CampaignStatus::Paused,
        days: 9,
        time_zone: "America/Chicago",
        hours: (9 * 60, 20 * 60),
        window: None,
        first_contact: 3_400,
        unassigned: 80,
        escalated: 2,
        assigned: 640,
        texters: 9,
        started: 95,
        message: "Hi {first_name|there}, the food bank needs hands in {city}. Could you spare two hours next week?",
        talks: &talks::FOOD_BANK,
        survey: &[Question { text: "Can they help next week?", choices: &["Yes", "Later", "No"] }],
        replies: &[
            ("What to do there", "Sorting and packing, mostly. It's light work, and there is coffee."),
            ("Where it is", "The food bank in {city} is next to the fire station. Ask for Rosa at the door."),
        ],
        follow_ups: &[],
        requests: None,
    },
    Plan {
        name: "Weekend of action",
        status: CampaignStatus::Active,
        days: 2,
        time_zone: "America/New_York",
        hours: ALWAYS,
        window: None,
        first_contact: 0,
        unassigned: 1_240,
        escalated: 6,
        assigned: 2_600,
        texters: 24,
        started: 70,
        message: "Hi {first_name|there}, it's River County Votes! Can you knock on doors with us in {city} this Saturday?",
        talks: &talks::WEEKEND,
        survey: &[
            Question { text: "Will they knock on doors?", choices: &["Yes", "Maybe", "No"] },
            Question { text: "Which shift?", choices: &["Saturday morning", "Saturday afternoon", "Sunday afternoon"] },
            Question { text: "Anything we should know?", choices: &[] },
        ],
        replies: &[
            ("Where we meet", "We meet on Saturday at 10 in front of the library in {city}."),
            ("How long it takes", "About two hours, and nobody goes alone. Can we count on you, {first_name|friend}?"),
            ("Parking", "There is free parking behind the library."),
            ("From home", "You can call from home instead. Shall I send you the list?"),
        ],
        follow_ups: &[
            FollowUp {
                title: "A few places are left",
                text: "Hi {first_name|there}, a few places are left for Saturday. Would you like one?",
                meant: Meant::Silent,
                from_hours: 8,
                until_hours: 30,
            },
            FollowUp {
                title: "See you on Saturday",
                text: "A reminder, {first_name|friend}: Saturday at 10, in front of the library in {city}. See you there!",
                meant: Meant::Answer(0, 0),
                from_hours: 26,
                until_hours: 6 * 24,
            },
        ],
        requests: Some(Requests { batch: 40, joined: (9, 21) }),
    },
    Plan {
        name: "Pledge to vote",
        status: CampaignStatus::Active,
        days: 1,
        time_zone: "America/New_York",
        hours: ALWAYS,
        window: None,
        first_contact: 0,
        unassigned: 12,
        escalated: 0,
        assigned: 0,
        texters: 4,
        started: 0,
        message: "Hi {first_name|there}, will you pledge to vote early this year? Reply YES and we'll send you the hours.",
        talks: &[],
        survey: &[Question { text: "Do they pledge to vote?", choices: &["Yes", "Voted already", "No"] }],
        replies: &[(
            "Hours of early voting",
            "Thank you! You can vote early from 8 to 6, Sundays too, at the town hall in {city}.",
        )],
        follow_ups: &[],
        requests: None,
    },
    Plan {
        name: "Town hall invitation",
        status: CampaignStatus::Draft,
        days: 0,
        time_zone: "America/Denver",
        hours: (10 * 60, 19 * 60),
        window: Some((1, 4)),
        first_contact: 3_840,
        unassigned: 400,
        escalated: 0,
        assigned: 0,
        texters: 0,
        started: 0,
        message: "Hi {first_name|there}, our town hall is on Thursday at 7. May we save you a seat?",
        talks: &[],
        survey: &[
            Question { text: "Will they come?", choices: &["Yes", "No"] },
            Question { text: "What would they like to ask?", choices: &[] },
        ],
        replies: &[("Doors and seats", "Doors open at 6:30. Your seat is kept until 7, {first_name|friend}.")],
        follow_ups: &[],
        requests: None,
    },
];

/// Titles and texts of the organization's recommended replies: for every campaign.
pub(super) const REPLIES: [(&str, &str); 3] = [
    ("Who we are", "I'm a volunteer with River County Votes. You signed up with us at a community event."),
    ("Wrong number", "I'm sorry about that. I'll take this number off our list."),
    ("Goodbye", "Thank you for your time, {first_name|friend}. Have a good day!"),
];

/// What numbers wrote that nobody of the organization knows: area code and text.
pub(super) const STRANGERS: [(u32, &str); 4] = [
    (313, "Hi, a friend gave me this number. Can I still join on Saturday?"),
    (313, "Who do I talk to about a yard sign?"),
    (315, "Hola, ¿es aquí lo del sábado?"),
    (316, "Which bus goes to the library?"),
];
