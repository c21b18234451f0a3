//! What has happened in one conversation of the demo, told event by event by the rules themselves: whatever it is,
//! status, times and messages agree.

use handoff_core::contact::Template;
use handoff_core::conversation::{ConversationState, Event, apply};
use handoff_core::message::delivery::Failure;
use handoff_core::message::{Delivery, Kind};
use handoff_core::opt_out::Asks;
use handoff_core::{Instant, MemberId};
use rand::RngExt;
use rand::rngs::StdRng;

use super::plan::{Meant, Plan};
use super::talks::{ESCALATIONS, Given, OPTED_OUT, PLEAS, STOPS, Talk};

/// A contact's own, for placeholders.
pub(super) struct Reader<'a> {
    pub(super) first_name: &'a str,
    pub(super) last_name: &'a str,
    pub(super) city: &'a str,
}

/// When what can happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// When the campaign was made.
    pub(super) created: Instant,
    /// When its first message is sent here.
    pub(super) begins: Instant,
    /// Nothing happens after.
    pub(super) until: Instant,
}

/// A message that was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) at: Instant,
    pub(super) body: String,
    /// Of ours: by whom, what for, and what became of it.
    pub(super) ours: Option<(MemberId, Kind, Delivery)>,
    /// The place of the follow-up among those of the campaign.
    pub(super) follow_up: Option<usize>,
}

/// All that happened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Story {
    pub(super) state: ConversationState,
    pub(super) said: Vec<Said>,
    /// What was recorded of the survey, by the place of the question, and when.
    pub(super) answers: Vec<(usize, Given, Instant)>,
    /// Why the admins were called, and when.
    pub(super) note: Option<(&'static str, Instant)>,
    /// When the contact opted out, and the texter who noted it, unless the contact's own word did.
    pub(super) opted_out: Option<(Instant, Option<MemberId>)>,
}

impl Story {
    /// When the last thing happened in it.
    pub(super) fn ended(&self) -> Instant {
        let said = self.said.iter().map(|said| said.at).max();
        let opted_out = self.opted_out.map(|(at, _)| at);
        said.max(opted_out).unwrap_or(self.state.waiting_since)
    }

    /// The same, so many seconds later.
    pub(super) fn later(mut self, seconds: i64) -> Self {
        let later = |at: Instant| at.plus_seconds(seconds);
        for said in &mut self.said {
            said.at = later(said.at);
        }
        for (.., at) in &mut self.answers {
            *at = later(*at);
        }
        self.note = self.note.map(|(note, at)| (note, later(at)));
        self.opted_out = self.opted_out.map(|(at, by)| (later(at), by));
        let state = self.state;
        self.state = ConversationState {
            waiting_since: later(state.waiting_since),
            contact_wrote_at: state.contact_wrote_at.map(later),
            we_wrote_at: state.we_wrote_at.map(later),
            assignee_wrote_at: state.assignee_wrote_at.map(later),
            ..state
        };
        self
    }
}

/// What becomes of a conversation that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Silent,
    NeedsReply,
    Replied,
    Resolved,
    OptedOut,
    Escalated,
}

impl Ending {
    /// One as common as it is in life.
    pub(super) fn any(random: &mut StdRng, over: bool) -> Self {
        match random.random_range(0..100) {
            // When all is over, nobody is left waiting.
            0..=13 if !over => Self::NeedsReply,
            0..=36 => Self::Replied,
            37..=46 => Self::Resolved,
            47..=50 => Self::OptedOut,
            _ => Self::Silent,
        }
    }
}

/// Tells a story.
struct Teller<'a> {
    plan: &'a Plan,
    reader: &'a Reader<'a>,
    texter: MemberId,
    times: Times,
    random: &'a mut StdRng,
    at: Instant,
    story: Story,
}

