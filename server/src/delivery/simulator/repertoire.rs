//! What made-up contacts and texters write.

/// What contacts call themselves.
pub(super) const NAMES: [&str; 20] = [
    "Pat", "Chris", "Dana", "Lou", "Robin", "Sandy", "Terry", "Jo", "Alex", "Marion", "Kim", "Casey", "Jamie", "Toni",
    "Frankie", "Rosario", "Ari", "Sasha", "Noor", "Angel",
];

/// Says yes.
pub(super) const AGREES: [&str; 14] = [
    "Yes!",
    "Sure, count me in",
    "Yes I can do that 👍",
    "Sounds good. What time?",
    "I'm in. Can I bring a friend?",
    "yes",
    "Happy to help!",
    "Ok, tell me where to go",
    "Absolutely. Thanks for asking",
    "yep, put me down for it",
    "I'd love to",
    "Sí, con gusto",
    "Yes, my husband can come too",
    "👍",
];

/// Asks back.
pub(super) const ASKS: [&str; 12] = [
    "Who is this?",
    "How did you get my number?",
    "What would I have to do?",
    "How long does it take?",
    "Where is it exactly?",
    "Is there parking?",
    "Are you a real person?",
    "Which organization is this again?",
    "Can I do it from home? I don't drive",
    "Do I need to bring anything?",
    "Is it ok to bring my kids?",
    "What's this about?",
];

/// Not now.
pub(super) const LATER: [&str; 6] = [
    "At work, can I tell you tonight?",
    "Maybe. Ask me again next week",
    "I have to check with my boss",
    "Can't talk now",
    "Not this week, I'm traveling",
    "Let me see and get back to you",
];

/// Says no.
pub(super) const REFUSES: [&str; 10] = [
    "No",
    "No thanks",
    "Not interested.",
    "Sorry, I can't this time",
    "I moved away last year",
    "I already did",
    "No, and I'm not voting for any of them",
    "I'm 84, dear. Somebody younger should go",
    "nope",
    "Not for me, good luck though",
];

/// Wants to be left alone: keywords that count, and sentences that a person has to read.
pub(super) const STOPS: [&str; 8] = [
    "STOP",
    "Stop",
    "stop.",
    "UNSUBSCRIBE",
    "Please stop texting me",
    "Take me off your list",
    "Quit",
    "How many times do I have to say no? Remove me",
];

/// Is somebody else.
pub(super) const MISTAKEN: [&str; 4] = [
    "Wrong number, this is {name}",
    "You have the wrong person. I'm {name}",
    "This is {name}. I got this number last month",
    "I think you want somebody else. {name} here",
];

/// Says a little more.
pub(super) const MORE: [&str; 6] = [
    "My sister wants to come too, is that ok?",
    "What should I wear?",
    "I've told my neighbors about it",
    "Oh and thank you for doing this",
    "Is it rain or shine?",
    "Can somebody pick me up?",
];

/// Ends it.
pub(super) const THANKS: [&str; 8] =
    ["Great, thank you", "Thanks!", "Perfect, see you then", "ok", "Got it 👍", "Wonderful", "Thank you so much", "👌"];

/// What texters answer.
pub(super) const REPLIES: [&str; 12] = [
    "Great to hear! We meet at 10 in front of the library. Does that work for you?",
    "Thank you so much! I'll put you down. You'll get the details the day before.",
    "Good question! It takes about two hours, and nobody goes alone.",
    "I'm a volunteer with River County Votes. You signed up at one of our events.",
    "Yes, there is parking behind the building.",
    "Of course, bring a friend! The more the merrier.",
    "No problem at all. May I ask again next month?",
    "Thanks for letting me know. Have a good day!",
    "You can also call from home. Shall I send you the list?",
    "Comfortable shoes and a bottle of water are all you need.",
    "That's wonderful. What is the best time to reach you?",
    "I understand. Thank you for your time!",
];
