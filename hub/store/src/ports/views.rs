//! Messages, alerts and items as people see them: states and reasons, never content.

use async_trait::async_trait;
use bindeledd_core::MessageId;
use bindeledd_core::alert::Alert;
use bindeledd_engine::ports::{AlertFilter, ItemAside, MessageFilter, MessageView, StoreError, Views};

use crate::commands::{alert, fetched};
use crate::sqlite::store::SqliteStore;
use crate::views::messages;

#[async_trait]
impl Views for SqliteStore {
    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError> {
        self.read(move |db| messages::message(db, id)).await
    }

    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| messages::messages(db, &filter)).await
    }

    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| alert::list(db, &filter)).await
    }

    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError> {
        self.read(move |db| fetched::aside(db, limit)).await
    }
}
