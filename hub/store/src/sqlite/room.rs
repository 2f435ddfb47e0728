//! Room on the disk: a reserve file beside the store, for withdrawals and for a start on a full disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use rustix::io::Errno;

/// Bytes that stay in reserve for the next start after the rest of the reserve is used.
const FOR_A_START: u64 = 1024 * 1024;

/// The reserve of one store.
#[derive(Debug)]
pub(crate) struct Room {
    file: PathBuf,
    /// Bytes in reserve; 0 for no reserve.
    bytes: u64,
    is_full: AtomicBool,
}

impl Room {
    pub(crate) fn new(store: &Path, bytes: u64) -> Self {
        let mut file = store.as_os_str().to_owned();
        file.push(".reserve");
        Self {
            file: file.into(),
            bytes,
            is_full: AtomicBool::new(false),
        }
    }

    /// Returns whether the disk has room only for commands that must not fail.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Relaxed)
    }

    /// Frees the last of the reserve if the disk is full. Called before the store is opened, since opening needs room.
    pub(crate) fn before_a_start(&self) {
        if self.left().is_some_and(|left| left < FOR_A_START) {
            self.shrink_to(0);
        }
    }

    /// Frees the reserve for commands that must not fail, after a commit found the disk full.
    pub(crate) fn give(&self) {
        if self.bytes == 0 {
            return;
        }
        if !self.is_full.swap(true, Relaxed) {
            tracing::error!("the store's disk is full: nothing is accepted, and withdrawals go on in the reserve");
        }
        self.shrink_to(FOR_A_START);
    }

    /// Checks the free space, before it runs out. Restores the reserve if there is room again.
    pub(crate) fn look(&self) {
        if self.bytes == 0 {
            return;
        }
        let Some(left) = self.left() else { return };
        let held = std::fs::metadata(&self.file).map_or(0, |file| file.len());
        let is_full = self.is_full();
        // The reserve is part of the free space, so that twice the reserve must be free.
        if (is_full || held < self.bytes) && left.saturating_add(held) >= self.bytes.saturating_mul(2) {
            match self.hold() {
                Ok(()) if self.is_full.swap(false, Relaxed) => {
                    tracing::info!("the store's disk has room again");
                }
                Ok(()) => {}
                Err(error) => tracing::warn!(%error, "no room can be held back on the store's disk"),
            }
        } else if left < self.bytes / 2 && !self.is_full.swap(true, Relaxed) {
            tracing::error!(
                left,
                "the store's disk is nearly full: nothing is taken in, and withdrawals go on"
            );
        }
    }

    /// Returns whether the free space is smaller than the reserve should be.
    pub(crate) fn is_low(&self) -> bool {
        self.left().is_some_and(|left| left < self.bytes)
    }

    /// Returns the free bytes for this process; `None` if the disk does not report them.
    fn left(&self) -> Option<u64> {
        let dir = self.file.parent().filter(|dir| !dir.as_os_str().is_empty());
        let disk = statvfs(dir.unwrap_or_else(|| Path::new("."))).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn hold(&self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.file)?;
        let held = match fallocate(&file, FallocateFlags::empty(), 0, self.bytes) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.write_out(&file),
            done => done.map_err(io::Error::from),
        };
        if held.is_err() {
            file.set_len(0)?;
        }
        held?;
        file.set_len(self.bytes)
    }

    /// Fills the file with zeros, for a disk that can not allocate without writing.
    fn write_out(&self, mut file: &File) -> io::Result<()> {
        let zeros = [0; 64 * 1024];
        let mut left = self.bytes;
        while left > 0 {
            let now = left.min(zeros.len() as u64);
            file.write_all(zeros.get(..usize::try_from(now).unwrap_or(0)).unwrap_or_default())?;
            left -= now;
        }
        file.sync_all()
    }

    fn shrink_to(&self, bytes: u64) {
        let shrunk =
            OpenOptions::new()
                .write(true)
                .open(&self.file)
                .and_then(|file| match file.metadata()?.len() > bytes {
                    true => file.set_len(bytes),
                    false => Ok(()),
                });
        if let Err(error) = shrunk
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!(%error, "the reserve on the store's disk can not be given up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_held_given_and_held_again() {
        let dir = tempfile::TempDir::new().unwrap();
        let room = Room::new(&dir.path().join("hub.sqlite"), 8 * FOR_A_START);
        let held = || std::fs::metadata(dir.path().join("hub.sqlite.reserve")).map_or(0, |file| file.len());
        room.give();
        assert!(room.is_full() && held() == 0, "nothing was held yet");
        room.look();
        assert!(!room.is_full(), "the disk of the tests has room");
        assert_eq!(held(), 8 * FOR_A_START);
        let blocks = std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&room.file).unwrap());
        assert!(blocks * 512 >= held(), "it is on the disk and no hole");
        room.give();
        assert_eq!((room.is_full(), held()), (true, FOR_A_START));
        room.before_a_start();
        assert_eq!(held(), FOR_A_START, "a start with room leaves it");
        room.look();
        assert_eq!((room.is_full(), held()), (false, 8 * FOR_A_START));
    }
}
