//! Figures about what waits, for the first page.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_core::delivery::flow::{Flow, Quarter};
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

/// The account of the deliveries of messages that were accepted since a time. The sum of its parts is `all`, unless the
/// store has a delivery in a state that the hub does not know, or its indexes differ from its rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeliveryAccount {
    /// Number of deliveries, counted apart from the parts.
    pub all: u64,
    /// Number of deliveries in each state that has any.
    pub parts: Vec<(&'static str, u64)>,
}

/// The figures of a quarter of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarterFlow {
    /// Quarter.
    pub quarter: Quarter,
    /// Figures.
    pub flow: Flow,
}

/// The figures from one party to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairFlow {
    /// Sender.
    pub from: PartyId,
    /// Receiver.
    pub to: PartyId,
    /// Figures.
    pub flow: Flow,
}

/// Figures about what waits, and about the flow. The store keeps those of the flow for 31 days.
#[async_trait]
pub trait Glance: Send + Sync {
    /// Counts the deliveries of messages that were accepted since a time: all of them, and those in each state.
    async fn account_of(&self, since: Timestamp) -> Result<DeliveryAccount, StoreError>;
    /// Returns the figures of each quarter between two times that has any: of the deliveries to one party, or of all. The
    /// quarter of `until` is not among them.
    async fn flow_by_quarter(
        &self,
        receiver: Option<&PartyId>,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<QuarterFlow>, StoreError>;
    /// Returns the figures of each pair of parties between two times, the largest first, at most 500.
    async fn flow_by_pair(&self, since: Timestamp, until: Timestamp) -> Result<Vec<PairFlow>, StoreError>;
    /// Returns the parties whose endpoint fails, the longest first.
    async fn failing(&self) -> Result<Vec<Failing>, StoreError>;
    /// Returns the time of acceptance of the oldest message with a delivery that waits.
    async fn oldest_waiting(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Returns whether a consent is registered.
    async fn has_consents(&self) -> Result<bool, StoreError>;
}
