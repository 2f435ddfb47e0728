//! Import of many parties. They are checked together, and stored all or none.

use std::collections::{HashMap, HashSet};

use bindeledd_core::{HerId, IdentifierError, InputCode, InputError, OrgNumber, Party, PartyId};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::Actor;

/// The outcome of an import for one party.
#[derive(Debug)]
pub enum Imported {
    /// The party is new.
    Added,
    /// The party existed, and is changed.
    Changed,
    /// The party existed, and does not change.
    Same,
    /// The party is refused. No party of the import is stored then.
    Refused(EngineError),
}

impl Engine {
    /// Imports parties. A party may be part of, or trust, another party of the same import. Nothing is stored if one
    /// party is refused, or if `dry_run` is set. Returns the outcome, or the planned outcome, for each party.
    ///
    /// # Errors
    /// When the store fails. Nothing is imported then.
    pub async fn import(
        &self,
        parties: Vec<Party>,
        dry_run: bool,
        by: &Actor,
    ) -> Result<Vec<(PartyId, Imported)>, EngineError> {
        let together: HashSet<PartyId> = parties.iter().map(|p| p.id.clone()).collect();
        let mut hers: HashMap<HerId, PartyId> = HashMap::new();
        let mut orgs: HashMap<OrgNumber, PartyId> = HashMap::new();
        let mut seen: HashSet<PartyId> = HashSet::new();
        let mut outcomes = Vec::with_capacity(parties.len());
        for party in &parties {
            let outcome = match self.would_become(party, &together).await {
                Ok(_) if !seen.insert(party.id.clone()) => Imported::Refused(EngineError::Conflict {
                    what: Detail::TwiceInImport {
                        party: party.id.to_string(),
                    },
                }),
                Ok(outcome) => {
                    let same_her = party.her_id.and_then(|her| hers.insert(her, party.id.clone()));
                    let whole = party.org_number.clone().filter(|_| party.part_of.is_none());
                    let same_org = whole.and_then(|org| orgs.insert(org, party.id.clone()));
                    match (same_her, same_org) {
                        (Some(other), _) => Imported::Refused(EngineError::Conflict {
                            what: Detail::SameHerInImport {
                                party: other.to_string(),
                            },
                        }),
                        (None, Some(other)) => Imported::Refused(EngineError::Conflict {
                            what: Detail::SameOrgInImport {
                                party: other.to_string(),
                            },
                        }),
                        (None, None) => outcome,
                    }
                }
                Err(error @ EngineError::Store(_)) => return Err(error),
                Err(error) => Imported::Refused(error),
            };
            outcomes.push((party.id.clone(), outcome));
        }
        let refused = outcomes.iter().any(|(_, o)| matches!(o, Imported::Refused(_)));
        if dry_run || refused {
            return Ok(outcomes);
        }
        let changed = parties
            .into_iter()
            .zip(&outcomes)
            .filter(|(_, (_, outcome))| !matches!(outcome, Imported::Same))
            .map(|(party, _)| party)
            .collect();
        self.store_parties(changed, by).await?;
        Ok(outcomes)
    }

    /// Returns the planned outcome for one party; `together` holds the ids of the whole import.
    async fn would_become(&self, party: &Party, together: &HashSet<PartyId>) -> Result<Imported, EngineError> {
        self.fits(party, together).await?;
        let directory = self.directory();
        Ok(match directory.get(&party.id) {
            None => Imported::Added,
            Some(known) if **known == *party => Imported::Same,
            Some(_) => Imported::Changed,
        })
    }

    /// Checks a party: the parties that it names, its identifiers, and the needs of its adapter.
    pub(crate) async fn fits(&self, party: &Party, together: &HashSet<PartyId>) -> Result<(), EngineError> {
        let directory = self.directory();
        if party.id.is_reserved() && directory.get(&party.id).is_none() {
            let expected = IdentifierError::ReservedPartyId.to_string();
            return Err(InputError::new(InputCode::Invalid, "id", expected).into());
        }
        let part_of = party.part_of.iter().map(|p| ("partOf", p));
        for (path, other) in part_of.chain(party.trusts.iter().map(|p| ("trusts", p))) {
            if directory.get(other).is_none() && !together.contains(other) {
                return Err(EngineError::UnknownParty {
                    name: other.to_string(),
                    path: path.into(),
                });
            }
        }
        if party.part_of.as_ref() == Some(&party.id) {
            return Err(EngineError::Conflict {
                what: Detail::PartOfItself,
            });
        }
        // A HER-id must identify one sender of a document.
        let same = directory.iter().find(|p| {
            p.id != party.id && party.her_id.is_some() && p.her_id == party.her_id && !together.contains(&p.id)
        });
        if let Some(other) = same {
            return Err(EngineError::Conflict {
                what: Detail::SameHer {
                    party: other.id.to_string(),
                },
            });
        }
        // An organisation number must identify one party as a caller.
        let alike = |p: &&std::sync::Arc<Party>| {
            let whole = p.part_of.is_none() && party.part_of.is_none();
            p.id != party.id && whole && party.org_number.is_some() && p.org_number == party.org_number
        };
        let same = directory.iter().find(|p| alike(p) && !together.contains(&p.id));
        if let Some(other) = same {
            return Err(EngineError::Conflict {
                what: Detail::SameOrg {
                    party: other.id.to_string(),
                },
            });
        }
        self.endpoint_fits(party).await
    }
}
