//! Messages that were written and not sent yet: they survive the tab and the browser's end, until whoever wrote them
//! signs out.

use handoff_core::{ConversationId, MemberId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use super::letter_box::{NAME, storage};
use super::session::{Session, session};

/// So many are kept. The one that was written in longest ago is given up for a new one.
const MOST: usize = 50;

/// What one member has written, the latest last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Letters {
    member: MemberId,
    letters: Vec<(ConversationId, String)>,
}

impl Letters {
    /// What is kept, if it is of this member.
    fn read(text: Option<String>, member: MemberId) -> Self {
        let read = text.and_then(|text| serde_json::from_str::<Self>(&text).ok());
        read.filter(|letters| letters.member == member).unwrap_or(Self { member, letters: Vec::new() })
    }

    fn find(&self, conversation: ConversationId) -> Option<String> {
        self.letters.iter().find(|(id, _)| *id == conversation).map(|(_, text)| text.clone())
    }

    fn put(&mut self, conversation: ConversationId, text: Option<&str>) {
        self.letters.retain(|(id, _)| *id != conversation);
        if let Some(text) = text {
            self.letters.push((conversation, text.to_owned()));
            let surplus = self.letters.len().saturating_sub(MOST);
            self.letters.drain(..surplus);
        }
    }
}

/// The letters of the member who is signed in.
#[derive(Clone, Copy)]
pub struct Drawer(Session);

/// The letters of the member who is signed in. Only where pages are made.
pub fn letters() -> Drawer {
    Drawer(session())
}

impl Drawer {
    /// Has who reads it look again when somebody else, or the same person, signs in.
    pub fn track(self) {
        self.0.who.track();
    }

    fn open(self) -> Option<(Storage, Letters)> {
        // Without storage (some private windows) a letter lasts as long as the page.
        let (storage, member) = (storage()?, untrack(|| self.0.member())?.member);
        let letters = Letters::read(storage.get_item(NAME).ok().flatten(), member);
        Some((storage, letters))
    }

    /// What was written in this conversation.
    pub fn kept(self, conversation: ConversationId) -> Option<String> {
        self.open()?.1.find(conversation)
    }

    /// Keeps what was written.
    pub fn keep(self, conversation: ConversationId, text: &str) {
        self.put(conversation, Some(text));
    }

    /// Forgets what was written: it was sent, or taken back.
    pub fn forget(self, conversation: ConversationId) {
        self.put(conversation, None);
    }

    /// Read afresh each time: another tab may have written meanwhile.
    fn put(self, conversation: ConversationId, text: Option<&str>) {
        let Some((storage, mut letters)) = self.open() else { return };
        letters.put(conversation, text);
        if let Ok(written) = serde_json::to_string(&letters)
            && let Err(error) = storage.set_item(NAME, &written)
        {
            leptos::logging::warn!("could not keep what was typed: {error:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABBY: MemberId = MemberId(1);

    #[test]
    fn the_latest_are_kept_and_nobody_sees_those_of_others() {
        let mut letters = Letters::read(None, ABBY);
        for id in 1..=60 {
            letters.put(ConversationId(id), Some("Hi"));
        }
        letters.put(ConversationId(11), Some("Hello"));
        letters.put(ConversationId(61), Some("Hey"));
        assert_eq!(letters.letters.len(), MOST);
        let text = serde_json::to_string(&letters).ok();
        let read = Letters::read(text.clone(), ABBY);
        assert_eq!(read.find(ConversationId(11)).as_deref(), Some("Hello"), "written in again");
        assert_eq!((read.find(ConversationId(12)), read.find(ConversationId(10))), (None, None));
        assert_eq!(Letters::read(text, MemberId(2)).letters, []);
        letters.put(ConversationId(11), None);
        assert_eq!(letters.find(ConversationId(11)), None);
        assert_eq!(Letters::read(Some("no JSON".to_owned()), ABBY).letters, []);
    }
}
