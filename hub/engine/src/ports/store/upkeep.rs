//! Recovery, the sweep, and the newest trace of time.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use jiff::Timestamp;

use super::error::StoreError;

/// A machine's clock that was not believed, and that an operator accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedClock {
    /// Reason of the operator.
    pub reason: String,
    /// Time of the hub until then.
    pub hub: Timestamp,
    /// Time of the machine. The hub goes on by it.
    pub machine: Timestamp,
}

/// The upkeep of the store: after a start, and as time passes.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Recovers after a start: reserved and sending deliveries wait again, with the same bytes. Returns their number.
    async fn recover(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Performs a bounded batch of timed work. It ends expired deliveries, and fails those whose receipt never came,
    /// with an alert. It voids late reservations, and removes data past its retention. Returns the number of rows that
    /// it touched.
    async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Returns the time of the hub's newest trace: the newest audit row, or a later note of [`Upkeep::sweep`]. `None`
    /// in a new store.
    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Records the time of an accepted clock as the newest trace, whatever is stored, and writes the audit row with the
    /// operator's reason. Both are one transaction.
    async fn accept_clock(&self, accepted: &AcceptedClock, by: &Actor) -> Result<(), StoreError>;
}
