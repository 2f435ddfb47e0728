//! Somebody who acts, with the rights of that moment.

use super::{Account, Act};
use crate::PartyId;
use crate::audit::Actor;

/// Somebody who acts, with the rights of that moment. An [`Actor`] names a person by an id alone; here the person comes
/// with the account, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acting<'a> {
    /// A party, by a credential of its own.
    Party(&'a PartyId),
    /// A person who has signed in.
    Person(&'a Account),
    /// The operator, by the key of the hub.
    Operator,
    /// The hub itself.
    Hub,
}

impl Acting<'_> {
    /// Returns the actor for the audit log.
    #[must_use]
    pub fn actor(self) -> Actor {
        match self {
            Self::Party(party) => Actor::Party(party.clone()),
            Self::Person(account) => Actor::Person(account.id),
            Self::Operator => Actor::Operator,
            Self::Hub => Actor::Hub,
        }
    }

    /// Returns whether the rights cover an act. A person has them by role. The operator, who holds the hub, has them
    /// all. A party has none of them: its rights follow from the things that it sends and receives.
    #[must_use]
    pub fn may(self, act: Act) -> bool {
        match self {
            Self::Operator => true,
            Self::Person(account) => account.may(act),
            Self::Party(_) | Self::Hub => false,
        }
    }

    /// Returns whether this is the party itself, or a person who uses the party's mailbox.
    #[must_use]
    pub fn is_of(self, party: &PartyId) -> bool {
        match self {
            Self::Party(own) => own == party,
            Self::Person(account) => account.may(Act::UseMailbox) && account.party.as_ref() == Some(party),
            Self::Operator | Self::Hub => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::account::{DisplayName, LoginName, Role, Roles, SecondFactor};
    use crate::id::AccountId;

    fn account(role: Role, party: Option<&PartyId>) -> Account {
        Account {
            id: AccountId(Uuid::from_u128(1)),
            login: LoginName::parse("kari").unwrap(),
            name: DisplayName::parse("Kari").unwrap(),
            roles: Roles::of(&[role], party).unwrap(),
            party: party.cloned(),
            made_at: Timestamp::UNIX_EPOCH,
            made_by: Actor::Operator,
            disabled_at: None,
            password_set_at: None,
            second_factor: SecondFactor::Totp,
        }
    }

    #[test]
    fn a_person_of_a_mailbox_is_of_one_party_while_the_account_is_not_disabled() {
        let (own, other) = (PartyId::parse("nordvik").unwrap(), PartyId::parse("fjellvik").unwrap());
        let mut person = account(Role::MailboxUser, Some(&own));
        assert!(Acting::Person(&person).is_of(&own) && !Acting::Person(&person).is_of(&other));
        assert!(Acting::Party(&own).is_of(&own) && !Acting::Party(&own).is_of(&other));
        assert!(!Acting::Operator.is_of(&own) && !Acting::Hub.is_of(&own));
        assert!(!Acting::Person(&account(Role::Operator, None)).is_of(&own));
        person.disabled_at = Some(Timestamp::UNIX_EPOCH);
        assert!(!Acting::Person(&person).is_of(&own));
    }

    #[test]
    fn the_operator_may_do_all_and_a_person_what_the_roles_say() {
        let party = PartyId::parse("nordvik").unwrap();
        let auditor = account(Role::Auditor, None);
        for act in Act::ALL {
            assert!(Acting::Operator.may(*act));
            assert!(!Acting::Party(&party).may(*act) && !Acting::Hub.may(*act));
            assert_eq!(Acting::Person(&auditor).may(*act), auditor.roles.may(*act));
        }
        assert_eq!(Acting::Person(&auditor).actor(), Actor::Person(auditor.id));
    }
}
