//! Parties.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{Party, PartyId};
use jiff::Timestamp;

use super::error::StoreError;

/// The stored parties.
#[async_trait]
pub trait Parties: Send + Sync {
    /// Adds or changes a party.
    async fn put_party(&self, party: &Party, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        self.put_parties(std::slice::from_ref(party), by, now).await
    }
    /// Adds or changes parties: all of them, or none.
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Returns every party.
    async fn parties(&self) -> Result<Vec<Party>, StoreError>;
    /// Pauses or resumes a party's endpoint; `false` if there is no such party.
    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
    /// Suspends a party, or lifts the suspension; `false` if there is no such party. [`Parties::put_party`] leaves the
    /// suspension as it is.
    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
