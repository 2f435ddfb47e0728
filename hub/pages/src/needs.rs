//! The persons that a page admits.

use bindeledd_core::account::{Act, Roles};

/// The persons that a page admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Anyone, signed in or not.
    Nobody,
    /// A signed-in person.
    Person,
    /// A person with a role in the console.
    Console,
    /// An operator.
    Operator,
    /// A person who may ask to see content.
    AskToOpen,
    /// A person who may ask to see content, or answer such a request.
    Opening,
    /// An auditor.
    Auditor,
    /// An administrator.
    Administrator,
    /// A person of a mailbox.
    Mailbox,
    /// Anyone, on the way to a participant's own page. Sessions of persons count for nothing there.
    OwnDoor,
    /// A participant, by a session of their own page.
    OwnPage,
}

impl Needs {
    /// Returns whether the page is of a participant, who has no account.
    pub(crate) const fn is_of_participant(self) -> bool {
        matches!(self, Self::OwnDoor | Self::OwnPage)
    }

    /// Returns whether these roles suffice.
    pub(crate) fn admits(self, roles: &Roles) -> bool {
        match self {
            Self::Nobody | Self::Person | Self::OwnDoor => true,
            Self::OwnPage => false,
            Self::Console => roles.may_see_console(),
            Self::Operator => roles.may_operate(),
            Self::AskToOpen => roles.may(Act::AskToOpen),
            Self::Opening => [Act::AskToOpen, Act::ApproveOpening, Act::ApproveForSender]
                .into_iter()
                .any(|act| roles.may(act)),
            Self::Auditor => roles.may_audit(),
            Self::Administrator => roles.may_administer(),
            Self::Mailbox => roles.may(Act::UseMailbox),
        }
    }
}
