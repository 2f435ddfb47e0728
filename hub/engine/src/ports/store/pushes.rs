//! The pushes of alerts to their targets.

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, DuePushes, FailedPush, Pushed, Severity};
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
    /// Failed tries since the last push.
    pub failed: Option<FailedPush>,
}

/// The pushes of an alert to one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetPushes {
    /// Alert.
    pub alert: AlertId,
    /// Kind of the alert.
    pub kind: AlertKind,
    /// Time when the alert was raised.
    pub raised_at: Timestamp,
    /// Name of the target in configuration.
    pub target: String,
    /// Last push that the target took.
    pub last: Option<Pushed>,
    /// Failed tries since then.
    pub failed: Option<FailedPush>,
}

/// The pushes of alerts. A push that is recorded is not repeated after a restart.
#[async_trait]
pub trait Pushes: Send + Sync {
    /// Returns the alerts of an urgency that are due for a target: those without a failed try first, and of these the ones
    /// that were never pushed; then the oldest.
    async fn due_pushes(
        &self,
        target: &str,
        severity: Severity,
        due: &DuePushes,
        limit: usize,
    ) -> Result<Vec<PushableAlert>, StoreError>;
    /// Records that a target has taken the pushes of these alerts. Each push has an audit row.
    async fn record_pushes(&self, target: &str, alerts: &[AlertId], now: Timestamp) -> Result<(), StoreError>;
    /// Records tries that failed. A push that is given up has an audit row.
    async fn record_failed_pushes(
        &self,
        target: &str,
        failed: &[(AlertId, FailedPush)],
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Returns the pushes of these alerts to each target.
    async fn pushes(&self, alerts: &[AlertId]) -> Result<Vec<TargetPushes>, StoreError>;
    /// Returns the pushes of open alerts that failed since their last success, the oldest alert first: those to one
    /// target, or to any.
    async fn failed_pushes(&self, target: Option<&str>, limit: usize) -> Result<Vec<TargetPushes>, StoreError>;
}
