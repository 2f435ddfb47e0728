//! The current parties, and the names by which they are found.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bindeledd_core::{OrgNumber, Party, PartyId, PartyKind, PartyName};

use crate::ports::Standing;

/// A snapshot of the parties. Every change of a party makes a new snapshot.
#[derive(Debug, Default)]
pub struct Directory {
    parties: HashMap<PartyId, Arc<Party>>,
    names: HashMap<PartyName, PartyId>,
    /// Names that several parties share. Such a name finds no party.
    shared: HashSet<PartyName>,
}

/// Error for a name that several parties share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared;

impl Directory {
    /// Makes the directory of these parties. Units of one organisation may share an organisation number; the number
    /// then finds the one party among them that is not part of another.
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
        let mut of_org: HashMap<&OrgNumber, (usize, usize)> = HashMap::new();
        for party in &parties {
            if let Some(org) = &party.org_number {
                let (wholes, parts) = of_org.entry(org).or_default();
                *(if party.part_of.is_none() { wholes } else { parts }) += 1;
            }
        }
        let shared = of_org
            .into_iter()
            .filter(|(_, (wholes, parts))| *wholes > 1 || (*wholes == 0 && *parts > 1));
        let shared = shared.map(|(org, _)| PartyName::Org(org.clone())).collect();
        Self {
            shared,
            parties: parties.into_iter().map(|p| (p.id.clone(), Arc::new(p))).collect(),
            names,
        }
    }

    /// Returns a party by its id.
    #[must_use]
    pub fn get(&self, id: &PartyId) -> Option<&Arc<Party>> {
        self.parties.get(id)
    }

    /// Returns the party with a name.
    #[must_use]
    pub fn resolve(&self, name: &PartyName) -> Option<&Arc<Party>> {
        match name {
            PartyName::Id(id) => self.get(id),
            PartyName::Org(_) | PartyName::Her(_) => self.names.get(name).and_then(|id| self.get(id)),
        }
    }

    /// Returns the party of a caller that proves this name. A name that several parties share identifies none of them.
    /// Otherwise a new party could take over the login of an old one.
    ///
    /// # Errors
    /// [`Shared`] if several parties have the name.
    pub fn caller(&self, name: &PartyName) -> Result<Option<&Arc<Party>>, Shared> {
        if self.shared.contains(name) {
            return Err(Shared);
        }
        Ok(self.resolve(name))
    }

    /// Returns the kind of a party.
    #[must_use]
    pub fn kind_of(&self, id: &PartyId) -> Option<PartyKind> {
        self.get(id).map(|p| p.kind)
    }

    /// Returns the standing of each party. Parties belong to one organisation if they share an organisation number, or
    /// if one is part of the other over any number of levels.
    pub(crate) fn standings(&self) -> HashMap<PartyId, Standing> {
        let mut above: HashMap<String, String> = HashMap::new();
        for party in self.parties.values() {
            let own = format!("party {}", party.id);
            let number = party.org_number.as_ref().map(|number| format!("org {number}"));
            let whole = party.part_of.as_ref().map(|whole| format!("party {whole}"));
            for other in [number, whole].into_iter().flatten() {
                let (a, b) = (top(&above, &own), top(&above, &other));
                if a != b {
                    above.insert(a, b);
                }
            }
        }
        let standing = |party: &Arc<Party>| Standing {
            organisation: top(&above, &format!("party {}", party.id)),
            origin: party
                .endpoint
                .as_ref()
                .and_then(|endpoint| endpoint.address.as_ref())
                .map(|address| address.origin.clone()),
        };
        self.parties.values().map(|p| (p.id.clone(), standing(p))).collect()
    }

    /// Iterates over all parties, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Party>> {
        self.parties.values()
    }
}

/// Returns the topmost name above a name. The loop ends, because a name gets a parent only while it has none.
fn top(above: &HashMap<String, String>, name: &str) -> String {
    let mut top = name;
    while let Some(next) = above.get(top) {
        top = next;
    }
    top.to_owned()
}
