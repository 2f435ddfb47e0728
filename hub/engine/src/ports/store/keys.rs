//! API keys.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use jiff::Timestamp;

use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// The hash of an API key.
pub type KeyHash = [u8; 32];

/// An API key, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiKey {
    /// Its hash.
    pub hash: KeyHash,
    /// The one that it belongs to.
    pub party: PartyId,
    /// When it was made.
    pub added_at: Timestamp,
}

/// By what a key is named without being told: the first 16 hexadecimal digits of its hash.
#[must_use]
pub fn key_id(hash: &KeyHash) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The API keys of parties, hashed.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Adds a hashed API key for a party, beside those that it has, so that keys change without a stop.
    async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Every hashed API key and whose it is.
    async fn keys(&self) -> Result<Vec<ApiKey>, StoreError>;
    /// Removes API keys of a party, for good; gives how many of them were there.
    async fn revoke_keys(
        &self,
        party: &PartyId,
        keys: &[KeyHash],
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
}
