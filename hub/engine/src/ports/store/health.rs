//! Health and size of the store.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::PartyId;

use super::error::StoreError;
use crate::ports::feed::Feed;

/// The health of the store.
#[async_trait]
pub trait Health: Send + Sync {
    /// Counts deliveries by state, for metrics.
    async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError>;
    /// Returns the number of bytes of messages that each party has stored.
    async fn stored(&self) -> Result<Vec<(PartyId, u64)>, StoreError>;
    /// Checks that the store can write now.
    async fn ready(&self) -> Result<(), StoreError>;
    /// Returns whether the store's disk has room for more than the commands that must not fail.
    fn has_room(&self) -> bool;
    /// Returns the feed to which the store reports the topics of each commit.
    fn feed(&self) -> Arc<Feed>;
}
