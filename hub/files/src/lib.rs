//! Writes files atomically: a file is whole or missing, at whatever point the machine, the process or the disk stops.
//!
//! Owns: the only code by which the hub and its command line write files. The bytes are written to a temporary file
//! beside the target and synced. The temporary file is renamed to the target, and the folder is synced. Permissions do
//! not depend on the umask. Never knows the meaning of the bytes. Start at [`create`] and [`replace`].

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// The permissions of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only the owner may read: for secrets and personal data.
    Private,
    /// Everybody may read; the owner may write.
    Open,
    /// Exactly these permission bits, such as those of a file that is replaced.
    Bits(u32),
}

impl Access {
    const fn of_file(self) -> u32 {
        match self {
            Self::Private => 0o600,
            Self::Open => 0o644,
            Self::Bits(bits) => bits & 0o777,
        }
    }

    const fn of_folder(self) -> u32 {
        match self {
            Self::Private => 0o700,
            Self::Open => 0o755,
            Self::Bits(bits) => bits & 0o777,
        }
    }
}

/// The steps of writing a file. A test stops or fails the writing at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Begin,
    Beside,
    HalfWritten,
    Written,
    Synced,
    Renamed,
}

/// Writes a new file.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if the file exists, which is not changed; or the error of the disk. After an error
/// there is no new file.
pub fn create(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    write(path, &[bytes], access, false, &mut |_| Ok(()))
}

/// Writes a file, and replaces an existing one. A reader gets either the old or the new content.
///
/// # Errors
/// The error of the disk. The existing file is then unchanged.
pub fn replace(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    replace_parts(path, &[bytes], access)
}

/// Writes a file like [`replace`], from several pieces.
///
/// # Errors
/// As for [`replace`].
pub fn replace_parts(path: &Path, parts: &[&[u8]], access: Access) -> io::Result<()> {
    write(path, parts, access, true, &mut |_| Ok(()))
}

/// Changes a file that belongs to a person. A link is followed, and permissions and owner stay the same.
///
/// # Errors
/// As for [`replace`]; also an error if the file does not exist.
pub fn edit(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let meta = fs::metadata(&path)?;
    replace(&path, bytes, Access::Bits(meta.mode()))?;
    let now = fs::metadata(&path)?;
    if (now.uid(), now.gid()) != (meta.uid(), meta.gid()) {
        // A user who may not change owners becomes the owner of the file here. Its content is whole nevertheless.
        let _ = std::os::unix::fs::chown(&path, Some(meta.uid()), Some(meta.gid()));
    }
    Ok(())
}

/// Moves a file durably, and replaces an existing one.
///
/// # Errors
/// The error of the disk.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)
}

/// Makes a folder and its parents. An existing folder is not changed.
///
/// # Errors
/// The error of the disk; also an error if the path exists and is no folder.
pub fn folder(path: &Path, access: Access) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder_of(path).filter(|parent| !parent.is_dir()) {
        folder(&parent, access)?;
    }
    match DirBuilder::new().mode(access.of_folder()).create(path) {
        // The umask has removed bits from the new folder's mode.
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(access.of_folder()))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => return Ok(()),
        Err(error) => return Err(error),
    }
    sync_folder_of(path)
}

/// Waits until a change of a file's name, or its removal, is on disk.
///
/// # Errors
/// The error of the disk.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    match folder_of(path) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Removes the temporary file that an interrupted writing left beside a file.
///
/// # Errors
/// The error of the disk.
pub fn tidy(path: &Path) -> io::Result<()> {
    remove_left_over(&beside(path))
}

fn folder_of(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    Some(if parent.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        parent.to_owned()
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn write(
    path: &Path,
    parts: &[&[u8]],
    access: Access,
    over: bool,
    at: &mut dyn FnMut(Step) -> io::Result<()>,
) -> io::Result<()> {
    at(Step::Begin)?;
    if !over && fs::symlink_metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let beside = beside(path);
    let file = open_beside(&beside)?;
    let written = fill(file, parts, access, at).and_then(|file| {
        put(&beside, path, over)?;
        // The file is locked until here, so that no other process writes it.
        drop(file);
        Ok(())
    });
    if let Err(error) = written {
        // The temporary file is useless. If its removal fails too, the next attempt removes it.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    at(Step::Renamed)?;
    sync_folder_of(path)
}

fn fill(
    mut file: File,
    parts: &[&[u8]],
    access: Access,
    at: &mut dyn FnMut(Step) -> io::Result<()>,
) -> io::Result<File> {
    at(Step::Beside)?;
    file.set_permissions(Permissions::from_mode(access.of_file()))?;
    for part in parts {
        let (first, second) = part.split_at(part.len() / 2);
        file.write_all(first)?;
        at(Step::HalfWritten)?;
        file.write_all(second)?;
    }
    at(Step::Written)?;
    file.sync_all()?;
    at(Step::Synced)?;
    Ok(file)
}

/// Opens a new temporary file and locks it, so that two writers of the same file never mix.
fn open_beside(beside: &Path) -> io::Result<File> {
    loop {
        remove_left_over(beside)?;
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside);
        let file = match made {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        lock(&file)?;
        // Before the lock, another writer may have removed the file as a left-over.
        let (own, there) = (file.metadata()?, fs::symlink_metadata(beside));
        if there.is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino())) {
            return Ok(file);
        }
    }
}

/// Removes the temporary file of an interrupted writing, unless a process is writing it now.
fn remove_left_over(beside: &Path) -> io::Result<()> {
    let meta = match fs::symlink_metadata(beside) {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if meta.is_file() {
        match File::open(beside) {
            Ok(file) => lock(&file)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    match fs::remove_file(beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(io::Error::new(
            ErrorKind::WouldBlock,
            "another program is writing this file now",
        )),
        // Some network file systems have no locks.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn put(from: &Path, to: &Path, over: bool) -> io::Result<()> {
    if over {
        return fs::rename(from, to);
    }
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        // Some network file systems do not support this flag. Another process could then make the file between the
        // check and the rename.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => match fs::symlink_metadata(to) {
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(from, to),
        },
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
