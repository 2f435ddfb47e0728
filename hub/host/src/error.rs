//! Why an adapter can not be used at all. What goes wrong in a call is an [`AdapterFault`].

use std::path::PathBuf;

use bindeledd_core::{AdapterId, contract::CONTRACT};
use bindeledd_engine::ports::AdapterFault;

use crate::Sha256;

/// Why the host does not start, or does not take a file. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The file is not there or can not be read.
    #[error("can not read the adapter file {path}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Configuration pins another digest than the file has.
    #[error(
        "the adapter file {path} is not the one that configuration pins: it has sha256 {found}, and {pinned} is pinned. Put the \
         pinned file back; or look at this one with `bindeledd plugin inspect` and, where it is the one you want, pin its digest",
        path = .path.display()
    )]
    Digest {
        /// The file.
        path: PathBuf,
        /// What it has.
        found: Sha256,
        /// What it should have.
        pinned: Sha256,
    },
    /// It is no WebAssembly component.
    #[error(
        "{path} is not a WebAssembly component ({what}). Build adapters with `bindeledd plugin build` or `cargo xtask build`; a \
         plain module is not enough",
        path = .path.display()
    )]
    NotAComponent {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: String,
    },
    /// It does not say which contract it was built for.
    #[error(
        "{path} does not say which adapter contract it was built for (custom section `bindeledd:contract`). Build it with the \
         project's tools, which write it; this hub speaks {CONTRACT}",
        path = .path.display()
    )]
    NoContract {
        /// The file.
        path: PathBuf,
    },
    /// It was built for another contract.
    #[error(
        "{path} was built for version {found} of the adapter contract, and this hub speaks {CONTRACT}. Get a version of the adapter \
         for {CONTRACT}, or a hub that speaks {found}",
        path = .path.display()
    )]
    Contract {
        /// The file.
        path: PathBuf,
        /// The version that it names.
        found: String,
    },
    /// It wants something from outside.
    #[error(
        "{path} wants {wanted} from its surroundings, and an adapter gets nothing but its arguments. Build it for \
         wasm32-unknown-unknown, or with a kit that seals WASI off",
        path = .path.display(), wanted = .imports.join(", ")
    )]
    Imports {
        /// The file.
        path: PathBuf,
        /// What it imports.
        imports: Vec<String>,
    },
    /// It is a component and not one of the contract, or needs more than an instance may have.
    #[error("{path} can not be used as an adapter: {what}", path = .path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// It is larger, or has more in it, than is compiled.
    #[error("{path} is not compiled: {what}", path = .path.display())]
    TooMuch {
        /// The file.
        path: PathBuf,
        /// How much of what.
        what: String,
    },
    /// It could not say what it is.
    #[error("{path} could not give its manifest", path = .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: AdapterFault,
    },
    /// Configuration names an adapter twice.
    #[error("configuration has the adapter `{0}` twice; give each version a name of its own, such as `{0}@0.2.0`")]
    Twice(AdapterId),
    /// The folder for compiled adapters is not the hub's own.
    #[error("the folder for compiled adapters, {path}, can not be used: {what}", path = .path.display())]
    Cache {
        /// The folder.
        path: PathBuf,
        /// Why, and what to do.
        what: String,
    },
    /// This machine or these limits do not do.
    #[error("adapters can not run here: {0}. Fewer instances or less memory for each may help (`adapter_limits`)")]
    Engine(String),
}

impl HostError {
    /// The code, with a page in `docs/errors`.
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
