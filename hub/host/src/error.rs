//! Reasons why an adapter can not be used at all. A failure of one call is an [`AdapterFault`].

use std::error::Error as _;
use std::fmt;
use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_core::contract::{CONTRACT, OLD_CONTRACT};
use bindeledd_engine::ports::AdapterFault;
use bindeledd_texts::{AdapterFile, Said};

use crate::Sha256;

/// Reason why the host does not start, or refuses a file. Each text includes the action to take; `Display` is the
/// English one.
#[derive(Debug)]
pub enum HostError {
    /// The file is missing or can not be read.
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Error of the disk.
        source: std::io::Error,
    },
    /// The digest of the file differs from the digest in configuration.
    Digest {
        /// Path of the file.
        path: PathBuf,
        /// Digest of the file.
        found: Sha256,
        /// Pinned digest.
        pinned: Sha256,
    },
    /// The file is no WebAssembly component.
    NotAComponent {
        /// Path of the file.
        path: PathBuf,
        /// Kind of the file.
        what: Said,
    },
    /// The file does not name the contract that it was built for.
    NoContract {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file was built for another contract.
    Contract {
        /// Path of the file.
        path: PathBuf,
        /// Version that the file names.
        found: String,
    },
    /// The file has no manifest, or several.
    Sections {
        /// Path of the file.
        path: PathBuf,
        /// Number of manifests.
        sections: usize,
    },
    /// The component has imports.
    Imports {
        /// Path of the file.
        path: PathBuf,
        /// The component's imports.
        imports: Vec<String>,
    },
    /// The component lacks an export of the contract, or needs more than an instance may have.
    Unfit {
        /// Path of the file.
        path: PathBuf,
        /// Reason why the component can not be used.
        what: Said,
    },
    /// The file, or its content, exceeds a limit, so that the file is not compiled.
    TooMuch {
        /// Path of the file.
        path: PathBuf,
        /// The exceeded limit, with figures.
        what: Said,
    },
    /// The adapter failed to return its manifest.
    Manifest {
        /// Path of the file.
        path: PathBuf,
        /// Failure of the call.
        source: AdapterFault,
    },
    /// The compiler died on the file, or took too long. Other adapters are not concerned.
    Compiler {
        /// Path of the file.
        path: PathBuf,
        /// End of the compiler.
        what: Said,
    },
    /// Configuration names an adapter twice.
    Twice(AdapterId),
    /// Other users own, or may write to, the folder for compiled adapters.
    Cache {
        /// Path of the folder.
        path: PathBuf,
        /// Reason, with the action to take.
        what: Said,
    },
    /// This machine can not run adapters with these limits.
    Engine(String),
}

impl HostError {
    /// Returns the reason in words.
    #[must_use]
    pub fn words(&self) -> AdapterFile {
        let shown = |path: &Path| path.display().to_string();
        let contract = || format!("{CONTRACT} and {OLD_CONTRACT}");
        match self {
            Self::Unreadable { path, .. } => AdapterFile::Unreadable { path: shown(path) },
            Self::Digest { path, found, pinned } => AdapterFile::Digest {
                path: shown(path),
                found: found.to_string(),
                pinned: pinned.to_string(),
            },
            Self::NotAComponent { path, what } => AdapterFile::NotAComponent {
                path: shown(path),
                what: what.clone(),
            },
            Self::NoContract { path } => AdapterFile::NoContract {
                path: shown(path),
                contract: contract(),
            },
            Self::Contract { path, found } => AdapterFile::Contract {
                path: shown(path),
                found: found.clone(),
                contract: contract(),
            },
            Self::Sections { path, sections } => AdapterFile::Sections {
                path: shown(path),
                sections: u64::try_from(*sections).unwrap_or(u64::MAX),
            },
            Self::Imports { path, imports } => AdapterFile::Imports {
                path: shown(path),
                wanted: imports.join(", "),
            },
            Self::Unfit { path, what } => AdapterFile::Unfit {
                path: shown(path),
                what: what.clone(),
            },
            Self::TooMuch { path, what } => AdapterFile::TooMuch {
                path: shown(path),
                what: what.clone(),
            },
            Self::Manifest { path, .. } => AdapterFile::Manifest { path: shown(path) },
            Self::Compiler { path, what } => AdapterFile::Compiler {
                path: shown(path),
                what: what.clone(),
            },
            Self::Twice(id) => AdapterFile::Twice {
                adapter: id.to_string(),
            },
            Self::Cache { path, what } => AdapterFile::Cache {
                path: shown(path),
                what: what.clone(),
            },
            Self::Engine(what) => AdapterFile::Engine { what: what.clone() },
        }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn cause(&self) -> Option<Said> {
        match self {
            Self::Manifest { source, .. } => Some(source.detail().into()),
            error => error.source().map(Said::of_error),
        }
    }

    /// Returns the code of the error, with a page in `docs/errors`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "BL-3010",
            Self::Digest { .. } => "BL-3011",
            Self::NotAComponent { .. } => "BL-3012",
            Self::NoContract { .. } | Self::Contract { .. } => "BL-3013",
            Self::Imports { .. } => "BL-3014",
            Self::Unfit { .. } => "BL-3015",
            Self::TooMuch { .. } => "BL-3021",
            Self::Manifest { .. } | Self::Sections { .. } => "BL-3016",
            Self::Compiler { .. } => "BL-3048",
            Self::Twice(_) => "BL-3017",
            Self::Cache { .. } => "BL-3018",
            Self::Engine(_) => "BL-3019",
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words().fmt(f)
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Unreadable { source, .. } = self {
            return Some(source);
        }
        if let Self::Manifest { source, .. } = self {
            return Some(source);
        }
        None
    }
}
