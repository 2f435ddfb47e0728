//! Earlier versions of a party, and going back to one.

use std::collections::HashSet;

use bindeledd_core::{Party, PartyId, Revision, VersionNumber};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, AdapterFault, PartyRevision, PartyVersion};

/// The way back to an earlier version of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollBack {
    /// Version whose set-up comes back.
    pub to: VersionNumber,
    /// Version that the caller saw as the newest one.
    pub from: VersionNumber,
    /// Reason, for the audit log.
    pub why: Option<String>,
}

impl Engine {
    /// Returns at most `limit` versions of a party, newest first, from before a version. The newest version of all is the party as it
    /// is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn party_versions(
        &self,
        party: &PartyId,
        before: Option<VersionNumber>,
        limit: usize,
    ) -> Result<Vec<PartyVersion>, EngineError> {
        Ok(self.inner.store.party_versions(party, before, limit).await?)
    }

    /// Returns one version of a party.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] if the party has no such version.
    pub async fn party_version(&self, party: &PartyId, number: VersionNumber) -> Result<PartyVersion, EngineError> {
        let versions = self.party_versions(party, Some(number.next()), 1).await?;
        let version = versions.into_iter().find(|version| version.number == number);
        version.ok_or_else(|| EngineError::NotFound {
            what: Detail::NoPartyVersion {
                party: party.to_string(),
                version: number.to_string(),
            },
        })
    }

    /// Changes the set-up of a party that the caller saw in a version. The party is checked as by [`Engine::put_party`]. Pause and
    /// suspension stay as they are. Returns the party's newest version.
    ///
    /// # Errors
    /// [`EngineError::PartyChanged`] if the party has a newer version; otherwise as [`Engine::put_party`].
    pub async fn change_party(
        &self,
        party: Party,
        built_on: VersionNumber,
        by: &Actor,
    ) -> Result<VersionNumber, EngineError> {
        self.is_newest(&party.id, built_on).await?;
        self.fits(&party, &HashSet::new()).await?;
        let revision = PartyRevision {
            party,
            built_on,
            back_to: None,
            why: None,
        };
        self.revise(&revision, by).await
    }

    /// Brings the set-up of an earlier version back, as a new version. It is checked as any other change: an adapter or a
    /// credential of that time may be gone. Returns the party's newest version.
    ///
    /// # Errors
    /// [`EngineError::PartyChanged`] if the party has a newer version than the caller saw;
    /// [`EngineError::VersionMisfit`] if the hub can not use the old set-up any longer; [`EngineError::NotFound`] if
    /// there is no such version.
    pub async fn roll_back(&self, party: &PartyId, back: &RollBack, by: &Actor) -> Result<VersionNumber, EngineError> {
        let version = self.party_version(party, back.to).await?;
        self.is_newest(party, back.from).await?;
        self.version_fits(&version).await?;
        let revision = PartyRevision {
            party: version.party,
            built_on: back.from,
            back_to: Some(back.to),
            why: back.why.clone(),
        };
        self.revise(&revision, by).await
    }

    /// Checks whether the hub can use the set-up of a version now.
    ///
    /// # Errors
    /// [`EngineError::VersionMisfit`] if it can not; an error if the store fails.
    pub async fn version_fits(&self, version: &PartyVersion) -> Result<(), EngineError> {
        let misfit = |error: EngineError| EngineError::VersionMisfit {
            what: Detail::VersionMisfit {
                version: version.number.to_string(),
                why: error.detail().into(),
            },
        };
        match self.fits(&version.party, &HashSet::new()).await {
            // An adapter that the hub does not have is no fault that passes: the version does not fit.
            Err(EngineError::Adapter(fault)) if fault.is_transient() && !matches!(fault, AdapterFault::Unknown(_)) => {
                Err(fault.into())
            }
            Err(
                error @ (EngineError::Input(_)
                | EngineError::UnknownParty { .. }
                | EngineError::Conflict { .. }
                | EngineError::Adapter(_)),
            ) => Err(misfit(error)),
            fits => fits,
        }
    }

    async fn is_newest(&self, party: &PartyId, seen: VersionNumber) -> Result<(), EngineError> {
        let newest = self
            .party_versions(party, None, 1)
            .await?
            .pop()
            .ok_or_else(|| no_party(party))?;
        if newest.number == seen {
            return Ok(());
        }
        Err(changed_since(&newest))
    }

    async fn revise(&self, revision: &PartyRevision, by: &Actor) -> Result<VersionNumber, EngineError> {
        let party = &revision.party;
        match self.inner.store.revise_party(revision, by, self.now()).await? {
            None => Err(no_party(&party.id)),
            Some(Revision::New(number)) => {
                self.take_up(std::slice::from_ref(party)).await?;
                Ok(number)
            }
            Some(Revision::Same(number)) => Ok(number),
            Some(Revision::SomebodyElse(number)) => Err(changed_since(&self.party_version(&party.id, number).await?)),
        }
    }
}

fn no_party(party: &PartyId) -> EngineError {
    EngineError::NotFound {
        what: Detail::NoPartyNamed {
            party: party.to_string(),
        },
    }
}

/// Returns the refusal of a change that was built on an older version than this one.
fn changed_since(newest: &PartyVersion) -> EngineError {
    let version = newest.number.to_string();
    let what = match &newest.made {
        Some((at, by)) => Detail::PartyChangedBy {
            version,
            actor: by.to_string(),
            at: at.to_string(),
        },
        None => Detail::PartyHasVersion { version },
    };
    EngineError::PartyChanged { what }
}
