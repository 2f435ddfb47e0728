//! Change of the master key while messages flow. The hub can start after every step.
//!
//! First the new key is put on disk, or supplied. Then the store opens with either key. Then the new key becomes the
//! key of the next start. The old key opens the store until it is retired. Retiring is refused while a start would
//! still read the old key.

use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, MasterKeyId, MasterKeyRing, MasterKeys, StoreError, Switched};

/// The result of a change of the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// Id of the new key.
    pub key: MasterKeyId,
    /// Whether the hub reads the new key at its next start.
    pub switched: Switched,
    /// Keys of the store now.
    pub ring: MasterKeyRing,
}

/// Reason why a key was not changed or retired.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The source of the keys failed, or the change came too early.
    #[error("{0}")]
    Keys(Detail),
    /// The store failed.
    #[error(transparent)]
    Store(EngineError),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl Engine {
    /// Returns the keys that open the store, and the progress of their change.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn key_ring(&self) -> Result<MasterKeyRing, EngineError> {
        Ok(self.inner.store.key_ring().await?)
    }

    /// Changes to the next master key. With `rewrap` it also makes a new key to wrap participants' keys under.
    ///
    /// # Errors
    /// [`RotateError`]. The hub can still start: with its earlier key, or with the new key if that has replaced the
    /// earlier one.
    pub async fn rotate(&self, keys: &dyn MasterKeys, rewrap: bool, by: &Actor) -> Result<Rotated, RotateError> {
        let store = &self.inner.store;
        let next = keys.next().map_err(RotateError::Keys)?;
        let key = store.add_master(&next, by, self.now()).await?;
        let switched = keys.switch(&next).map_err(RotateError::Keys)?;
        if rewrap && !store.new_wrapping(by, self.now()).await? {
            return Err(RotateError::Keys(Detail::RetireFirst));
        }
        let ring = store.key_ring().await?;
        Ok(Rotated { key, switched, ring })
    }

    /// Makes the configured key the only one that opens the store.
    ///
    /// # Errors
    /// [`RotateError`], also if the configured key is not the newest.
    pub async fn retire(&self, keys: &dyn MasterKeys, by: &Actor) -> Result<MasterKeyRing, RotateError> {
        let current = keys.current().map_err(RotateError::Keys)?;
        let store = &self.inner.store;
        if store.retire_masters(&current, by, self.now()).await?.is_none() {
            let source = keys.source();
            return Err(RotateError::Keys(Detail::OtherKeyNext { source }));
        }
        Ok(store.key_ring().await?)
    }
}
