//! Recovery, the sweep, and the newest trace of time.

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;

/// The hub's own upkeep of its store: after a start, and as time passes.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// After a start: what was reserved or sending waits again, with the same bytes. Gives how many.
    async fn recover(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Ends what expired, fails what waited too long for a receipt (with an alert), voids reservations past their deadline,
    /// and removes what is past its retention; a bounded batch. Gives how many it touched.
    async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// When the hub last left a trace here: the newest row of the audit log, or what [`Upkeep::sweep`] noted later. `None` in a new store.
    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Notes that it is now so late, whatever stands there: an operator said so.
    async fn trace(&self, now: Timestamp) -> Result<(), StoreError>;
}
