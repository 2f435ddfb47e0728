//! The health of the store.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_engine::ports::{Feed, Health, SecondPlaceStanding, StoreError};

use crate::commands::budget;
use crate::sqlite::store::{SqliteStore, to_store_error};
use crate::views::messages;

#[async_trait]
impl Health for SqliteStore {
    async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.read(messages::counts).await
    }

    async fn stored(&self) -> Result<Vec<(PartyId, u64)>, StoreError> {
        self.read(budget::stored).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        if self.room.is_full() {
            return Err(StoreError::Full);
        }
        self.trust.guard.whole().map_err(|fault| to_store_error(&fault))?;
        // This write changes nothing, and is committed like any other write.
        self.write(|tx| tx.run("UPDATE node SET boot = boot", []).map(|_| ()))
            .await
    }

    fn has_room(&self) -> bool {
        !self.room.is_full()
    }

    fn second_place(&self) -> Option<SecondPlaceStanding> {
        let (written_at, is_behind) = self.watch.second_place();
        self.has_place.then(|| SecondPlaceStanding {
            written_at,
            is_behind,
            is_halted: self.trust.guard.is_halted(),
        })
    }

    fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.trust.feed)
    }
}
