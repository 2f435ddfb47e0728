//! Audit rows and alerts about something that the store did not do itself.

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_engine::ports::{Actor, Records, StoreError};
use jiff::Timestamp;
use serde_json::Value;

use crate::commands::alert;
use crate::conn::codec::actor;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Records for SqliteStore {
    async fn note(&self, action: &str, by: &Actor, detail: &Value, now: Timestamp) -> Result<(), StoreError> {
        let (action, by, detail) = (action.to_owned(), actor(by), detail.to_string());
        self.write(move |tx| tx.audit_json(now, &action, &by, &detail)).await
    }

    async fn raise(&self, alert: &Alert) -> Result<(), StoreError> {
        let alert = alert.clone();
        self.write(move |tx| alert::raise(tx, &alert)).await
    }

    async fn raise_and_note(&self, alert: &Alert, action: &str, detail: &Value) -> Result<(), StoreError> {
        let (alert, action, detail) = (alert.clone(), action.to_owned(), detail.to_string());
        self.write(move |tx| {
            alert::raise(tx, &alert)?;
            tx.audit_json(alert.raised_at, &action, "hub", &detail)
        })
        .await
    }
}
