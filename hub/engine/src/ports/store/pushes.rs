//! The pushes of alerts to their targets.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, DuePushes, Pushed, Severity};
use jiff::Timestamp;

use super::error::StoreError;

/// An open alert that is to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushableAlert {
    /// Id.
    pub id: AlertId,
    /// Kind.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Last push to the target.
    pub last: Option<Pushed>,
}

/// The pushes of alerts. A push that is recorded is not repeated after a restart.
#[async_trait]
pub trait Pushes: Send + Sync {
    /// Returns the alerts of an urgency that are due for a target, the oldest first.
    async fn due_pushes(
        &self,
        target: &str,
        severity: Severity,
        due: &DuePushes,
        limit: usize,
    ) -> Result<Vec<PushableAlert>, StoreError>;
    /// Records that a target has taken the pushes of these alerts. Each push has an audit row.
    async fn record_pushes(&self, target: &str, alerts: &[AlertId], now: Timestamp) -> Result<(), StoreError>;
    /// Returns the targets of an alert's pushes, with the last push to each.
    async fn pushes(&self, alert: AlertId) -> Result<Vec<(String, Pushed)>, StoreError>;
}
