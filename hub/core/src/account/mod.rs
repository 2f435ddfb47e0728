//! Persons who sign in: their accounts, roles, passwords, waits after failures, and sessions.
//!
//! Every rule here is pure: the clock is an argument, and secrets are made, hashed and compared elsewhere.

mod act;
mod acting;
mod attempts;
mod name;
mod password;
mod role;
mod session;

use jiff::Timestamp;

use crate::PartyId;
use crate::audit::Actor;
use crate::id::AccountId;

pub use act::Act;
pub use acting::Acting;
pub use attempts::{Attempts, FREE_FAILURES, LONGEST_WAIT};
pub use name::{DisplayName, DisplayNameError, LoginName, LoginNameError};
pub use password::{PASSWORD_LONGEST, PASSWORD_SHORTEST, PasswordError, check_password};
pub use role::{Role, Roles, RolesError};
pub use session::{ABSOLUTE, EndedWhy, IDLE, SLIDES_AFTER, Session};

/// The account of a person who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id, by which the audit log names the person.
    pub id: AccountId,
    /// Name that the person signs in with.
    pub login: LoginName,
    /// Name that pages show.
    pub name: DisplayName,
    /// Roles.
    pub roles: Roles,
    /// Party whose mailbox the person uses; none for a role of the console.
    pub party: Option<PartyId>,
    /// Time when the account was made.
    pub made_at: Timestamp,
    /// Actor that made the account.
    pub made_by: Actor,
    /// Time since when the account is disabled; none if it is not.
    pub disabled_at: Option<Timestamp>,
    /// Time when the password was set; none until the person has set one.
    pub password_set_at: Option<Timestamp>,
    /// Second factor.
    pub second_factor: SecondFactor,
}

impl Account {
    /// Returns whether the person can not sign in, because the account is disabled.
    #[must_use]
    pub const fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }

    /// Returns whether the person may do an act now: by a role, while the account is not disabled.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        !self.is_disabled() && self.roles.may(act)
    }

    /// Returns whether the person can administer: an administrator whose account is not disabled.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.may(Act::ManageUsers)
    }
}

/// The second factor of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// None yet: the person enrols one at the next sign-in.
    None,
    /// A code that changes with time (TOTP), with recovery codes.
    Totp,
}

impl SecondFactor {
    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Totp => "totp",
        }
    }
}

/// Returns whether an actor may take the last administrator away. A person may not: nobody could undo it on a page. The
/// operator, who holds the hub itself, may.
#[must_use]
pub const fn may_remove_last_administrator(by: &Actor) -> bool {
    match by {
        Actor::Operator | Actor::Hub => true,
        Actor::Person(_) | Actor::Participant(_) | Actor::SignedParticipant | Actor::Party(_) => false,
    }
}