/// Tells what happened in a conversation that this texter had.
pub(super) fn tell(
    plan: &Plan,
    reader: &Reader<'_>,
    texter: MemberId,
    times: Times,
    ending: Ending,
    random: &mut StdRng,
) -> Story {
    let state = ConversationState { assignee: Some(texter), ..ConversationState::NEW };
    let story = Story { state, said: Vec::new(), answers: Vec::new(), note: None, opted_out: None };
    let mut teller = Teller { plan, reader, texter, times, random, at: times.begins, story };
    teller.we(Kind::Initial, plan.message, 0);
    match ending {
        Ending::Silent => teller.silence(),
        Ending::NeedsReply => teller.talk(false),
        Ending::Replied => {
            teller.talk(true);
            teller.follow_up_answers();
        }
        Ending::Resolved => {
            teller.talk(true);
            let after = teller.random.random_range(20..600);
            teller.happens(Event::Resolve, after);
        }
        Ending::OptedOut => teller.opt_out(),
        Ending::Escalated => teller.escalate(),
    }
    teller.story
}

fn pick<T: Copy>(random: &mut StdRng, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all.get(random.random_range(0..all.len())).copied()).flatten()
}

/// Most are quick, a few take their time.
fn pause(random: &mut StdRng, least: i64, most: i64) -> i64 {
    random.random_range(least..most).min(random.random_range(least..most))
}

