//! The installed versions of adapters.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{AdapterDigest, NotInstalled, NotRemoved, NotSwitched, Switching};
use bindeledd_core::audit::Actor;
use bindeledd_engine::ports::{AdapterFacts, AdapterLife, NewAdapterVersion, StoreError, SwitchOrder};
use jiff::Timestamp;

use crate::commands::adapter_life;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl AdapterLife for SqliteStore {
    async fn adapter_facts(&self) -> Result<BTreeMap<AdapterId, AdapterFacts>, StoreError> {
        self.read(adapter_life::all).await
    }

    async fn install_adapter(
        &self,
        new: &NewAdapterVersion,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<bool, NotInstalled>, StoreError> {
        let (new, by) = (new.clone(), by.clone());
        self.write(move |tx| adapter_life::install(tx, &new, &by, now)).await
    }

    async fn switch_adapter(
        &self,
        order: &SwitchOrder,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Switching, NotSwitched>, StoreError> {
        let (order, by) = (order.clone(), by.clone());
        self.write_first(move |tx| adapter_life::change(tx, &order, &by, now))
            .await
    }

    async fn remove_adapter(
        &self,
        adapter: &AdapterId,
        sha256: AdapterDigest,
        why: Option<&str>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<bool, NotRemoved>, StoreError> {
        let (id, why, by) = (adapter.clone(), why.map(str::to_owned), by.clone());
        self.write(move |tx| adapter_life::remove(tx, (&id, sha256), why.as_deref(), &by, now))
            .await
    }
}
