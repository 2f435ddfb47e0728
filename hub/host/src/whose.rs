//! Whose input a call works on: what a failure of it counts against.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bindeledd_core::PartyId;
use bindeledd_engine::ports::Standing;

/// Where a party stands, as the directory says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Whose {
    /// The party.
    pub(crate) party: String,
    /// Its organisation: units of one have the same.
    pub(crate) organisation: String,
    /// Where its answers come from; many parties may stand behind one place.
    pub(crate) origin: String,
}

/// What the engine told of the parties.
#[derive(Debug, Default)]
pub(crate) struct Known(RwLock<HashMap<PartyId, Standing>>);

impl Known {
    pub(crate) fn set(&self, parties: HashMap<PartyId, Standing>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = parties;
    }

    /// One that nobody told of stands for itself.
    pub(crate) fn of(&self, party: &str) -> Whose {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let standing = PartyId::parse(party).ok().and_then(|id| known.get(&id));
        let organisation = standing.map_or(party, |s| s.organisation.as_str()).to_owned();
        let origin = standing.and_then(|s| s.origin.clone());
        Whose {
            party: party.to_owned(),
            origin: origin.unwrap_or_else(|| organisation.clone()),
            organisation,
        }
    }
}
