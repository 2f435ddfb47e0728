//! Why a task ended.

use std::fmt;
use std::path::Path;

/// What went wrong and, where something can be done about it, what.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What tasks return.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

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
