//! Recovery, the sweep, and the newest trace of time.

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;

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
    /// Records the current time as the newest trace, whatever is stored: an operator confirmed it.
    async fn trace(&self, now: Timestamp) -> Result<(), StoreError>;
}
