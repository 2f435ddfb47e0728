//! Master keys and the wrapping key.

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;
use crate::ports::{MasterKey, MasterKeyId, MasterKeyRing};
use bindeledd_core::audit::Actor;

/// The master keys and the wrapping key of the store.
#[async_trait]
pub trait Sealing: Send + Sync {
    /// Returns the keys that open the store, and the progress of their change.
    async fn key_ring(&self) -> Result<MasterKeyRing, StoreError>;
    /// Lets the store open with one more master key, which is then the newest. Sealed data stays as it is. A
    /// repetition changes nothing.
    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError>;
    /// Lets only `key` open the store from now on. Returns the number of other keys before; `None` if `key` is not
    /// the newest.
    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError>;
    /// Makes a new key to wrap participants' keys under. [`Upkeep::sweep`](super::Upkeep::sweep) then wraps them anew,
    /// a batch at a time. `false` while an earlier master key is not retired, and this store does not know it.
    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
}
