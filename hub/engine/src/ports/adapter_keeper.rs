//! The installed versions of adapters, as the engine keeps and switches them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::contract::Manifest;
use bindeledd_texts::Said;
use jiff::Timestamp;

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

/// The end of a shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShadowEnd {
    /// Its time was over.
    Time,
    /// It had seen all of its documents.
    Documents,
    /// A person ended it.
    Person,
    /// The version in use changed, so that there is another one to compare with.
    Switch,
}

impl ShadowEnd {
    /// Returns the end as a code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Documents => "documents",
            Self::Person => "person",
            Self::Switch => "switch",
        }
    }
}

/// The report of a version in the shadow of the one in use: counts and paths, and never a value.
#[derive(Debug, Clone, PartialEq)]
pub struct ShadowReport {
    /// Version in the shadow.
    pub version: AdapterDigest,
    /// Version in use that it is compared with.
    pub beside: Chosen,
    /// Time when it began.
    pub began: Timestamp,
    /// Time when it ends at the latest.
    pub until: Timestamp,
    /// Maximum number of documents.
    pub most: Option<u64>,
    /// Compared documents.
    pub documents: u64,
    /// Documents with the same output.
    pub same: u64,
    /// Documents with another output.
    pub different: u64,
    /// Documents that were not compared, since the shadow was busy.
    pub dropped: u64,
    /// Failures of the shadow where the version in use gave another answer, by their code.
    pub faults: BTreeMap<String, u64>,
    /// Differing documents by task and path.
    pub paths: BTreeMap<String, u64>,
    /// End of the shadow; `None` while it runs.
    pub ended: Option<ShadowEnd>,
}

/// The bounds of a shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShadowOrder {
    /// Version in the shadow.
    pub version: AdapterDigest,
    /// Version in use.
    pub beside: Chosen,
    /// Longest time.
    pub lasts: Duration,
    /// Maximum number of documents.
    pub most: Option<u64>,
    /// Time of the beginning.
    pub now: Timestamp,
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

    /// Returns the file of an installed version, or of the configured one.
    ///
    /// # Errors
    /// The reason why there is none.
    fn file(&self, adapter: &AdapterId, version: Chosen) -> Result<Vec<u8>, KeepFault> {
        let _ = (adapter, version);
        Err(KeepFault::Missing)
    }

    /// Begins a shadow, in place of the one before.
    ///
    /// # Errors
    /// [`KeepFault::Missing`] if the version is not loaded.
    fn shadow(&self, adapter: &AdapterId, order: &ShadowOrder) -> Result<(), KeepFault> {
        let _ = (adapter, order);
        Err(KeepFault::Missing)
    }

    /// Ends a shadow. Returns whether one ran.
    fn end_shadow(&self, adapter: &AdapterId, why: ShadowEnd) -> bool {
        let _ = (adapter, why);
        false
    }

    /// Returns the report of an adapter's newest shadow since the start of the hub.
    fn shadow_report(&self, adapter: &AdapterId) -> Option<ShadowReport> {
        let _ = adapter;
        None
    }

    /// Forgets a version, and removes its file unless another adapter has the same one.
    fn forget(&self, adapter: &AdapterId, sha256: AdapterDigest, keeps_file: bool);

    /// Removes files of the data folder that no installed version names: an installation did not come to its end.
    fn tidy(&self, installed: &BTreeSet<AdapterDigest>);
}
