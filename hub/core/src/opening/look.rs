//! A look: somebody saw content outside of its way to a receiver. The participant is told of each.

use bindeledd_catalogue::MessageId;
use jiff::Timestamp;

use crate::account::Role;
use crate::id::LookId;
use crate::rights::AccessReason;

/// A look at content about a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Id.
    pub id: LookId,
    /// Message; none for everything about the participant.
    pub message: Option<MessageId>,
    /// Way.
    pub way: LookWay,
    /// Rights of the one who looked.
    pub by: LookedAs,
    /// Time.
    pub at: Timestamp,
    /// Reason.
    pub reason: AccessReason,
}

/// The way of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookWay {
    /// Break-glass, with a second person's approval.
    Opening,
    /// A party's inbox, by the operator.
    Inbox,
    /// A copy of everything, for the participant.
    Export,
}

impl LookWay {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Opening, Self::Inbox, Self::Export];

    /// Returns the code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Inbox => "inbox",
            Self::Export => "export",
        }
    }

    /// Parses a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// The rights of the one who looked. The participant learns these and no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookedAs {
    /// The operator, by the key of the hub.
    OperatorKey,
    /// A person, with these roles at that time.
    Person(Vec<Role>),
    /// The participant.
    Participant,
}

impl LookedAs {
    /// Returns the text that the store keeps: codes, with a space between two.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::OperatorKey => OPERATOR_KEY.to_owned(),
            Self::Participant => PARTICIPANT.to_owned(),
            Self::Person(roles) => roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" "),
        }
    }

    /// Parses the text of the store.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == OPERATOR_KEY {
            return Some(Self::OperatorKey);
        }
        if text == PARTICIPANT {
            return Some(Self::Participant);
        }
        let roles: Option<Vec<_>> = text.split(' ').map(Role::parse).collect();
        roles.map(Self::Person)
    }
}

const OPERATOR_KEY: &str = "operator-key";
const PARTICIPANT: &str = "participant";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_and_rights_come_back_from_their_texts() {
        for way in LookWay::ALL {
            assert_eq!(LookWay::parse(way.code()), Some(way));
        }
        let both = LookedAs::Person(vec![Role::Operator, Role::Auditor]);
        for by in [LookedAs::OperatorKey, LookedAs::Participant, both] {
            assert_eq!(LookedAs::parse(&by.code()), Some(by));
        }
        assert_eq!(LookedAs::parse("somebody"), None);
    }
}
