//! Audit rows and alerts about events outside the store.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{Alert, AlertEvent, AlertRefused};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{CauseOver, Records, StoreError};
use jiff::Timestamp;
use serde_json::Value;

use crate::commands::{alert, alert_life};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Records for SqliteStore {
    async fn note(&self, action: AuditAction, by: &Actor, detail: &Value, now: Timestamp) -> Result<(), StoreError> {
        let (by, detail) = (by.clone(), detail.to_string());
        self.write(move |tx| tx.audit_json(now, action, &by, &detail)).await
    }

    async fn raise(&self, alert: &Alert) -> Result<(), StoreError> {
        let alert = alert.clone();
        self.write(move |tx| alert::raise(tx, &alert)).await
    }

    async fn act_on_alert(
        &self,
        id: AlertId,
        event: &AlertEvent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Result<Alert, AlertRefused>>, StoreError> {
        let (event, by) = (event.clone(), by.clone());
        self.write(move |tx| alert_life::act(tx, id, &event, &by, now)).await
    }

    async fn cause_over(&self, over: &CauseOver, now: Timestamp) -> Result<usize, StoreError> {
        let over = over.clone();
        self.write(move |tx| alert_life::cause_over(tx, &over, now)).await
    }

    async fn raise_and_note(&self, alert: &Alert, action: AuditAction, detail: &Value) -> Result<(), StoreError> {
        let (alert, detail) = (alert.clone(), detail.to_string());
        self.write(move |tx| {
            alert::raise(tx, &alert)?;
            tx.audit_json(alert.raised_at, action, &Actor::Hub, &detail)
        })
        .await
    }
}
