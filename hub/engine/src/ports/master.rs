//! The master key that opens a store, and the source of the next one.

use std::fmt;

/// A master key: 32 bytes that protect everything sealed. A drop overwrites it, and nothing prints it.
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
        // Keeps the compiler from removing a write that nobody reads.
        std::hint::black_box(&self.0);
    }
}

/// The source of master keys. The store sees only keys; configuration knows files, variables and credentials.
pub trait MasterKeys: fmt::Debug + Send + Sync + 'static {
    /// Returns the name of the source, such as `file data/master.key`; never the key.
    fn source(&self) -> String;

    /// Returns the key that the next start reads.
    ///
    /// # Errors
    /// The fault in words, without the key.
    fn current(&self) -> Result<MasterKey, String>;

    /// Returns the key to change to. Where the hub makes it, it is on disk already, so that a repeated call after a
    /// stop returns the same key.
    ///
    /// # Errors
    /// In words: no key was supplied, or it can not be made.
    fn next(&self) -> Result<MasterKey, String>;

    /// Lets the next start read `next`, where the hub controls that. The store opens with either key at this point.
    ///
    /// # Errors
    /// The fault in words.
    fn switch(&self, next: &MasterKey) -> Result<Switched, String>;
}

/// The result of [`MasterKeys::switch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// The next start reads the new key. The earlier key is kept beside it, for older backups.
    Done {
        /// Place of the earlier key.
        earlier: String,
    },
    /// The person who supplies the key has to replace it.
    ByHand {
        /// Action to take.
        what: String,
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

/// The keys of a store, as an operator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyRing {
    /// Master keys that open it, the newest last. There is one, except during a change.
    pub masters: Vec<MasterKeyId>,
    /// Version of the key that wraps participants' keys, from 1.
    pub wrapping: u32,
    /// Number of participants' keys that are still wrapped under an earlier version.
    pub to_rewrap: u64,
}
