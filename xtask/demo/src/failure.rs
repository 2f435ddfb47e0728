//! Failures of the demo.

use std::path::Path;

/// A failure: its cause, and its remedy if there is one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

/// Result of the demo's parts.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Adds the file's name to an I/O error.
pub(crate) trait About<T> {
    /// Adds `doing`, the attempted action such as `write`, and the path.
    fn about(self, doing: &str, path: &Path) -> Result<T>;
}

impl<T> About<T> for std::io::Result<T> {
    fn about(self, doing: &str, path: &Path) -> Result<T> {
        self.map_err(|e| Failure(format!("can not {doing} {}: {e}", path.display())))
    }
}
