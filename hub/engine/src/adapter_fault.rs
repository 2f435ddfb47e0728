//! The reasons why the versions of an adapter stay as they are, with their codes and texts.

use std::fmt;

use bindeledd_texts::Said;
use bindeledd_texts::problem::{Detail, Next};

use crate::ports::KeepFault;

/// Reason why the versions of an adapter stay as they are. `Display` is the English text.
#[derive(Debug, Clone, PartialEq)]
pub enum AdapterLifeError {
    /// The file is no adapter that this hub can use.
    File {
        /// Code, with a page in `docs/errors`.
        code: &'static str,
        /// Reason.
        what: Said,
    },
    /// The file can not be written.
    Disk(Said),
    /// The file is another adapter.
    OtherId {
        /// Adapter.
        adapter: String,
        /// Id in the file's manifest.
        found: String,
    },
    /// There is no such version.
    NoVersion {
        /// Adapter.
        adapter: String,
    },
    /// Somebody else switched since the caller looked.
    Meanwhile {
        /// Adapter.
        adapter: String,
        /// Version in use now.
        version: String,
        /// Actor that switched.
        by: String,
        /// Time of that switch.
        at: String,
    },
    /// The version needs more than the operator has allowed.
    NeedsGrant {
        /// Adapter.
        adapter: String,
        /// The needs that wait.
        needs: String,
    },
    /// The version to remove is in use.
    InUse {
        /// Adapter.
        adapter: String,
    },
    /// There is no version to go back to.
    NothingBefore {
        /// Adapter.
        adapter: String,
    },
    /// The adapter has the most versions that it may have.
    TooMany {
        /// Adapter.
        adapter: String,
    },
}

impl AdapterLifeError {
    /// Returns the reason why a version is not kept or used.
    pub(crate) fn of_fault(fault: KeepFault, adapter: &impl fmt::Display) -> Self {
        match fault {
            KeepFault::File { code, what } => Self::File { code, what },
            KeepFault::Disk(what) => Self::Disk(what),
            KeepFault::Missing => Self::NoVersion {
                adapter: adapter.to_string(),
            },
        }
    }

    /// Returns the code, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { code, .. } => code,
            Self::NoVersion { .. } => "BL-3040",
            Self::Meanwhile { .. } => "BL-3041",
            Self::NeedsGrant { .. } => "BL-3042",
            Self::InUse { .. } => "BL-3043",
            Self::NothingBefore { .. } => "BL-3044",
            Self::TooMany { .. } => "BL-3045",
            Self::OtherId { .. } => "BL-3046",
            Self::Disk(_) => "BL-3047",
        }
    }

    /// Returns the text for the caller.
    #[must_use]
    pub fn detail(&self) -> Detail {
        match self.clone() {
            Self::File { what, .. } => Detail::AdapterFileFault { what },
            Self::Disk(what) => Detail::AdapterNotKept { what },
            Self::OtherId { adapter, found } => Detail::AdapterOtherId { adapter, found },
            Self::NoVersion { adapter } => Detail::AdapterNoVersion { adapter },
            Self::Meanwhile {
                adapter,
                version,
                by,
                at,
            } => Detail::AdapterSwitchedMeanwhile {
                adapter,
                version,
                by,
                at,
            },
            Self::NeedsGrant { adapter, needs } => Detail::AdapterNeedsGrant { adapter, needs },
            Self::InUse { adapter } => Detail::AdapterInUse { adapter },
            Self::NothingBefore { adapter } => Detail::AdapterNothingBefore { adapter },
            Self::TooMany { adapter } => Detail::AdapterVersionsTooMany {
                adapter,
                count: u64::try_from(bindeledd_core::adapter_life::VERSIONS_AT_MOST).unwrap_or(u64::MAX),
            },
        }
    }

    /// Returns the action for the caller to take.
    #[must_use]
    pub const fn what_to_do(&self) -> Next {
        match self {
            Self::File { .. } | Self::OtherId { .. } => Next::OtherFile,
            Self::Disk(_) => Next::RoomOnDisk,
            Self::NoVersion { .. } | Self::Meanwhile { .. } | Self::NothingBefore { .. } => Next::ListVersions,
            Self::NeedsGrant { .. } => Next::GrantNeeds,
            Self::InUse { .. } => Next::UseOtherFirst,
            Self::TooMany { .. } => Next::RemoveVersion,
        }
    }
}

impl fmt::Display for AdapterLifeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.detail().fmt(f)
    }
}

impl std::error::Error for AdapterLifeError {}
