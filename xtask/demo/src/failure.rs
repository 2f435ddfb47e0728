//! Why the demo ended.

use std::path::Path;

/// What went wrong and, where something can be done about it, what.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

/// What the demo's parts return.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Names the file that an I/O error is about.
pub(crate) trait About<T> {
    /// `doing` is what was tried, such as `write`.
    fn about(self, doing: &str, path: &Path) -> Result<T>;
}

impl<T> About<T> for std::io::Result<T> {
    fn about(self, doing: &str, path: &Path) -> Result<T> {
        self.map_err(|e| Failure(format!("can not {doing} {}: {e}", path.display())))
    }
}
