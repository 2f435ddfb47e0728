//! The roles of an account. The rights that follow from them are in [`super::Act`].

use std::fmt;

use crate::PartyId;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// A role.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role {
            $($(#[$doc])* $name,)*
        }

        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the code of the role.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

roles! {
    /// Sees the console, and changes nothing.
    Viewer = "viewer";
    /// Sees the console and acts on messages and parties.
    Operator = "operator";
    /// Sees the console and the audit log, and changes nothing.
    Auditor = "auditor";
    /// Sees the console, and manages accounts and settings.
    Administrator = "administrator";
    /// Reads and writes in the mailbox of a party.
    MailboxUser = "mailbox-user";
    /// Sees the mailbox of a party as a whole, and hands participants over.
    TeamLeader = "team-leader";
}

impl Role {
    /// Parses a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.code() == code)
    }

    /// Returns whether this is a role in the mailbox of a party. Every other role is one of the console.
    #[must_use]
    pub const fn is_of_mailbox(self) -> bool {
        match self {
            Self::MailboxUser | Self::TeamLeader => true,
            Self::Viewer | Self::Operator | Self::Auditor | Self::Administrator => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The roles of one account: at least one, and either of the console or of one party's mailbox. The console shows no
/// content and a mailbox does, so that nobody has both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(Vec<Role>);

/// Reason why an account can not have these roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RolesError {
    /// There is no role.
    #[error("an account has at least one role")]
    None,
    /// Some roles are of the console, and some of a mailbox.
    #[error("an account has roles of the console or of a mailbox, not both")]
    Mixed,
    /// A role of a mailbox has no party.
    #[error("a role of a mailbox needs a party")]
    NoParty,
    /// A role of the console has a party.
    #[error("a role of the console has no party")]
    Party,
}

impl Roles {
    /// Makes the roles of an account, in the order of [`Role::ALL`].
    ///
    /// # Errors
    /// [`RolesError`], with the rule that the roles break.
    pub fn of(roles: &[Role], party: Option<&PartyId>) -> Result<Self, RolesError> {
        let mailbox = roles.iter().filter(|role| role.is_of_mailbox()).count();
        match (roles.len(), mailbox, party) {
            (0, _, _) => Err(RolesError::None),
            (all, some, _) if some > 0 && some < all => Err(RolesError::Mixed),
            (_, 0, Some(_)) => Err(RolesError::Party),
            (_, 0, None) | (_, _, Some(_)) => {
                let mut roles = roles.to_vec();
                roles.sort_unstable();
                roles.dedup();
                Ok(Self(roles))
            }
            (_, _, None) => Err(RolesError::NoParty),
        }
    }

    /// Returns every role.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }

    /// Returns the codes of the roles.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.iter().map(Role::code)
    }

    /// Returns whether a role is among them.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.contains(&role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party() -> PartyId {
        PartyId::parse("nordvik").unwrap()
    }

    #[test]
    fn every_role_has_its_code() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.code()), Some(*role));
        }
        assert_eq!(Role::parse("owner"), None);
    }

    #[test]
    fn an_account_has_roles_of_one_side_and_a_party_with_a_mailbox_only() {
        let party = party();
        let of = |roles: &[Role], with: bool| Roles::of(roles, with.then_some(&party));
        assert_eq!(of(&[], false), Err(RolesError::None));
        assert_eq!(of(&[], true), Err(RolesError::None));
        assert_eq!(of(&[Role::Operator, Role::MailboxUser], true), Err(RolesError::Mixed));
        assert_eq!(of(&[Role::Operator, Role::MailboxUser], false), Err(RolesError::Mixed));
        assert_eq!(of(&[Role::Operator], true), Err(RolesError::Party));
        assert_eq!(of(&[Role::TeamLeader], false), Err(RolesError::NoParty));
        let both = of(&[Role::Auditor, Role::Viewer, Role::Auditor], false).unwrap();
        assert_eq!(both.codes().collect::<Vec<_>>(), ["viewer", "auditor"]);
    }
}
