//! Messages, alerts and items as people see them: states and reasons, never content.

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_core::{AlertId, MessageId};
use bindeledd_engine::ports::{
    AlertCounts, AlertFilter, ErrorCount, ErrorFilter, Hit, ItemAside, MessageFilter, MessageView, StateCount,
    StoreError, Timeline, Views,
};

use crate::commands::{alert, alert_life, alert_row, fetched};
use crate::sqlite::store::SqliteStore;
use crate::views::{messages, search, timeline};

#[async_trait]
impl Views for SqliteStore {
    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError> {
        self.read(move |db| messages::message(db, id)).await
    }

    async fn timeline(&self, id: MessageId) -> Result<Option<Timeline>, StoreError> {
        self.read(move |db| timeline::timeline(db, id)).await
    }

    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| messages::messages(db, &filter)).await
    }

    async fn message_counts(&self, filter: &MessageFilter) -> Result<Vec<StateCount>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| search::counts(db, &filter)).await
    }

    async fn errors(&self, filter: &ErrorFilter) -> Result<Vec<ErrorCount>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| search::errors(db, &filter)).await
    }

    async fn find(&self, text: &str) -> Result<Vec<Hit>, StoreError> {
        let text = text.to_owned();
        self.read(move |db| search::find(db, &text)).await
    }

    async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.read(move |db| alert_row::one(db, id)).await
    }

    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| alert::list(db, &filter)).await
    }

    async fn alert_counts(&self) -> Result<AlertCounts, StoreError> {
        self.read(alert_life::counts).await
    }

    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError> {
        self.read(move |db| fetched::aside(db, limit)).await
    }
}
