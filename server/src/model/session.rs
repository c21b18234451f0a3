//! Who is signed in, and where.

use handoff_core::id::AccountId;
use handoff_core::membership::LinkPassword;
use handoff_core::permission::Role;
use handoff_core::{Instant, MemberId, OrganizationId, SessionId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The account.
    pub account: AccountId,
    /// The member of the organization.
    pub member: MemberId,
    /// The organization.
    pub organization: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The country whose national phone numbers are understood: two letters.
    pub country: String,
    /// The member's name.
    pub name: String,
    /// The account's e-mail address.
    pub email: String,
    /// What the member is in the organization.
    pub role: Role,
}

/// A sign-in on one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The browser and system, in words.
    pub browser: String,
    /// When it began.
    pub since: Instant,
    /// When it was last used.
    pub last_used: Instant,
}

/// An organization that one's account belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationRow {
    /// Which.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// What one is there.
    pub role: Role,
    /// Whether it is the one that this browser is signed in to.
    pub current: bool,
}

/// What a one-time link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkPurpose {
    /// To set up the first admin of an empty database.
    SetUp,
    /// To sign in as this person and choose a password.
    SignIn {
        /// The person's name.
        name: String,
        /// The e-mail address to sign in with from then on.
        email: String,
        /// The organization that it leads to.
        organization_name: String,
        /// Which password it takes: a new one that the person chooses, or the one that their account has.
        password: LinkPassword,
    },
}

/// Why signing in, a link or a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum SessionError {
    /// The e-mail address or the password is wrong: which one is not said.
    #[error(
        "The e-mail address or the password is wrong. Check both and try again, or ask an admin for a sign-in link."
    )]
    WrongPassword,
    /// The account is not active in any organization.
    #[error(
        "This account is active in no organization. If you were given a sign-in link, open that, else ask an admin of your organization."
    )]
    Deactivated,
    /// The current password is wrong.
    #[error("The current password is wrong. Nothing was changed.")]
    WrongCurrentPassword,
    /// The new password is too short or too long.
    #[error("{}", handoff_core::account::WeakPassword)]
    WeakPassword,
    /// The link belongs to one organization, and the account to another one too, whose password stays.
    #[error("You have a password on this server already. Enter that one to sign in through this link.")]
    PasswordElsewhere,
    /// The password given with a link is not that of the account.
    #[error("{}", wrong_link_password(*.left))]
    WrongLinkPassword {
        /// How often it can be tried again. At none the link has ended.
        left: u8,
    },
    /// The one-time link was used, has ended or never existed.
    #[error(
        "This link was used already or has ended: after seven days, with a newer link or password, or after five wrong passwords. Ask an admin for a new one."
    )]
    LinkInvalid,
    /// The set-up link came after the first admin was made.
    #[error("This server is set up already. Sign in instead.")]
    SetUpDone,
}

fn wrong_link_password(left: u8) -> String {
    let help = "If you never chose one, somebody may have used your address: ask whoever runs this server.";
    match left {
        0 => format!(
            "This is not the password of your account, and the link has ended. Ask an admin for a new one. {help}"
        ),
        1 => format!("This is not the password of your account. The link takes one more try. {help}"),
        left => format!("This is not the password of your account. The link takes {left} more tries. {help}"),
    }
}
