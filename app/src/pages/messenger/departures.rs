//! What has left a list, so that an answer that was on its way already does not bring it back.

use handoff_core::ConversationId;

/// The conversations that have left a list, in the order in which they did.
#[derive(Debug, Default)]
pub struct Departures(Vec<ConversationId>);

impl Departures {
    /// A conversation has left.
    pub fn note(&mut self, conversation: ConversationId) {
        self.0.push(conversation);
    }

    /// The moment at which a request begins.
    pub const fn moment(&self) -> usize {
        self.0.len()
    }

    /// Whether a conversation has left since a moment: what was asked for then may still have it.
    pub fn has_left(&self, conversation: ConversationId, since: usize) -> bool {
        self.0.get(since..).is_some_and(|left| left.contains(&conversation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_brings_nothing_back_that_left_after_its_question() {
        let mut departures = Departures::default();
        let (one, other) = (ConversationId(1), ConversationId(2));
        let before = departures.moment();
        departures.note(one);
        let between = departures.moment();
        departures.note(other);
        assert!(departures.has_left(one, before) && departures.has_left(other, before));
        assert!(!departures.has_left(one, between), "it is there again");
        assert!(departures.has_left(other, between));
        assert!(!departures.has_left(other, departures.moment()));
    }
}
