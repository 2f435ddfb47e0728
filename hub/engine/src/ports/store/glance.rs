//! Figures about what waits, for the first page.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use jiff::Timestamp;

use super::error::StoreError;

/// Attempts in a row after which an endpoint counts as failing.
pub const FAILING_AFTER: u32 = 3;

/// A party whose endpoint fails: a delivery to it failed [`FAILING_AFTER`] times in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Party.
    pub party: PartyId,
    /// Time of the first failed attempt.
    pub since: Timestamp,
    /// Number of deliveries that wait for the party.
    pub waiting: u64,
    /// Time of the next attempt.
    pub next_attempt_at: Timestamp,
    /// Code of the last failure.
    pub code: Option<String>,
}

/// Figures about what waits.
#[async_trait]
pub trait Glance: Send + Sync {
    /// Returns the parties whose endpoint fails, the longest first.
    async fn failing(&self) -> Result<Vec<Failing>, StoreError>;
    /// Returns the time of acceptance of the oldest message with a delivery that waits.
    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Returns whether a consent is registered.
    async fn has_consents(&self) -> Result<bool, StoreError>;
}
