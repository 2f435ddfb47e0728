//! The API keys of parties, hashed.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_core::audit::Actor;
use bindeledd_engine::ports::{ApiKey, KeyHash, Keys, StoreError};
use jiff::Timestamp;

use crate::commands::party;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Keys for SqliteStore {
    async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        let (id, by) = (party.clone(), by.clone());
        self.write_first(move |tx| party::put_key(tx, &id, key, &by, now)).await
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.read(party::keys).await
    }

    async fn revoke_keys(
        &self,
        party: &PartyId,
        keys: &[KeyHash],
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (id, keys, by) = (party.clone(), keys.to_vec(), by.clone());
        self.write_first(move |tx| party::revoke_keys(tx, &id, &keys, &by, now))
            .await
    }
}
