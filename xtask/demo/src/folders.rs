//! Where the repository is, and the programs that cargo built.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// Returns the repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Returns the folder of this program, where cargo also puts the other programs.
pub(crate) fn binaries() -> Result<PathBuf> {
    let here = env::current_exe().map_err(|e| Failure(format!("can not tell where this program is: {e}")))?;
    here.parent()
        .map(PathBuf::from)
        .ok_or_else(|| Failure("this program is in no folder".into()))
}
