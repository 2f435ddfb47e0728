//! The installed versions of adapters, as the engine keeps and switches them.

use std::collections::BTreeSet;

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::contract::Manifest;
use bindeledd_texts::Said;

/// A version whose file is kept, and which is ready to be called.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAdapter {
    /// Digest of the file.
    pub sha256: AdapterDigest,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// Contract that the file was built for.
    pub contract: String,
    /// Manifest.
    pub manifest: Manifest,
}

/// The version that configuration names.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfiguredAdapter {
    /// Digest of the file.
    pub sha256: AdapterDigest,
    /// Manifest.
    pub manifest: Manifest,
}

/// Reason why a version is not kept or not used.
#[derive(Debug, Clone, PartialEq)]
pub enum KeepFault {
    /// The file is no adapter that this hub can use.
    File {
        /// Code, with a page in `docs/errors`.
        code: &'static str,
        /// Reason.
        what: Said,
    },
    /// The file can not be written or read.
    Disk(Said),
    /// There is no such version.
    Missing,
}

impl KeepFault {
    /// Returns the code, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { code, .. } => code,
            Self::Disk(_) => "BL-3047",
            Self::Missing => "BL-3040",
        }
    }
}

/// The keeper of installed versions. Each function may take as long as a compilation, and blocks.
pub trait AdapterKeeper: Send + Sync {
    /// Returns the version that configuration names for an adapter.
    fn configured(&self, adapter: &AdapterId) -> Option<ConfiguredAdapter>;

    /// Checks and compiles a file, and writes it to the data folder. Nothing else changes. After a fault, no new file is there.
    ///
    /// # Errors
    /// The reason why the file is not kept.
    fn keep(&self, adapter: &AdapterId, bytes: &[u8]) -> Result<KeptAdapter, KeepFault>;

    /// Loads a version from the data folder, so that it can be chosen, and can settle what it wrote.
    ///
    /// # Errors
    /// The reason why the version can not be used.
    fn load(&self, adapter: &AdapterId, sha256: AdapterDigest) -> Result<(), KeepFault>;

    /// Returns whether an installed version is loaded.
    fn is_loaded(&self, adapter: &AdapterId, sha256: AdapterDigest) -> bool;

    /// Switches to a loaded version. Calls that run end on the version on which they began. The version begins with a clean record.
    ///
    /// # Errors
    /// [`KeepFault::Missing`] if the version is not loaded; the version in use then stays.
    fn choose(&self, adapter: &AdapterId, version: Chosen) -> Result<(), KeepFault>;

    /// Sets an adapter aside whose version in use can not be loaded. Its messages wait.
    fn set_aside(&self, adapter: &AdapterId);

    /// Returns the adapters that are set aside because their version in use could not be loaded.
    fn aside(&self) -> BTreeSet<AdapterId>;

    /// Forgets a version, and removes its file unless another adapter has the same one.
    fn forget(&self, adapter: &AdapterId, sha256: AdapterDigest, keeps_file: bool);

    /// Removes files of the data folder that no installed version names: an installation did not come to its end.
    fn tidy(&self, installed: &BTreeSet<AdapterDigest>);
}
