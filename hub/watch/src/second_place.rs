//! Checks the distance of the second place. A second place beside the data would be lost or restored together with the
//! data.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use bindeledd_texts as texts;

/// Reason why the second place would be lost or restored together with the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    /// The second place lies in the parent folder of the data folder, so that a copy of that folder holds both.
    Beside,
    /// The second place lies on the file system of the data folder, so that a snapshot holds both.
    SameFileSystem,
}

impl Near {
    /// Returns the code in the audit log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Beside => "beside",
            Self::SameFileSystem => "same-file-system",
        }
    }

    /// Returns the reason in words.
    #[must_use]
    pub const fn words(self) -> texts::Near {
        match self {
            Self::Beside => texts::Near::Beside,
            Self::SameFileSystem => texts::Near::SameFileSystem,
        }
    }
}

/// Returns the reason why a second place is too near the data folder; `None` if it is far enough.
#[must_use]
pub fn near(data: &Path, checkpoint: &Path) -> Option<Near> {
    let (data, place) = (there(data)?, there(checkpoint.parent()?)?);
    let around = data.parent().unwrap_or(&data);
    // If the data folder is at the root of a file system, everything lies below its parent.
    let is_root = around.parent().is_none();
    if place.starts_with(&data) || (!is_root && place.starts_with(around) && same(&data, &place)) {
        return Some(Near::Beside);
    }
    same(&data, &place).then_some(Near::SameFileSystem)
}

fn same(a: &Path, b: &Path) -> bool {
    let device = |path| fs::metadata(path).ok().map(|meta| meta.dev());
    device(a).is_some() && device(a) == device(b)
}

/// Returns the path without links. If the path does not exist yet, returns the folder that would hold it.
fn there(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().find_map(|folder| fs::canonicalize(folder).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_or_on_the_same_file_system_is_near() {
        let dir = tempfile::tempdir().unwrap();
        let (hub, other) = (dir.path().join("hub"), dir.path().join("other"));
        fs::create_dir_all(hub.join("data")).unwrap();
        fs::create_dir_all(&other).unwrap();
        let data = hub.join("data");
        assert_eq!(near(&data, &hub.join("second-place/checkpoint")), Some(Near::Beside));
        assert_eq!(near(&data, &data.join("x/checkpoint")), Some(Near::Beside));
        assert_eq!(near(&data, &other.join("checkpoint")), Some(Near::SameFileSystem));
        // A link outside the data folder leads back to it.
        std::os::unix::fs::symlink(&hub, other.join("link")).unwrap();
        assert_eq!(near(&data, &other.join("link/checkpoint")), Some(Near::Beside));
        // Every Linux machine has `/proc`, and the data never lies there.
        assert_eq!(near(&data, Path::new("/proc/checkpoint")), None);
    }
}
