//! Changing the master key while messages flow, in steps of which each leaves a hub that starts.
//!
//! The new key is on the disk (or supplied) first. Then the store is made to open with either key. Then the next start is made
//! to read the new one. The old key opens the store until it is retired, which is refused as long as a start would read it.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, MasterKeyId, MasterKeyRing, MasterKeys, StoreError, Switched};

/// What a change of the master key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The new key's id.
    pub key: MasterKeyId,
    /// Whether the next start reads it.
    pub switched: Switched,
    /// The store's keys now.
    pub ring: MasterKeyRing,
}

/// Why a key was not changed or retired.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// What supplies the keys could not, or it is not time yet.
    #[error("{0}")]
    Keys(String),
    /// The store could not.
    #[error(transparent)]
    Store(EngineError),
}

impl From<StoreError> for RotateError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl Engine {
    /// The keys that the store opens with, and how far their change is.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn key_ring(&self) -> Result<MasterKeyRing, EngineError> {
        Ok(self.inner.store.key_ring().await?)
    }

    /// Changes to the next master key; with `rewrap`, also makes a new key that participants' keys are wrapped under.
    ///
    /// # Errors
    /// [`RotateError`]; the hub starts with the key that it had, or with the new one where that was put in its place.
    pub async fn rotate(&self, keys: &dyn MasterKeys, rewrap: bool, by: &Actor) -> Result<Rotated, RotateError> {
        let store = &self.inner.store;
        let next = keys.next().map_err(RotateError::Keys)?;
        let key = store.add_master(&next, by, self.now()).await?;
        let switched = keys.switch(&next).map_err(RotateError::Keys)?;
        if rewrap && !store.new_wrapping(by, self.now()).await? {
            let what =
                "an earlier master key still opens the store, and this hub was not started with it: retire it first";
            return Err(RotateError::Keys(what.into()));
        }
        let ring = store.key_ring().await?;
        Ok(Rotated { key, switched, ring })
    }

    /// Lets the store open with the configured key alone.
    ///
    /// # Errors
    /// [`RotateError`]; also where the configured key is not the newest.
    pub async fn retire(&self, keys: &dyn MasterKeys, by: &Actor) -> Result<MasterKeyRing, RotateError> {
        let current = keys.current().map_err(RotateError::Keys)?;
        let store = &self.inner.store;
        if store.retire_masters(&current, by, self.now()).await?.is_none() {
            let source = keys.source();
            let what = format!(
                "the next start would read another key ({source}) than the newest that the store opens with: put that in place first"
            );
            return Err(RotateError::Keys(what));
        }
        Ok(store.key_ring().await?)
    }
}
