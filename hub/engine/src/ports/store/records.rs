//! Audit rows and alerts that accompany no other change in the store.

use async_trait::async_trait;
use bindeledd_core::alert::{Alert, AlertEvent, AlertKind, AlertRefused};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{AlertId, PartyId};
use jiff::Timestamp;
use serde_json::Value;

use super::error::StoreError;

/// Selects the alerts whose cause is over. All conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseOver {
    /// Kind.
    pub kind: AlertKind,
    /// Beginning of the code.
    pub code: String,
    /// Code of an alert whose cause lasts.
    pub except: Option<String>,
    /// Party that the alert concerns; `None` for any.
    pub party: Option<PartyId>,
}

/// Audit rows and alerts about events outside the store.
#[async_trait]
pub trait Records: Send + Sync {
    /// Writes one audit row about an action of an operator or an adapter that changes nothing in the store.
    async fn note(&self, action: AuditAction, by: &Actor, detail: &Value, now: Timestamp) -> Result<(), StoreError>;
    /// Raises an alert.
    async fn raise(&self, alert: &Alert) -> Result<(), StoreError>;
    /// Applies an event of a person to an alert, and writes the audit row. `None` if there is no such alert.
    async fn act_on_alert(
        &self,
        id: AlertId,
        event: &AlertEvent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Result<Alert, AlertRefused>>, StoreError>;
    /// Closes the alerts whose cause is over. Returns the number of closed alerts.
    async fn cause_over(&self, over: &CauseOver, now: Timestamp) -> Result<usize, StoreError>;
    /// Raises an alert about the hub itself, and writes the audit row about its cause, in one transaction.
    async fn raise_and_note(&self, alert: &Alert, action: AuditAction, detail: &Value) -> Result<(), StoreError>;
}
