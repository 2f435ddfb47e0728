//! Whether the store can do its work, and how much is in it.

use async_trait::async_trait;
use bindeledd_core::PartyId;

use super::error::StoreError;

/// How the store is.
#[async_trait]
pub trait Health: Send + Sync {
    /// Counts for metrics: deliveries by state.
    async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError>;
    /// How many bytes of messages each party has stored.
    async fn stored(&self) -> Result<Vec<(PartyId, u64)>, StoreError>;
    /// Whether it can write now.
    async fn ready(&self) -> Result<(), StoreError>;
    /// Whether its disk has room for more than what may not fail.
    fn has_room(&self) -> bool;
}
