//! The keys that open the store.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_engine::ports::{MasterKey, MasterKeyId, MasterKeyRing, Sealing, StoreError};
use jiff::Timestamp;

use crate::sealing::keyring;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Sealing for SqliteStore {
    async fn key_ring(&self) -> Result<MasterKeyRing, StoreError> {
        self.read(keyring::view).await
    }

    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError> {
        let (master, by) = (self.master(key)?, by.clone());
        let id = MasterKeyId(master.id.clone());
        self.vault.learn_master(Arc::clone(&master));
        self.write(move |tx| keyring::add(tx, &master, &by, now)).await?;
        Ok(id)
    }

    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError> {
        let (master, by) = (self.master(key)?, by.clone());
        self.write(move |tx| keyring::retire(tx, &master.id, &by, now)).await
    }

    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let (key, by) = (self.vault.random::<32>(), by.clone());
        self.write(move |tx| keyring::new_wrapping(tx, &key, &by, now)).await
    }
}
