//! The log as files in the layout of `tlog-tiles`. If a web server serves these files, anyone can follow the log.

use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_files::Access;
use bindeledd_tlog::{Checkpoint, Hash, Kind, SigningKey, Tile, hashes, tiles_of, unbundle};

use super::log::AuditLog;
use super::verify::{AuditSource, Found};
use crate::fault::OpenError;

/// Writes the log into a folder: the tiles in `tile/…`, `checkpoint`, and `key`, the key that verifies the checkpoint.
/// `tell` is called with the number of written tiles and the number of all tiles.
///
/// # Errors
/// [`OpenError::Unreachable`] if a file can not be written; [`OpenError::Damaged`].
pub fn export(
    log: &AuditLog,
    key: &SigningKey,
    dir: &Path,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Checkpoint, OpenError> {
    let (checkpoint, note) = log.checkpoint(key)?;
    let count = tiles_of(checkpoint.size).count() as u64;
    for (done, tile) in (1..).zip(tiles_of(checkpoint.size)) {
        let path = tile.path();
        let bytes = log.tile(tile)?;
        let bytes = bytes.ok_or_else(|| OpenError::Damaged(format!("{path} of the audit log is missing")))?;
        write(&dir.join(path), &bytes)?;
        tell(done, count);
    }
    write(&dir.join("key"), format!("{}\n", key.verifying_key()).as_bytes())?;
    // The checkpoint is written last, so that a folder with a checkpoint is complete.
    write(&dir.join("checkpoint"), note.as_bytes())?;
    Ok(checkpoint)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    let written = path
        .parent()
        .map_or(Ok(()), |folder| bindeledd_files::folder(folder, Access::Private))
        .and_then(|()| bindeledd_files::replace(path, bytes, Access::Private));
    written.map_err(|error| OpenError::Unreachable(path.to_owned(), error))
}

/// An exported log, for verification. Its own checkpoint states its size.
#[derive(Debug)]
pub struct AuditExport {
    dir: PathBuf,
    size: u64,
}

impl AuditExport {
    /// Opens an export that claims to have `size` entries.
    #[must_use]
    pub fn new(dir: &Path, size: u64) -> Self {
        Self {
            dir: dir.to_owned(),
            size,
        }
    }

    fn read(&self, tile: Tile) -> Result<Option<Vec<u8>>, OpenError> {
        let path = self.dir.join(tile.path());
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(OpenError::Unreachable(path, error)),
        }
    }
}

impl AuditSource for AuditExport {
    fn size(&self) -> u64 {
        self.size
    }

    fn entries(&mut self, index: u64, width: u16) -> Result<Option<Vec<Found>>, OpenError> {
        let kind = Kind::Entries;
        let bytes = self.read(Tile { kind, index, width })?;
        let Some(bytes) = bytes else {
            return Ok(Some(Vec::new()));
        };
        let found = unbundle(&bytes).map(|entries| entries.into_iter().map(Found::of_entry).collect());
        Ok(found)
    }

    fn hashes(&mut self, tile: Tile) -> Result<Option<Vec<Option<Hash>>>, OpenError> {
        let bytes = self.read(tile)?;
        let hashes = bytes
            .as_deref()
            .and_then(hashes)
            .filter(|hashes| hashes.len() == usize::from(tile.width));
        Ok(hashes.map(|hashes| hashes.into_iter().map(Some).collect()))
    }
}
