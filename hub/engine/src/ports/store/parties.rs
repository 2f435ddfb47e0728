//! Parties.

use async_trait::async_trait;
use bindeledd_core::{Party, PartyId};
use jiff::Timestamp;

use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// The parties, as they are kept.
#[async_trait]
pub trait Parties: Send + Sync {
    /// Adds a party or changes it.
    async fn put_party(&self, party: &Party, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        self.put_parties(std::slice::from_ref(party), by, now).await
    }
    /// Adds parties or changes them: all of them, or none.
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Every party.
    async fn parties(&self) -> Result<Vec<Party>, StoreError>;
    /// Pauses or resumes a party's endpoint; `false` where there is no such party.
    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
    /// Suspends a party, or lifts that; `false` where there is no such party. What [`Parties::put_party`] is given changes
    /// nothing about it.
    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
