//! Master keys and the wrapping key.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use jiff::Timestamp;

use super::error::StoreError;
use crate::ports::{MasterKey, MasterKeyId, MasterKeyRing};

/// The master keys and the wrapping key of the store.
#[async_trait]
pub trait Sealing: Send + Sync {
    /// Returns the keys that open the store, and the progress of their change.
    async fn key_ring(&self) -> Result<MasterKeyRing, StoreError>;
    /// Adds a master key that opens the store and becomes the newest one. Sealed data does not change. A repetition
    /// changes nothing.
    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError>;
    /// Makes `key` the only master key that opens the store. Returns the number of keys that were removed; `None` if
    /// `key` is not the newest.
    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError>;
    /// Makes a new key that wraps participants' keys. [`Upkeep::sweep`](super::Upkeep::sweep) then wraps these keys
    /// anew, a batch at a time. Returns `false` if the ring still has an earlier master key that this store does not
    /// know.
    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
}
