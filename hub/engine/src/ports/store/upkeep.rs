//! Recovery, the sweep, and the newest trace of time.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use jiff::Timestamp;

use super::error::StoreError;

/// A calendar clock that the hub did not trust, and that an operator accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedClock {
    /// Reason that the operator gave.
    pub reason: String,
    /// Time of the hub before the acceptance.
    pub hub: Timestamp,
    /// Time of the machine, which the hub continues from.
    pub machine: Timestamp,
}

/// The upkeep of the store, at a start and as time passes.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Recovers after a start: reserved and sending deliveries wait again, with the same bytes. Returns the number of
    /// these deliveries.
    async fn recover(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Performs a bounded batch of timed work. The batch ends expired deliveries, and fails deliveries whose receipt
    /// never came, with an alert. It also voids late reservations, and removes data past its retention. Returns the
    /// number of changed rows.
    async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Returns the time of the hub's newest trace: the newest audit row, or a later time that [`Upkeep::sweep`] noted.
    /// `None` in a new store.
    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Records the time of an accepted clock as the newest trace, even if a stored trace is newer. The same transaction
    /// writes an audit row with the operator's reason.
    async fn accept_clock(&self, accepted: &AcceptedClock, by: &Actor) -> Result<(), StoreError>;
}
