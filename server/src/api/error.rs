//! Why a request is refused: one error for the page to show, with its sentence and its status.

use handoff_core::campaign::CampaignError;
use handoff_core::contact::search::SearchError;
use handoff_core::order::OrderError;
use handoff_core::permission::Forbidden;
use handoff_core::request::RequestError;
use handoff_core::self_assignment::RequestRefusal;
use handoff_core::sending::SendError;
use handoff_core::survey::AnswerError;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::conversations::ConversationError;
use super::imports::ImportError;
use super::invites::InviteError;
use super::opt_outs::OptOutError;
use super::session::SessionError;
use super::storage::StorageError;
use super::texters::TexterError;

/// Why a request is refused. Its `Display` is the sentence that the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum ApiError {
    /// Nobody is signed in, or the session has ended.
    #[error("You are signed out. Sign in again to go on: what you have typed is kept.")]
    SignedOut,
    /// The member may not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It does not exist, or not in this organization.
    #[error("This {0} does not exist. It may have been removed; go back to the list and choose again.")]
    NotFound(Thing),
    /// The campaign's status forbids it.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
    /// The bulk move cannot be followed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Signing in, links and passwords.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// Invite links.
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// A request for conversations is refused.
    #[error(transparent)]
    NoBatch(#[from] RequestRefusal),
    /// Members and texters.
    #[error(transparent)]
    Texter(#[from] TexterError),
    /// Contact files.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Lists of numbers that have opted out.
    #[error(transparent)]
    OptOut(#[from] OptOutError),
    /// The message cannot be sent, or the member may not act in this conversation any more.
    #[error(transparent)]
    Sending(#[from] SendError),
    /// Something cannot be done in a conversation as it stands.
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// The answer to a survey question is not recorded.
    #[error(transparent)]
    Answer(#[from] AnswerError),
    /// An order of something that is not there any more, or lacks something.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// A search is too long, or has too many words.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A field holds what it cannot hold.
    #[error("{sentence}")]
    Invalid {
        /// Which field, by its name in the arguments.
        field: String,
        /// What is wrong and what to do.
        sentence: String,
    },
    /// The operation id was used before for something else.
    #[error("This action was sent before with other contents. Reload the page and try again.")]
    OperationReused,
    /// Too many attempts.
    #[error("Too many attempts. Wait {} and try again.", wait(*.seconds))]
    TooMany {
        /// How long to wait, in seconds.
        seconds: u32,
    },
    /// The request could not be read.
    #[error("The server could not read this request: {0}")]
    Unreadable(String),
    /// The database has no room, is failing, busy or away.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The server could not be reached, or the answer was lost.
    #[error("The server cannot be reached. Check your connection; nothing is lost, and you can try again.")]
    Unreachable,
    /// Something broke on the server. The log has the rest under the request id.
    #[error(
        "Something broke on our side. Look whether it was done before you try again; if it goes on, tell whoever runs \
         this server."
    )]
    Broken,
}

/// What can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thing {
    /// A campaign.
    Campaign,
    /// A member of the organization.
    Member,
    /// An operation of the history.
    Operation,
    /// An uploaded contact file.
    Import,
    /// A conversation.
    Conversation,
    /// A survey question.
    Question,
    /// A recommended reply.
    Reply,
    /// A follow-up.
    FollowUp,
    /// An organization.
    Organization,
    /// An invite link.
    Invite,
    /// A session.
    Session,
    /// A page or address.
    Page,
}

impl std::fmt::Display for Thing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Campaign => "campaign",
            Self::Member => "member",
            Self::Operation => "operation",
            Self::Import => "contact file",
            Self::Conversation => "conversation",
            Self::Question => "survey question",
            Self::Reply => "recommended reply",
            Self::FollowUp => "follow-up",
            Self::Organization => "organization",
            Self::Invite => "invite link",
            Self::Session => "session",
            Self::Page => "page",
        })
    }
}

/// So many characters of what was given are said again.
const QUOTED: usize = 100;

/// The longest text of an error about what cannot be read: a hundred characters, and as many of what is wrong with them.
const LONGEST_UNREADABLE: usize = 2 * QUOTED;

/// A text that may quote a request of any length: if it is longer than that, its beginning and its end.
pub(crate) fn shortened(what: &str, longest: usize) -> String {
    let length = what.chars().count();
    if length <= longest {
        return what.to_owned();
    }
    let beginning: String = what.chars().take(QUOTED).collect();
    let end: String = what.chars().skip(length - longest.saturating_sub(QUOTED)).collect();
    format!("{beginning} … {end}")
}

fn wait(seconds: u32) -> String {
    match seconds {
        0..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl ApiError {
    /// A field holds what it cannot hold.
    pub fn invalid(field: &str, sentence: impl std::fmt::Display) -> Self {
        Self::Invalid { field: field.to_owned(), sentence: sentence.to_string() }
    }

    /// Whether nobody knows what became of what was sent, and it may be sent again under its id.
    pub const fn is_lost(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Storage(error) => error.passes(),
            _ => false,
        }
    }

    /// Why arguments could not be read. What ours say of a value is for people, whoever read it; what the parser says is
    /// for who wrote the request.
    fn unread(what: &str) -> Self {
        match own_sentence(what) {
            // The parser does not say which field it was.
            Some(sentence) => Self::invalid("", shortened(sentence, LONGEST_UNREADABLE)),
            None => Self::Unreadable(shortened(what, LONGEST_UNREADABLE)),
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut => 401,
            Self::Forbidden(_) => 403,
            Self::Sending(SendError::NoGateway) | Self::Unreachable => 503,
            Self::NotFound(_) => 404,
            Self::Campaign(_)
            | Self::OperationReused
            | Self::NoBatch(_)
            | Self::Sending(_)
            | Self::Conversation(_)
            | Self::Answer(AnswerError::Deleted | AnswerError::Changed)
            | Self::Order(_) => 409,
            Self::OptOut(OptOutError::TooMany { .. }) => 413,
            Self::OptOut(_) | Self::Request(_) | Self::Invalid { .. } | Self::Answer(_) | Self::Search(_) => 422,
            Self::Session(error) => error.status(),
            Self::Invite(error) => error.status(),
            Self::Texter(error) => error.status(),
            Self::Import(error) => error.status(),
            Self::TooMany { .. } => 429,
            Self::Unreadable(_) => 400,
            Self::Storage(error) => error.status(),
            Self::Broken => 500,
        }
    }
}

/// The sentence of a value that refused what was read for it. The parser adds the place; its own words begin small.
fn own_sentence(what: &str) -> Option<&str> {
    let (sentence, place) = what.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let ours = sentence.starts_with(char::is_uppercase) && sentence.ends_with('.');
    (digits(line) && digits(column) && ours).then_some(sentence)
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(what)
            | ServerFnErrorErr::MissingArg(what)
            | ServerFnErrorErr::Deserialization(what) => Self::unread(&what),
            _ => Self::Broken,
        }
    }
}
