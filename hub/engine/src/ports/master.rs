//! The master key that opens a store, and the source of the next master key.

use std::fmt;

use bindeledd_texts::problem::{Detail, Next};

/// A master key: 32 bytes that protect all sealed data. Dropping the key overwrites the bytes, and `Debug` does not
/// print them.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// Makes a key from these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes, for deriving keys.
    #[must_use]
    pub const fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for MasterKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(not shown)")
    }
}

impl Drop for MasterKey {
    fn drop(&mut self) {
        self.0.fill(0);
        // This keeps the compiler from removing a write that nobody reads.
        std::hint::black_box(&self.0);
    }
}

/// The source of master keys. The store sees only keys; the source reads files, variables and credentials.
pub trait MasterKeys: fmt::Debug + Send + Sync + 'static {
    /// Returns the name of the source, such as `file data/master.key`; never the key.
    fn source(&self) -> String;

    /// Returns the master key that the hub will read at its next start.
    ///
    /// # Errors
    /// A description of why the key can not be read. It never contains the key.
    fn current(&self) -> Result<MasterKey, Detail>;

    /// Returns the key to change to. A key that the hub makes is already on disk, so that a repeated call after a stop
    /// returns the same key.
    ///
    /// # Errors
    /// A description: no key was supplied, or the key can not be made.
    fn next(&self) -> Result<MasterKey, Detail>;

    /// Makes `next` the key that the hub reads at its next start, if the hub controls that. The store opens with either
    /// key at this point.
    ///
    /// # Errors
    /// A description of the fault.
    fn switch(&self, next: &MasterKey) -> Result<Switched, Detail>;
}

/// The result of [`MasterKeys::switch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// The hub will read the new key at its next start. The earlier key is kept beside the new one, for older backups.
    Done {
        /// Place where the earlier key is kept.
        earlier: String,
    },
    /// The hub does not control the key. The person who supplies it has to replace it.
    ByHand {
        /// Action to take.
        what: Next,
    },
}

/// Id of a master key that opens a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyId(pub String);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keys of a store, as the operator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyRing {
    /// Master keys that open the store, the newest last. There is one, except during a change.
    pub masters: Vec<MasterKeyId>,
    /// Version of the key that wraps participants' keys, from 1.
    pub wrapping: u32,
    /// Number of participants' keys that are still wrapped under an earlier version.
    pub to_rewrap: u64,
}
