//! Which HTTP status goes with which refusal.

use handoff_core::self_assignment::NoPlace;
use handoff_core::sending::SendError;
use handoff_core::survey::answer::AnswerError;

use crate::model::ApiError;
use crate::model::import::ImportError;
use crate::model::invite::InviteError;
use crate::model::member::TexterError;
use crate::model::opt_out::OptOutError;
use crate::model::session::SessionError;
use crate::model::storage::StorageError;

impl ApiError {
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

impl InviteError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Disabled => 410,
            Self::Off | Self::Archived | Self::NotConfirmed | Self::NoPlace(NoPlace::Full) => 409,
            Self::NoPlace(NoPlace::TooMany { .. }) => 429,
            Self::Deactivated | Self::Invited | Self::Removed => 403,
            Self::SignIn => 422,
        }
    }
}

impl SessionError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongPassword => 401,
            Self::Deactivated => 403,
            Self::WrongCurrentPassword
            | Self::WeakPassword
            | Self::PasswordElsewhere
            | Self::WrongLinkPassword { .. } => 422,
            Self::LinkInvalid => 404,
            Self::SetUpDone => 409,
        }
    }
}

impl StorageError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Full => 507,
            Self::Failing | Self::Busy | Self::Away => 503,
        }
    }
}

impl TexterError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::EmailTaken | Self::LastAdmin => 409,
            Self::Yourself => 422,
        }
    }
}

impl ImportError {
    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::AlreadyStarted => 409,
            _ => 422,
        }
    }
}
