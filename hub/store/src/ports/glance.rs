//! Figures about what waits.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_engine::ports::{DeliveryAccount, Failing, Glance, PairFlow, QuarterFlow, StoreError};
use jiff::Timestamp;

use crate::sqlite::store::SqliteStore;
use crate::views::{flow, glance};

#[async_trait]
impl Glance for SqliteStore {
    async fn account_of(&self, since: Timestamp) -> Result<DeliveryAccount, StoreError> {
        self.read(move |db| glance::account_of(db, since)).await
    }

    async fn flow_by_quarter(
        &self,
        receiver: Option<&PartyId>,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<QuarterFlow>, StoreError> {
        let receiver = receiver.cloned();
        self.read(move |db| flow::by_quarter(db, receiver.as_ref(), (since, until)))
            .await
    }

    async fn flow_by_pair(&self, since: Timestamp, until: Timestamp) -> Result<Vec<PairFlow>, StoreError> {
        self.read(move |db| flow::by_pair(db, (since, until))).await
    }

    async fn failing(&self) -> Result<Vec<Failing>, StoreError> {
        self.read(glance::failing).await
    }

    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(glance::oldest_waiting).await
    }

    async fn has_consents(&self) -> Result<bool, StoreError> {
        self.read(glance::has_consents).await
    }
}
