//! The acts of persons, and the roles that may do each: the one table of rights by role.

use super::role::Role::{Administrator, Auditor, MailboxUser, Operator, TeamLeader, Viewer};
use super::role::{Role, Roles};

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal: [$($role:ident),*];)*) => {
        /// An act that needs a role.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $($(#[$doc])* $name,)*
        }

        impl Act {
            /// Every act.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the code of the act.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Returns the roles that may do the act.
            #[must_use]
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$($role),*],)*
                }
            }
        }
    };
}

acts! {
    /// See the console: states of messages, parties, alerts and the hub, without content.
    SeeConsole = "see-console": [Viewer, Operator, Auditor, Administrator];
    /// Retry and cancel deliveries, and settle alerts.
    HandleMessages = "handle-messages": [Operator];
    /// Add, change, test, pause and suspend parties, and change their keys.
    ChangeParties = "change-parties": [Operator];
    /// Act on behalf of a participant: look up, withdraw, link, protect, and confirm grants by evidence.
    HandleParticipants = "handle-participants": [Operator];
    /// Read and verify the audit log.
    ReadAudit = "read-audit": [Auditor];
    /// Manage the accounts of persons.
    ManageUsers = "manage-users": [Administrator];
    /// Change the hub itself: its keys, its clock and its adapters.
    ChangeHub = "change-hub": [Administrator];
    /// Read and write in the mailbox of the person's own party.
    UseMailbox = "use-mailbox": [MailboxUser, TeamLeader];
    /// See the mailbox of the person's own party as a whole, and hand participants over.
    LeadTeam = "lead-team": [TeamLeader];
    /// Ask to see the content of one message, for some minutes.
    AskToOpen = "ask-to-open": [Operator, Auditor, Administrator];
    /// Approve or refuse such a request of another person.
    ApproveOpening = "approve-opening": [Operator, Auditor, Administrator];
    /// Approve or refuse such a request about a message of the person's own party.
    ApproveForSender = "approve-for-sender": [MailboxUser, TeamLeader];
    /// Take a copy of everything about a participant, with content. No role sees content that way.
    ExportParticipant = "export-participant": [];
}

impl Roles {
    /// Returns whether one of the roles may do an act.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        act.roles().iter().any(|role| self.has(*role))
    }

    /// Returns whether the person may see the console.
    #[must_use]
    pub fn may_see_console(&self) -> bool {
        self.may(Act::SeeConsole)
    }

    /// Returns whether the person may act on messages and parties.
    #[must_use]
    pub fn may_operate(&self) -> bool {
        self.may(Act::HandleMessages)
    }

    /// Returns whether the person may manage accounts and the hub.
    #[must_use]
    pub fn may_administer(&self) -> bool {
        self.may(Act::ManageUsers)
    }

    /// Returns whether the person may read the audit log.
    #[must_use]
    pub fn may_audit(&self) -> bool {
        self.may(Act::ReadAudit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PartyId;

    /// The whole table, written once more by role: a change of a right changes two places.
    #[test]
    fn each_role_may_do_its_acts_and_no_other() {
        let party = PartyId::parse("nordvik").unwrap();
        for (role, acts) in [
            (Viewer, &[Act::SeeConsole] as &[Act]),
            (
                Operator,
                &[
                    Act::SeeConsole,
                    Act::HandleMessages,
                    Act::ChangeParties,
                    Act::HandleParticipants,
                    Act::AskToOpen,
                    Act::ApproveOpening,
                ],
            ),
            (
                Auditor,
                &[Act::SeeConsole, Act::ReadAudit, Act::AskToOpen, Act::ApproveOpening],
            ),
            (
                Administrator,
                &[
                    Act::SeeConsole,
                    Act::ManageUsers,
                    Act::ChangeHub,
                    Act::AskToOpen,
                    Act::ApproveOpening,
                ],
            ),
            (MailboxUser, &[Act::UseMailbox, Act::ApproveForSender]),
            (TeamLeader, &[Act::UseMailbox, Act::LeadTeam, Act::ApproveForSender]),
        ] {
            let roles = Roles::of(&[role], role.is_of_mailbox().then_some(&party)).unwrap();
            let may: Vec<_> = Act::ALL.iter().copied().filter(|act| roles.may(*act)).collect();
            assert_eq!(may, acts, "{role}");
        }
    }

    #[test]
    fn several_roles_have_the_acts_of_each() {
        let roles = Roles::of(&[Auditor, Administrator], None).unwrap();
        assert!(roles.may(Act::ReadAudit) && roles.may(Act::ManageUsers) && !roles.may(Act::HandleMessages));
    }

    #[test]
    fn no_act_is_of_a_mailbox_and_of_the_console() {
        for act in Act::ALL {
            let (mailbox, console): (Vec<Role>, Vec<Role>) =
                act.roles().iter().copied().partition(|role| role.is_of_mailbox());
            assert!(mailbox.is_empty() || console.is_empty(), "{}", act.code());
        }
    }

    #[test]
    fn no_code_stands_twice() {
        let codes: std::collections::BTreeSet<_> = Act::ALL.iter().map(|act| act.code()).collect();
        assert_eq!(codes.len(), Act::ALL.len());
    }
}
