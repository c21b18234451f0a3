//! What a member is to their organization: an address that somebody typed proves nothing, the organization's own one-time
//! link does.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a membership stands. Only an active one opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Membership {
    /// An admin added them, and the organization's own link was not used yet. Conversations can be put ready for them;
    /// whoever has the account sees nothing of it.
    Invited,
    /// They are in.
    Active,
    /// An admin shut them out.
    Deactivated,
    /// An admin shut them out before they had come in.
    Withdrawn,
}

/// What changes a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MembershipEvent {
    /// The organization's own one-time link was used.
    LinkUsed,
    /// An admin shuts them out.
    Deactivate,
    /// An admin takes that back.
    Activate,
}

/// The membership is deactivated: its links do not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("This member is deactivated. Activate them first, then make a link.")]
pub struct ShutOut;

/// Which password a one-time link takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LinkPassword {
    /// A new one, which the link sets.
    New,
    /// The one that the account has: the link alone is not enough.
    Own,
}

/// Who made a one-time link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkMaker {
    /// An admin of the organization that the membership is of.
    Organization(Membership),
    /// Who runs the server, whom every organization trusts.
    Server,
}

impl Membership {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Active, Self::Deactivated, Self::Withdrawn];

    /// The membership by what is stored of it: whether an admin lets them in, and whether the link is still to be used.
    pub const fn stored(active: bool, invited: bool) -> Self {
        match (active, invited) {
            (true, true) => Self::Invited,
            (true, false) => Self::Active,
            (false, false) => Self::Deactivated,
            (false, true) => Self::Withdrawn,
        }
    }

    /// Whether an admin lets them in.
    pub const fn is_let_in(self) -> bool {
        matches!(self, Self::Invited | Self::Active)
    }

    /// Whether the organization's own link is still to be used.
    pub const fn is_invited(self) -> bool {
        matches!(self, Self::Invited | Self::Withdrawn)
    }

    /// Whether it opens anything: a session, the list of one's organizations, a conversation.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether conversations may be given to them.
    pub const fn may_hold(self) -> bool {
        self.is_let_in()
    }

    /// The membership after an event.
    ///
    /// # Errors
    /// If a link is used by somebody who is shut out.
    pub const fn after(self, event: MembershipEvent) -> Result<Self, ShutOut> {
        match (self, event) {
            (Self::Invited | Self::Active, MembershipEvent::LinkUsed) => Ok(Self::Active),
            (Self::Deactivated | Self::Withdrawn, MembershipEvent::LinkUsed) => Err(ShutOut),
            (_, MembershipEvent::Deactivate) => Ok(Self::stored(false, self.is_invited())),
            (_, MembershipEvent::Activate) => Ok(Self::stored(true, self.is_invited())),
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invited => "Invited, link not used yet",
            Self::Active => "Active",
            Self::Deactivated => "Deactivated",
            Self::Withdrawn => "Invitation withdrawn",
        }
    }
}

