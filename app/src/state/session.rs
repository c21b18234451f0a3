//! Who is signed in, and what happens when they no longer are.
//!
//! Every call of a server function goes through [`call`] (or through `Query` and `Task`, which use it):
//!
//! ```ignore
//! let overview = call(|| read_overview(campaign)).await?;
//! ```
//!
//! When the session has ended, a dialog "Sign in again" opens above whatever is open, nothing is lost, and
//! the call is made again after the sign-in. The closure may therefore be called more than once: it has to
//! make the same request each time (the same operation id, above all).

use std::cell::RefCell;
use std::future::Future;

use handoff_core::MemberId;
use handoff_core::permission::{Act, Role};
use handoff_server::api::session::who_am_i;
use handoff_server::model::ApiError;
use handoff_server::model::session::Me;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{draft, letter_box};

/// What is known of the person at this browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// Not known yet.
    Asking,
    /// The server could not say.
    Failed(ApiError),
    /// Nobody is signed in.
    Nobody,
    /// This member is.
    Member(Me),
}

/// Who is signed in.
#[derive(Clone, Copy)]
pub struct Session {
    /// What is known of the person at this browser.
    pub who: RwSignal<Who>,
    /// Whether the dialog "Sign in again" is open.
    pub expired: RwSignal<bool>,
}

thread_local! {
    // Calls go on after the component that made them is gone, so they cannot look in its context.
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
}

/// Makes the session and asks the server who is signed in. Once, at the root.
pub fn provide() -> Session {
    let session = Session { who: RwSignal::new(Who::Asking), expired: RwSignal::new(false) };
    provide_context(session);
    SESSION.with(|place| place.replace(Some(session)));
    session.ask();
    session
}

/// Who is signed in.
pub fn session() -> Session {
    expect_context()
}

/// The member who is signed in. Only for pages inside the shell, which shows them to members alone.
pub fn me() -> Signal<Option<Me>> {
    let session = session();
    Signal::derive(move || session.member())
}

impl Session {
    /// Asks the server who is signed in.
    pub fn ask(self) {
        self.who.set(Who::Asking);
        spawn_local(async move {
            self.who.set(match who_am_i().await {
                Ok(Some(me)) => Who::Member(me),
                Ok(None) | Err(ApiError::SignedOut) => Who::Nobody,
                Err(error) => Who::Failed(error),
            });
        });
    }

    /// The member who is signed in.
    pub fn member(self) -> Option<Me> {
        self.who.with(|who| match who {
            Who::Member(me) => Some(me.clone()),
            _ => None,
        })
    }

    /// Whether the member who is signed in may do this. The server decides again.
    pub fn may(self, act: Act) -> bool {
        self.who.with(|who| matches!(who, Who::Member(Me { role, .. }) if Role::may(*role, act)))
    }

    /// Whether nobody else is signed in on this page: what it shows may stay.
    pub fn is_free_for(self, member: MemberId) -> bool {
        self.who.with_untracked(|who| match who {
            Who::Nobody => true,
            Who::Member(me) => me.member == member,
            Who::Asking | Who::Failed(_) => false,
        })
    }

    /// Takes note of a sign-in. After an expired session, the calls that wait are made again.
    pub fn signed_in(self, me: Me) {
        let before = self.who.with_untracked(|who| match who {
            Who::Member(before) => Some(before.member),
            _ => None,
        });
        if before.is_some_and(|before| before != me.member) {
            draft::forget_all(draft::SECRET);
            letter_box::forget_all();
            // Somebody else: nothing on this page is theirs.
            if let Err(error) = window().location().reload() {
                leptos::logging::error!("could not reload: {error:?}");
            }
            return;
        }
        self.who.set(Who::Member(me));
        self.expired.set(false);
        wake(true);
    }

    /// Takes note that nobody is signed in. The calls that wait fail.
    pub fn signed_out(self) {
        draft::forget_all(draft::SECRET);
        letter_box::forget_all();
        self.who.set(Who::Nobody);
        self.expired.set(false);
        wake(false);
    }
}

fn wake(signed_in: bool) {
    for waiting in WAITING.take() {
        if let Err(error) = waiting.call1(&JsValue::UNDEFINED, &signed_in.into()) {
            leptos::logging::error!("could not go on after the sign-in: {error:?}");
        }
    }
}

/// Opens the dialog "Sign in again" and waits for what becomes of it.
async fn sign_in_again(session: Session) -> bool {
    let promise = Promise::new(&mut |resolve, _| WAITING.with_borrow_mut(|all| all.push(resolve)));
    session.expired.set(true);
    JsFuture::from(promise).await.is_ok_and(|signed_in| signed_in.is_truthy())
}

/// Calls a server function; when the session has ended, lets the person sign in again and calls once more.
///
/// # Errors
/// What the server function answers.
pub async fn call<T, F, Answer>(function: F) -> Result<T, ApiError>
where
    F: Fn() -> Answer,
    Answer: Future<Output = Result<T, ApiError>>,
{
    loop {
        let answer = function().await;
        let session = SESSION.with_borrow(|session| *session);
        match (answer, session) {
            (Err(ApiError::SignedOut), Some(session))
                if session.who.with_untracked(|who| matches!(who, Who::Member(_))) =>
            {
                if !sign_in_again(session).await {
                    return Err(ApiError::SignedOut);
                }
            }
            (answer, _) => return answer,
        }
    }
}
