//! API keys.

use async_trait::async_trait;
use bindeledd_core::PartyId;
use bindeledd_core::audit::Actor;
use jiff::Timestamp;

use super::error::StoreError;

/// The hash of an API key.
pub type KeyHash = [u8; 32];

/// A stored API key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiKey {
    /// Hash of the key.
    pub hash: KeyHash,
    /// Party that the key belongs to.
    pub party: PartyId,
    /// Time when the key was made.
    pub added_at: Timestamp,
}

/// Returns the public id of a key: the first 16 hexadecimal digits of its hash.
#[must_use]
pub fn key_id(hash: &KeyHash) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The API keys of parties, hashed.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Adds a hashed API key of a party. Its other keys stay valid, so that a key can be changed without a break.
    async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Returns every hashed API key, with its party.
    async fn keys(&self) -> Result<Vec<ApiKey>, StoreError>;
    /// Removes API keys of a party for good. Returns the number of keys that existed.
    async fn revoke_keys(
        &self,
        party: &PartyId,
        keys: &[KeyHash],
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
}
