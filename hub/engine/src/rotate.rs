//! Change of the master key while messages flow. After every step the hub can still start.
//!
//! First the new key is on disk, or supplied. Then the store opens with either key. Then the next start reads the new
//! key. The old key opens the store until it is retired; that is refused while a start would read it.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, MasterKeyId, MasterKeyRing, MasterKeys, StoreError, Switched};

/// The result of a change of the master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// Id of the new key.
    pub key: MasterKeyId,
    /// Whether the next start reads it.
    pub switched: Switched,
    /// Keys of the store now.
    pub ring: MasterKeyRing,
}

/// Reason why a key was not changed or retired.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The source of the keys failed, or the change came too early.
    #[error("{0}")]
    Keys(String),
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
    /// [`RotateError`]. The hub still starts: with its earlier key, or with the new one where that replaced it.
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

    /// Lets only the configured key open the store.
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
