//! The pushes of alerts.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{DuePushes, FailedPush, Severity};
use bindeledd_engine::ports::{PushableAlert, Pushes, StoreError, TargetPushes};
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

    async fn record_failed_pushes(
        &self,
        target: &str,
        failed: &[(AlertId, FailedPush)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (target, failed) = (target.to_owned(), failed.to_vec());
        self.write(move |tx| alert_push::record_failed(tx, &target, &failed, now))
            .await
    }

    async fn pushes(&self, alerts: &[AlertId]) -> Result<Vec<TargetPushes>, StoreError> {
        let alerts = alerts.to_vec();
        self.read(move |db| alert_push::of_alerts(db, &alerts)).await
    }

    async fn failed_pushes(&self, target: Option<&str>, limit: usize) -> Result<Vec<TargetPushes>, StoreError> {
        let target = target.map(str::to_owned);
        self.read(move |db| alert_push::failed(db, target.as_deref(), limit))
            .await
    }
}
