//! The parties as they are known now, and the names by which they are found.

use std::collections::HashMap;
use std::sync::Arc;

use bindeledd_core::{Party, PartyId, PartyKind, PartyName};

/// A snapshot of the parties. Made anew whenever one changes.
#[derive(Debug, Default)]
pub struct Directory {
    parties: HashMap<PartyId, Arc<Party>>,
    names: HashMap<PartyName, PartyId>,
}

impl Directory {
    /// The directory of these parties. Where two share an organisation number, as units of one organisation do, the one that
    /// is not part of another is found by it.
    #[must_use]
    pub fn new(parties: Vec<Party>) -> Self {
        let mut names: HashMap<PartyName, PartyId> = HashMap::new();
        for party in &parties {
            if let Some(her) = party.her_id {
                names.insert(PartyName::Her(her), party.id.clone());
            }
            if let Some(org) = party.org_number.clone()
                && (party.part_of.is_none() || !names.contains_key(&PartyName::Org(org.clone())))
            {
                names.insert(PartyName::Org(org), party.id.clone());
            }
        }
        Self {
            parties: parties.into_iter().map(|p| (p.id.clone(), Arc::new(p))).collect(),
            names,
        }
    }

    /// One party.
    #[must_use]
    pub fn get(&self, id: &PartyId) -> Option<&Arc<Party>> {
        self.parties.get(id)
    }

    /// The party of a name.
    #[must_use]
    pub fn resolve(&self, name: &PartyName) -> Option<&Arc<Party>> {
        match name {
            PartyName::Id(id) => self.get(id),
            PartyName::Org(_) | PartyName::Her(_) => self.names.get(name).and_then(|id| self.get(id)),
        }
    }

    /// A party's kind.
    #[must_use]
    pub fn kind_of(&self, id: &PartyId) -> Option<PartyKind> {
        self.get(id).map(|p| p.kind)
    }

    /// Every party, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Party>> {
        self.parties.values()
    }
}