impl LinkPassword {
    /// Which password a link takes of an account that has one or not, and that has come in to another organization or
    /// not.
    ///
    /// An organization gives a new password to an account that is its own alone. Whatever else it opens, or may be
    /// somebody else's, opens by its own password.
    pub const fn of(maker: LinkMaker, has_password: bool, came_in_elsewhere: bool) -> Self {
        match maker {
            LinkMaker::Server => Self::New,
            LinkMaker::Organization(_) if !has_password => Self::New,
            LinkMaker::Organization(Membership::Active) if !came_in_elsewhere => Self::New,
            LinkMaker::Organization(_) => Self::Own,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event() -> impl Strategy<Value = MembershipEvent> {
        prop_oneof![Just(MembershipEvent::LinkUsed), Just(MembershipEvent::Deactivate), Just(MembershipEvent::Activate)]
    }

    #[test]
    fn every_step_is_as_written() {
        let table: Vec<String> = Membership::ALL
            .into_iter()
            .flat_map(|from| {
                [MembershipEvent::LinkUsed, MembershipEvent::Deactivate, MembershipEvent::Activate]
                    .map(|event| format!("{from:?} {event:?} {:?}", from.after(event).ok()))
            })
            .collect();
        assert_eq!(
            table,
            [
                "Invited LinkUsed Some(Active)",
                "Invited Deactivate Some(Withdrawn)",
                "Invited Activate Some(Invited)",
                "Active LinkUsed Some(Active)",
                "Active Deactivate Some(Deactivated)",
                "Active Activate Some(Active)",
                "Deactivated LinkUsed None",
                "Deactivated Deactivate Some(Deactivated)",
                "Deactivated Activate Some(Active)",
                "Withdrawn LinkUsed None",
                "Withdrawn Deactivate Some(Withdrawn)",
                "Withdrawn Activate Some(Invited)",
            ]
        );
    }

    proptest! {
        /// The naive model remembers everything that happened: it is open if the link was used while they were let in,
        /// and whatever an admin did last lets them in.
        #[test]
        fn nothing_opens_before_the_link_was_used_while_they_were_let_in(events in prop::collection::vec(event(), 0..12)) {
            let mut membership = Membership::Invited;
            let (mut let_in, mut came_in) = (true, false);
            for event in events {
                match event {
                    MembershipEvent::LinkUsed => came_in |= let_in,
                    MembershipEvent::Deactivate => let_in = false,
                    MembershipEvent::Activate => let_in = true,
                }
                let after = membership.after(event);
                prop_assert_eq!(after.is_err(), event == MembershipEvent::LinkUsed && !let_in);
                membership = after.unwrap_or(membership);
                prop_assert_eq!(membership.opens(), let_in && came_in);
                prop_assert_eq!(membership.may_hold(), let_in);
                prop_assert_eq!(Membership::stored(membership.is_let_in(), membership.is_invited()), membership);
            }
        }
    }

    /// A person's account and the organizations that know it, whose admins try everything to get into another one.
    #[derive(Clone, Debug, Default)]
    struct Account {
        /// Who chose the password last: the organization whose link it was.
        password_of: Option<usize>,
        members: [Option<Membership>; 3],
    }

    proptest! {
        /// Admins use the links that they made themselves, with the passwords that they chose. Whatever they do, in any
        /// order, the organization that chose the password never gets into one whose link it was not given.
        #[test]
        fn no_organization_gets_into_another(acts in prop::collection::vec((0_usize..3, 0_usize..4), 0..40)) {
            let mut account = Account::default();
            for (organization, act) in acts {
                let step = |event| account.members[organization].and_then(|membership| membership.after(event).ok());
                let next = match act {
                    0 => account.members[organization].or(Some(Membership::Invited)),
                    1 => step(MembershipEvent::Deactivate),
                    2 => step(MembershipEvent::Activate),
                    _ => {
                        let after = step(MembershipEvent::LinkUsed);
                        if let (Some(before), Some(_)) = (account.members[organization], after) {
                            let elsewhere = (0..3).any(|other| other != organization
                                && account.members[other].is_some_and(|membership| !membership.is_invited()));
                            let maker = LinkMaker::Organization(before);
                            match LinkPassword::of(maker, account.password_of.is_some(), elsewhere) {
                                LinkPassword::New => account.password_of = Some(organization),
                                // They know the password only if they chose it.
                                LinkPassword::Own if account.password_of == Some(organization) => {}
                                LinkPassword::Own => continue,
                            }
                        }
                        after
                    }
                };
                account.members[organization] = next.or(account.members[organization]);
                // What opens for whoever knows the password is their own organization alone.
                for other in 0..3 {
                    let opens = account.members[other].is_some_and(Membership::opens);
                    prop_assert!(!opens || account.password_of == Some(other), "{account:?}");
                }
            }
        }
    }

    #[test]
    fn which_password_a_link_takes() {
        use LinkPassword::{New, Own};
        let of = |membership| LinkMaker::Organization(membership);
        assert_eq!(LinkPassword::of(LinkMaker::Server, true, true), New);
        assert_eq!(LinkPassword::of(of(Membership::Invited), false, false), New);
        // Invited by two before they chose one: the first link sets it.
        assert_eq!(LinkPassword::of(of(Membership::Invited), false, true), New);
        assert_eq!(LinkPassword::of(of(Membership::Invited), true, true), Own);
        assert_eq!(LinkPassword::of(of(Membership::Invited), true, false), Own);
        // Forgotten: an account that is the organization's alone gets a new one.
        assert_eq!(LinkPassword::of(of(Membership::Active), true, false), New);
        assert_eq!(LinkPassword::of(of(Membership::Active), true, true), Own);
    }
}
