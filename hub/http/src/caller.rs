//! The identified caller of a request.

use bindeledd_core::PartyId;
use bindeledd_core::account::Acting;
use bindeledd_engine::ports::Actor;

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A party.
    Party(PartyId),
    /// The operator.
    Operator,
}

impl Caller {
    /// Returns the caller as an actor in the audit log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Party(party) => Actor::Party(party.clone()),
            Self::Operator => Actor::Operator,
        }
    }

    /// Returns the caller with its rights.
    #[must_use]
    pub const fn acting(&self) -> Acting<'_> {
        match self {
            Self::Party(party) => Acting::Party(party),
            Self::Operator => Acting::Operator,
        }
    }

    /// Returns the party, if the caller is one.
    #[must_use]
    pub const fn party(&self) -> Option<&PartyId> {
        match self {
            Self::Party(party) => Some(party),
            Self::Operator => None,
        }
    }

    /// True if the caller is the operator.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        *self == Self::Operator
    }
}
