//! Reasons why an adapter can not be used at all. A failure of one call is an [`AdapterFault`].

use std::path::PathBuf;

use bindeledd_core::{AdapterId, contract::CONTRACT};
use bindeledd_engine::ports::AdapterFault;

use crate::Sha256;

/// Reason why the host does not start, or refuses a file. Each text includes the action to take.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The file is missing or can not be read.
    #[error("can not read the adapter file {path}", path = .path.display())]
    Unreadable {
        /// Path of the file.
        path: PathBuf,
        /// Error of the disk.
        source: std::io::Error,
    },
    /// The digest of the file differs from the digest in configuration.
    #[error(
        "the adapter file {path} is not the one that configuration pins: it has sha256 {found}, and {pinned} is pinned. Put the \
         pinned file back; or look at this one with `bindeledd plugin inspect` and, where it is the one you want, pin its digest",
        path = .path.display()
    )]
    Digest {
        /// Path of the file.
        path: PathBuf,
        /// Digest of the file.
        found: Sha256,
        /// Pinned digest.
        pinned: Sha256,
    },
    /// The file is no WebAssembly component.
    #[error(
        "{path} is not a WebAssembly component ({what}). Build adapters with `bindeledd plugin build` or `cargo xtask build`; a \
         plain module is not enough",
        path = .path.display()
    )]
    NotAComponent {
        /// Path of the file.
        path: PathBuf,
        /// Kind of the file.
        what: String,
    },
    /// The file does not name the contract that it was built for.
    #[error(
        "{path} does not say which adapter contract it was built for (custom section `bindeledd:contract`). Build it with the \
         project's tools, which write it; this hub speaks {CONTRACT}",
        path = .path.display()
    )]
    NoContract {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file was built for another contract.
    #[error(
        "{path} was built for version {found} of the adapter contract, and this hub speaks {CONTRACT}. Get a version of the adapter \
         for {CONTRACT}, or a hub that speaks {found}",
        path = .path.display()
    )]
    Contract {
        /// Path of the file.
        path: PathBuf,
        /// Version that the file names.
        found: String,
    },
    /// The component has imports.
    #[error(
        "{path} wants {wanted} from its surroundings, and an adapter gets nothing but its arguments. Build it for \
         wasm32-unknown-unknown, or with a kit that seals WASI off",
        path = .path.display(), wanted = .imports.join(", ")
    )]
    Imports {
        /// Path of the file.
        path: PathBuf,
        /// The component's imports.
        imports: Vec<String>,
    },
    /// The component lacks an export of the contract, or needs more than an instance may have.
    #[error("{path} can not be used as an adapter: {what}", path = .path.display())]
    Unfit {
        /// Path of the file.
        path: PathBuf,
        /// Reason why the component can not be used.
        what: String,
    },
    /// The file, or its content, exceeds a limit, so that the file is not compiled.
    #[error("{path} is not compiled: {what}", path = .path.display())]
    TooMuch {
        /// Path of the file.
        path: PathBuf,
        /// The exceeded limit, with figures.
        what: String,
    },
    /// The adapter failed to return its manifest.
    #[error("{path} could not give its manifest", path = .path.display())]
    Manifest {
        /// Path of the file.
        path: PathBuf,
        /// Failure of the call.
        source: AdapterFault,
    },
    /// Configuration names an adapter twice.
    #[error("configuration has the adapter `{0}` twice; give each version a name of its own, such as `{0}@0.2.0`")]
    Twice(AdapterId),
    /// Other users own, or may write to, the folder for compiled adapters.
    #[error("the folder for compiled adapters, {path}, can not be used: {what}", path = .path.display())]
    Cache {
        /// Path of the folder.
        path: PathBuf,
        /// Reason, with the action to take.
        what: String,
    },
    /// This machine can not run adapters with these limits.
    #[error("adapters can not run here: {0}. Fewer instances or less memory for each may help (`adapter_limits`)")]
    Engine(String),
}

impl HostError {
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
            Self::Manifest { .. } => "BL-3016",
            Self::Twice(_) => "BL-3017",
            Self::Cache { .. } => "BL-3018",
            Self::Engine(_) => "BL-3019",
        }
    }
}
