//! Audit rows and alerts about events outside the store.

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{Records, StoreError};
use jiff::Timestamp;
use serde_json::Value;

use crate::commands::alert;
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

    async fn raise_and_note(&self, alert: &Alert, action: AuditAction, detail: &Value) -> Result<(), StoreError> {
        let (alert, detail) = (alert.clone(), detail.to_string());
        self.write(move |tx| {
            alert::raise(tx, &alert)?;
            tx.audit_json(alert.raised_at, action, &Actor::Hub, &detail)
        })
        .await
    }
}
