//! Who did something.

use bindeledd_core::PartyId;
use bindeledd_core::withdrawal::Asker;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A party, by its key or certificate.
    Party(PartyId),
    /// The operator.
    Operator,
    /// The hub itself.
    Hub,
}

impl Actor {
    /// For whom it withdraws: a party for itself, everybody else for the participant.
    #[must_use]
    pub fn asker(&self) -> Asker {
        match self {
            Self::Party(party) => Asker::Party(party.clone()),
            Self::Operator | Self::Hub => Asker::Participant,
        }
    }
}
