//! The stored parties.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{Party, PartyId, Revision, VersionNumber};
use bindeledd_engine::ports::{ActOutcome, Backlog, Parties, PartyAct, PartyRevision, PartyVersion, Pause, StoreError};
use jiff::Timestamp;

use crate::commands::{party, party_act, party_version};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Parties for SqliteStore {
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        let (new, by) = (parties.to_vec(), by.clone());
        self.write(move |tx| new.iter().try_for_each(|new| party::put(tx, new, &by, now)))
            .await
    }

    async fn revise_party(
        &self,
        revision: &PartyRevision,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Revision>, StoreError> {
        let (revision, by) = (revision.clone(), by.clone());
        self.write(move |tx| party_version::apply(tx, &revision, &by, now))
            .await
    }

    async fn party_versions(
        &self,
        party: &PartyId,
        before: Option<VersionNumber>,
        limit: usize,
    ) -> Result<Vec<PartyVersion>, StoreError> {
        let id = party.clone();
        self.read(move |db| party_version::list(db, &id, before, limit)).await
    }

    async fn parties(&self) -> Result<Vec<Party>, StoreError> {
        self.read(party::all).await
    }

    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let (id, by) = (party.clone(), by.clone());
        self.write_first(move |tx| party::set_paused(tx, &id, paused, &by, now))
            .await
    }

    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (id, by) = (party.clone(), by.clone());
        self.write_first(move |tx| party::set_suspended(tx, &id, suspended, &by, now))
            .await
    }

    async fn act_on_party(
        &self,
        party: &PartyId,
        (act, why): (&PartyAct, &str),
        by: &Actor,
        now: Timestamp,
    ) -> Result<ActOutcome, StoreError> {
        let (id, act, why, by) = (party.clone(), act.clone(), why.to_owned(), by.clone());
        self.write_first(move |tx| party_act::act(tx, &id, (&act, &why), &by, now))
            .await
    }

    async fn backlog(&self) -> Result<Vec<Backlog>, StoreError> {
        self.read(party_act::backlog).await
    }

    async fn pause_of(&self, party: &PartyId) -> Result<Option<Pause>, StoreError> {
        let id = party.clone();
        self.read(move |db| party_act::pause_of(db, &id)).await
    }

    async fn end_pauses(&self, now: Timestamp) -> Result<Vec<PartyId>, StoreError> {
        if self.read(move |db| party_act::pauses_over(db, now)).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.write(move |tx| party_act::end_pauses(tx, now)).await
    }
}
