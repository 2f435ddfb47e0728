//! Failures of tasks.

use std::fmt;
use std::path::Path;

/// A failure: its cause, and its remedy if there is one.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Result of a task.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

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