impl Teller<'_> {
    /// Lets something happen after so many seconds, unless that is later than now. Answers whether it did.
    fn happens(&mut self, event: Event, after: i64) -> bool {
        let at = self.at.plus_seconds(after);
        let by = (!matches!(event, Event::Received(_))).then_some(self.texter);
        let Some(state) = apply(self.story.state, event, at, by).filter(|_| at <= self.times.until) else {
            return false;
        };
        self.at = at;
        self.story.state = state;
        true
    }

    /// We write.
    fn we(&mut self, kind: Kind, text: &str, after: i64) -> bool {
        let sent = self.happens(Event::Sent(kind), after);
        if sent {
            let ours = Some((self.texter, kind, Delivery::Delivered));
            self.story.said.push(Said { at: self.at, body: self.filled(text), ours, follow_up: None });
        }
        sent
    }

    /// The contact writes.
    fn they(&mut self, text: &str, after: i64) -> bool {
        let written = self.happens(Event::Received(Asks::of(text)), after);
        if written {
            self.story.said.push(Said { at: self.at, body: text.to_owned(), ours: None, follow_up: None });
        }
        written
    }

    fn filled(&self, text: &str) -> String {
        let fields = ["city".to_owned()];
        let value = |name: &str| match name {
            "first_name" => Some(self.reader.first_name),
            "last_name" => Some(self.reader.last_name),
            _ => Some(self.reader.city),
        };
        Template::parse(text, &fields).map_or_else(|_| text.to_owned(), |template| template.fill(value))
    }

    /// Some numbers cannot be reached. Some who were silent got a follow-up.
    fn silence(&mut self) {
        let lot = self.random.random_range(0..100);
        let failure = match lot {
            0..=1 => Some(Failure::NoSuchNumber),
            2 => Some(Failure::Unreachable),
            _ => None,
        };
        if let (Some(failure), Some(Said { ours: Some((.., delivery)), .. })) = (failure, self.story.said.last_mut()) {
            *delivery = Delivery::Failed(failure);
        } else if lot < 45 {
            self.follow_up(|meant| meant == Meant::Silent);
        }
    }

    /// They write, we answer, and so on, as far as the ending wants it.
    fn talk(&mut self, answered: bool) {
        let Some(at) = (!self.plan.talks.is_empty()).then(|| self.random.random_range(0..self.plan.talks.len())) else {
            return;
        };
        let Talk { lines, answers } = &self.plan.talks[at];
        // By turns: it ends with a line of ours, or with one of theirs.
        let turns = lines.len() / 2;
        let turns = self.random.random_range(1..=turns.max(1));
        let wanted = if answered { turns * 2 } else { turns * 2 - 1 };
        for (place, line) in lines.iter().take(wanted).enumerate() {
            let after = if place % 2 == 0 { pause(self.random, 20, 2_400) } else { pause(self.random, 25, 1_500) };
            let goes_on = if place % 2 == 0 { self.they(line, after) } else { self.we(Kind::Reply, line, after) };
            if !goes_on {
                return;
            }
        }
        if wanted >= 2 {
            let at = self.story.said.iter().rev().find(|said| said.ours.is_some()).map_or(self.at, |said| said.at);
            self.story.answers = answers.iter().map(|(question, given)| (*question, *given, at)).collect();
        }
    }

    /// Sends the first follow-up for which they are meant, within its time.
    fn follow_up(&mut self, meant: impl Fn(Meant) -> bool) -> bool {
        let Some((place, follow_up)) = self.plan.follow_ups.iter().enumerate().find(|(_, it)| meant(it.meant)) else {
            return false;
        };
        let hours = |hours: i64| self.times.created.plus_seconds(hours * 3_600);
        let (from, until) = (hours(follow_up.from_hours), hours(follow_up.until_hours));
        let at = from.max(self.at.plus_seconds(600)).plus_seconds(pause(self.random, 60, 3 * 3_600));
        let after = (at.get() - self.at.get()) / 1_000_000;
        // Campaigns are made at ten: eleven hours later it is nine in the evening.
        let by_day = (at.get() - self.times.created.get()) / 1_000_000 % (24 * 3_600) < 11 * 3_600;
        let sent = by_day && at < until && self.we(Kind::FollowUp, follow_up.text, after);
        if let (true, Some(said)) = (sent, self.story.said.last_mut()) {
            said.follow_up = Some(place);
        }
        sent
    }

    /// Some who said yes were reminded, and some of them wrote back.
    fn follow_up_answers(&mut self) {
        let given: Vec<Meant> = self
            .story
            .answers
            .iter()
            .filter_map(|(question, given, _)| match given {
                Given::Choice(choice) => Some(Meant::Answer(*question, *choice)),
                Given::Words(_) => None,
            })
            .collect();
        let lot = self.random.random_range(0..100);
        if lot < 50 && self.follow_up(|meant| given.contains(&meant)) && lot < 8 {
            let after = pause(self.random, 30, 1_800);
            self.they("Thanks for the reminder! Is it rain or shine?", after);
        }
    }

    /// Most opt out by a word; some ask for it, and a texter does it.
    fn opt_out(&mut self) {
        let after = pause(self.random, 15, 900);
        if self.random.random_range(0..4) > 0 {
            let word = pick(self.random, &STOPS).unwrap_or("STOP");
            if self.they(word, after) {
                self.story.opted_out = Some((self.at, None));
            }
            return;
        }
        let plea = pick(self.random, &PLEAS).unwrap_or("Please stop texting me");
        let reads = pause(self.random, 40, 900);
        if self.they(plea, after) && self.happens(Event::OptOut, reads) {
            self.story.opted_out = Some((self.at, Some(self.texter)));
            self.we(Kind::OptOutConfirmation, OPTED_OUT, 0);
        }
    }

    /// What they write is for the admins.
    fn escalate(&mut self) {
        let Some((line, note)) = pick(self.random, &ESCALATIONS) else { return };
        let (reads, thinks) = (pause(self.random, 20, 2_400), pause(self.random, 40, 600));
        if self.they(line, reads) && self.happens(Event::Escalate, thinks) {
            self.story.note = Some((note, self.at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::CAMPAIGNS;
    use super::*;
    use handoff_core::status::{Standing, Status};
    use rand::SeedableRng;

    const HOUR: i64 = 3_600;
    const NOW: Instant = Instant(1_800_000_000_000_000);

    fn stories(plan: &Plan) -> Vec<(Ending, Times, Story)> {
        let random = &mut StdRng::seed_from_u64(7);
        let reader = Reader { first_name: "Ada", last_name: "Park", city: "Oakdale" };
        let created = NOW.plus_seconds(-48 * HOUR);
        let story = |ending| {
            let begins = created.plus_seconds(random.random_range(600..47 * HOUR));
            let times = Times { created, begins, until: NOW };
            (ending, times, tell(plan, &reader, MemberId(3), times, ending, random))
        };
        let endings = [
            Ending::Silent,
            Ending::NeedsReply,
            Ending::Replied,
            Ending::Resolved,
            Ending::OptedOut,
            Ending::Escalated,
        ];
        endings.into_iter().cycle().take(1_200).map(story).collect()
    }

    fn talking() -> impl Iterator<Item = &'static Plan> {
        const ALL: &[Plan] = &CAMPAIGNS;
        ALL.iter().filter(|plan| !plan.talks.is_empty())
    }

    #[test]
    fn messages_tell_what_the_status_says() {
        for (_, times, Story { state, said, .. }) in talking().flat_map(stories) {
            assert!(said.is_sorted_by_key(|said| said.at), "{said:?}");
            assert!(said.iter().all(|said| said.at >= times.begins && said.at <= NOW));
            let theirs = said.iter().rev().find(|said| said.ours.is_none()).map(|said| said.at);
            let counts = |said: &&Said| said.ours.is_some_and(|(_, kind, _)| !kind.confirms());
            let ours = said.iter().rev().find(counts).map(|said| said.at);
            assert_eq!((state.contact_wrote_at, state.we_wrote_at), (theirs, ours));
            assert_eq!(said.first().and_then(|said| said.ours).map(|(_, kind, _)| kind), Some(Kind::Initial));
            let expected: &[Status] = match (theirs, theirs > ours) {
                (None, _) => &[Status::Waiting],
                (Some(_), true) => &[Status::NeedsReply],
                (Some(_), false) => &[Status::Replied, Status::Resolved],
            };
            assert!(expected.contains(&state.status), "{state:?} {said:?}");
        }
    }

    #[test]
    fn a_story_can_be_told_of_another_time() {
        for (.., story) in talking().flat_map(stories).take(300) {
            let later = story.clone().later(HOUR);
            assert_eq!(later.ended(), story.ended().plus_seconds(HOUR));
            assert_eq!(later.later(-HOUR), story);
        }
    }

    #[test]
    fn nearly_every_story_comes_to_its_end() {
        let all: Vec<_> = talking().flat_map(stories).collect();
        let reached = all.iter().filter(|(ending, _, Story { state, note, .. })| match ending {
            Ending::Silent => state.status == Status::Waiting,
            Ending::NeedsReply => state.status == Status::NeedsReply,
            // A follow-up may have been answered.
            Ending::Replied => matches!(state.status, Status::Replied | Status::NeedsReply),
            Ending::Resolved => state.status == Status::Resolved,
            Ending::OptedOut => state.standing() == Standing::OptedOut,
            Ending::Escalated => state.escalated && state.assignee.is_none() && note.is_some(),
        });
        assert!(reached.count() * 10 > all.len() * 9);
    }

    #[test]
    fn opt_outs_are_by_word_or_by_hand_and_placeholders_are_filled() {
        let all: Vec<_> = talking().flat_map(stories).map(|(.., story)| story).collect();
        for story in &all {
            assert_eq!(story.opted_out.is_some(), story.state.opted_out);
            assert!(story.said.iter().all(|said| !said.body.contains(['{', '}'])), "{story:?}");
        }
        let by_hand = all.iter().filter(|story| matches!(story.opted_out, Some((_, Some(_))))).count();
        let by_word = all.iter().filter(|story| matches!(story.opted_out, Some((_, None)))).count();
        assert!(by_hand > 50 && by_word > by_hand, "{by_hand} {by_word}");
        assert!(PLEAS.iter().all(|plea| Asks::of(plea) == Asks::Stop), "a texter has to read them");
        assert!(STOPS.iter().all(|stop| Asks::of(stop) == Asks::OptOut), "they count by themselves");
    }

    #[test]
    fn follow_ups_go_to_those_who_are_meant_in_their_time() {
        let plan = talking().find(|plan| plan.follow_ups.len() == 2).expect("a campaign with follow-ups");
        let mut sent = [0, 0];
        for (_, times, story) in stories(plan) {
            for said in story.said.iter().filter(|said| said.follow_up.is_some()) {
                let place = said.follow_up.expect("a follow-up");
                let follow_up = &plan.follow_ups[place];
                sent[place] += 1;
                assert!(said.at >= times.created.plus_seconds(follow_up.from_hours * HOUR));
                assert!(said.at < times.created.plus_seconds(follow_up.until_hours * HOUR));
                if let Meant::Answer(question, choice) = follow_up.meant {
                    let given = |it: &(usize, Given, Instant)| (it.0, it.1) == (question, Given::Choice(choice));
                    assert!(story.answers.iter().any(given));
                }
            }
        }
        assert!(sent.iter().all(|sent| *sent > 5), "{sent:?}");
    }
}
