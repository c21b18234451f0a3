//! Short messages at the foot of the page.
//!
//! `toasts().say("Saved")`, or with something to do about it:
//! `toasts().offer("6 conversations moved to Abby", "Undo", move || undo(operation))`.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

/// So long a message stays, at least, while nobody looks at it.
const SECONDS: u32 = 10;

/// A message.
#[derive(Clone)]
pub struct Toast {
    /// Tells it from the others.
    pub id: u32,
    /// What it says.
    pub text: String,
    /// What can be done about it.
    pub action: Option<(String, Arc<dyn Fn() + Send + Sync>)>,
    left: u32,
}

/// The messages that are shown.
#[derive(Clone, Copy)]
pub struct Toasts {
    /// The oldest first.
    pub all: RwSignal<Vec<Toast>>,
    /// Whether the pointer or the focus is on them: then they stay.
    pub held: RwSignal<bool>,
    next: StoredValue<u32>,
}

/// Makes the messages. Once, at the root.
pub fn provide() {
    let toasts = Toasts { all: RwSignal::new(Vec::new()), held: RwSignal::new(false), next: StoredValue::new(0) };
    provide_context(toasts);
    set_interval(move || toasts.second(), Duration::from_secs(1));
}

/// The messages. Call it while the component is made, and keep it: it is a handle.
pub fn toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Says something.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), None);
    }

    /// Says something, with a button that does something about it.
    ///
    /// The message outlives the page that offers it: `action` must not read that page's signals.
    pub fn offer(self, text: impl Into<String>, button: impl Into<String>, action: impl Fn() + Send + Sync + 'static) {
        self.push(text.into(), Some((button.into(), Arc::new(action))));
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u32) {
        self.all.update(|all| all.retain(|toast| toast.id != id));
        if self.all.with_untracked(Vec::is_empty) {
            self.held.set(false);
        }
    }

    fn push(self, text: String, action: Option<(String, Arc<dyn Fn() + Send + Sync>)>) {
        let id = self.next.with_value(|next| next.wrapping_add(1));
        self.next.set_value(id);
        self.all.update(|all| {
            all.push(Toast { id, text, action, left: SECONDS });
            // More than three at once nobody reads.
            if all.len() > 3 {
                all.remove(0);
            }
        });
    }

    fn second(self) {
        if self.held.get_untracked() || self.all.with_untracked(Vec::is_empty) {
            return;
        }
        let mut over = Vec::new();
        self.all.update_untracked(|all| {
            for toast in all {
                toast.left = toast.left.saturating_sub(1);
                if toast.left == 0 {
                    over.push(toast.id);
                }
            }
        });
        for id in over {
            self.dismiss(id);
        }
    }
}
