//! The pushes of alerts.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{DuePushes, Pushed, Severity};
use bindeledd_engine::ports::{PushableAlert, Pushes, StoreError};
use jiff::Timestamp;

use crate::commands::alert_push;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Pushes for SqliteStore {
    async fn due_pushes(
        &self,
        target: &str,
        severity: Severity,
        due: &DuePushes,
        limit: usize,
    ) -> Result<Vec<PushableAlert>, StoreError> {
        let (target, due) = (target.to_owned(), *due);
        self.read(move |db| alert_push::due(db, &target, severity, &due, limit))
            .await
    }

    async fn record_pushes(&self, target: &str, alerts: &[AlertId], now: Timestamp) -> Result<(), StoreError> {
        let (target, alerts) = (target.to_owned(), alerts.to_vec());
        self.write(move |tx| alert_push::record(tx, &target, &alerts, now))
            .await
    }

    async fn pushes(&self, alert: AlertId) -> Result<Vec<(String, Pushed)>, StoreError> {
        self.read(move |db| alert_push::of_alert(db, alert)).await
    }
}
