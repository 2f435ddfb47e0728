//! The stored parties.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{Party, PartyId};
use bindeledd_engine::ports::{Parties, StoreError};
use jiff::Timestamp;

use crate::commands::party;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Parties for SqliteStore {
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        let (new, by) = (parties.to_vec(), by.clone());
        self.write(move |tx| new.iter().try_for_each(|new| party::put(tx, new, &by, now)))
            .await
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
}
