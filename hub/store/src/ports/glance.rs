//! Figures about what waits.

use async_trait::async_trait;
use bindeledd_engine::ports::{Failing, Glance, StoreError};
use jiff::Timestamp;

use crate::sqlite::store::SqliteStore;
use crate::views::glance;

#[async_trait]
impl Glance for SqliteStore {
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
