//! The source of a call's input. Failures of the call count against this source.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bindeledd_core::PartyId;
use bindeledd_engine::ports::Standing;

/// A party with its organisation and origin, as in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputSource {
    pub(crate) party: String,
    /// Name of the party's organisation. All units of one organisation have the same name.
    pub(crate) organisation: String,
    /// Origin of the party's answers. Many parties may share one origin.
    pub(crate) origin: String,
}

/// The standing of each party, as the engine reported it.
#[derive(Debug, Default)]
pub(crate) struct Known(RwLock<HashMap<PartyId, Standing>>);

impl Known {
    pub(crate) fn set(&self, parties: HashMap<PartyId, Standing>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = parties;
    }

    /// Returns the source of a party's input. An unknown party counts as its own organisation.
    pub(crate) fn of(&self, party: &str) -> InputSource {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let standing = PartyId::parse(party).ok().and_then(|id| known.get(&id));
        let organisation = standing.map_or(party, |s| s.organisation.as_str()).to_owned();
        let origin = standing.and_then(|s| s.origin.clone());
        InputSource {
            party: party.to_owned(),
            origin: origin.unwrap_or_else(|| organisation.clone()),
            organisation,
        }
    }
}
