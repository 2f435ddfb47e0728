//! The master key: what a store opens with, and where the next one comes from.

use std::fmt;

/// 32 bytes that everything sealed hangs on. Overwritten when it is dropped, and never printed.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for deriving from them.
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
        // So that the writing is not left out as one that nobody reads.
        std::hint::black_box(&self.0);
    }
}

/// Where master keys come from. The store only ever sees keys; files, variables and credentials are the configuration's.
pub trait MasterKeys: fmt::Debug + Send + Sync + 'static {
    /// The source in words, such as `file data/master.key`; never the key.
    fn source(&self) -> String;

    /// The key that the next start reads.
    ///
    /// # Errors
    /// In words, without the key.
    fn current(&self) -> Result<MasterKey, String>;

    /// The key to change to, on the disk already where the hub makes it: asked again after a stop, it is the same one.
    ///
    /// # Errors
    /// In words: none was supplied, or it can not be made.
    fn next(&self) -> Result<MasterKey, String>;

    /// Lets the next start read `next`, where that is the hub's to do. The store opens with either key when this is called.
    ///
    /// # Errors
    /// In words.
    fn switch(&self, next: &MasterKey) -> Result<Switched, String>;
}

/// What [`MasterKeys::switch`] came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switched {
    /// The next start reads the new key; the one before is kept there, for backups from before.
    Done {
        /// Where the earlier key lies now.
        earlier: String,
    },
    /// Whoever supplies the key has to put the new one in its place.
    ByHand {
        /// What to do.
        what: String,
    },
}

/// A master key that a store opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyId(pub String);

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The keys of a store as an operator sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterKeyRing {
    /// The master keys that it opens with, the newest last. One, but for the time of a change.
    pub masters: Vec<MasterKeyId>,
    /// How often the key that wraps participants' keys was made new, from 1.
    pub wrapping: u32,
    /// How many participants' keys are wrapped under an earlier one still.
    pub to_rewrap: u64,
}
