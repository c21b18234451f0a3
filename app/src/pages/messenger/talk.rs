//! The conversation that is open, or where it went.

use handoff_core::contact::Phone;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, ConversationId};
use handoff_server::api::messenger::read_thread;
use handoff_server::model::ApiError;
use handoff_server::model::messenger::Thread;
use leptos::prelude::*;

use super::list::List;
use super::place::Place;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::state::session::session;

/// A conversation as it was read, or why it cannot be seen any more.
type Read = Option<(ConversationId, Result<Thread, ApiError>)>;

/// The conversation that is open.
#[derive(Clone, Copy)]
pub struct Talk {
    /// Which, if any.
    pub id: Memo<Option<ConversationId>>,
    /// All of it, once it is here.
    pub thread: Memo<Option<Thread>>,
    /// Why it cannot be seen any more: it was moved away, or is gone.
    pub lost: Memo<Option<ApiError>>,
    /// Why it could not be fetched.
    pub error: RwSignal<Option<ApiError>>,
    /// The contact's name.
    pub name: Memo<String>,
    /// The contact's number, if it may be seen.
    pub phone: Memo<Option<Phone>>,
    /// Whether the person sent something that is not among the messages yet.
    pub sent: StoredValue<bool>,
    query: Query<Read>,
}

/// The name of a contact.
pub fn full_name(first: &str, last: &str) -> String {
    let name = format!("{first} {last}");
    match name.trim() {
        "" => "No name".to_owned(),
        name => name.to_owned(),
    }
}

/// Whether an error is about this conversation, and no other try will help.
const fn is_final(error: &ApiError) -> bool {
    matches!(error, ApiError::Sending(_) | ApiError::NotFound(_) | ApiError::Forbidden(_) | ApiError::Conversation(_))
}

impl Talk {
    /// The conversation that the address asks for.
    pub fn new(campaign: CampaignId, place: Place, list: List) -> Self {
        let id = place.conversation;
        let query = Query::<Read>::new(move || {
            let id = id.get();
            async move {
                let Some(id) = id else { return Ok(None) };
                match read_thread(id).await {
                    Ok(thread) => Ok(Some((id, Ok(thread)))),
                    Err(error) if is_final(&error) => Ok(Some((id, Err(error)))),
                    Err(error) => Err(error),
                }
            }
        });
        Live::expect().follow(campaign, query);
        let read = move |wanted: Option<ConversationId>| {
            query.data.with(|read| match read.as_ref()?.as_ref()? {
                (id, read) if Some(*id) == wanted => Some(read.clone()),
                _ => None,
            })
        };
        let thread = Memo::new(move |_| read(id.get())?.ok());
        let gone = Memo::new(move |_| read(id.get())?.err());
        // The list knows the name before the thread is here; and it stays when the conversation is gone.
        let name = Memo::new(move |before: Option<&(Option<ConversationId>, String)>| {
            let id = id.get();
            let known =
                thread.with(|thread| thread.as_ref().map(|thread| full_name(&thread.first_name, &thread.last_name)));
            let listed = || {
                list.rows
                    .with(|rows| id.and_then(|id| rows.get(id)).map(|row| full_name(&row.first_name, &row.last_name)))
            };
            let kept = || before.filter(|(before, _)| *before == id).map(|(_, name)| name.clone());
            let unknown = || gone.with(Option::is_some).then(|| "Somebody".to_owned());
            (id, known.or_else(listed).or_else(kept).or_else(unknown).unwrap_or_default())
        });
        let name = Memo::new(move |_| name.with(|(_, name)| name.clone()));
        let phone = Memo::new(move |_| thread.with(|thread| thread.as_ref()?.phone));
        Self { id, thread, lost: gone, error: query.error, name, phone, sent: StoredValue::new(false), query }
    }

    /// Fetches it afresh.
    pub fn refetch(self) {
        self.query.refetch();
    }
}

/// The contact's number: for admins a link to all that the organization knows of it.
#[component]
pub fn PhoneWords(talk: Talk) -> impl IntoView {
    let looks_up = session().may(Act::LookUpPhone);
    move || {
        talk.phone.get().map(|phone| {
            if looks_up {
                let label = format!("{}: all conversations of this number", phone.readable());
                view! { <a href=format!("/numbers/{phone}") aria-label=label>{phone.readable()}</a> }.into_any()
            } else {
                phone.readable().into_any()
            }
        })
    }
}
