//! Health and size of the store.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::PartyId;
use jiff::Timestamp;

use super::error::StoreError;
use crate::ports::feed::Feed;

/// The second place of the audit log, as far as the store knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondPlaceStanding {
    /// Time when the newest checkpoint and the journal were last written there; `None` if they never were.
    pub written_at: Option<Timestamp>,
    /// Whether a later writing failed. It is tried again.
    pub is_behind: bool,
    /// Whether the log differs from the written one, so that no checkpoint is witnessed.
    pub is_halted: bool,
}

impl SecondPlaceStanding {
    /// Returns whether the second place has everything that it should have.
    #[must_use]
    pub const fn is_well(&self) -> bool {
        self.written_at.is_some() && !self.is_behind && !self.is_halted
    }
}

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
    /// Returns the state of the second place; `None` if there is none.
    fn second_place(&self) -> Option<SecondPlaceStanding>;
    /// Returns the feed to which the store reports the topics of each commit.
    fn feed(&self) -> Arc<Feed>;
}
