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

/// Makes a failure that states the expected and the observed result.
pub(crate) fn unlike(expected: &str, got: impl std::fmt::Display) -> Failure {
    Failure(format!("expected: {expected}\n  got:      {got}"))
}

/// Fails unless an observation agrees with the story.
pub(crate) fn check(holds: bool, expected: &str, got: impl std::fmt::Display) -> Result<()> {
    if holds { Ok(()) } else { Err(unlike(expected, got)) }
}
