//! Master keys and the wrapping key.

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;
use crate::ports::{MasterKey, MasterKeyId, MasterKeyRing};
use bindeledd_core::audit::Actor;

/// The keys that the store opens with.
#[async_trait]
pub trait Sealing: Send + Sync {
    /// The keys that the store opens with, and how far their change is.
    async fn key_ring(&self) -> Result<MasterKeyRing, StoreError>;
    /// Lets the store open with one more master key, which is the newest from then on; what is sealed stays as it is. The same
    /// again changes nothing.
    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError>;
    /// Lets the store open with `key` alone from now on; gives how many others there were. `None` where it is not the newest.
    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError>;
    /// Makes a new key to wrap participants' keys under; [`Upkeep::sweep`](super::Upkeep::sweep) then wraps them anew, a batch at a time. `false` where
    /// an earlier master key is not retired yet, and this store does not know it.
    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
}
