//! A Unix socket that only its owner can use, from the moment of its creation.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use bindeledd_texts::{Listening, Said};

/// Listens on `path` with mode 0600. The socket of a killed hub is replaced. A socket on which a process listens is not replaced,
/// nor is any other file.
pub(super) fn bind(path: &Path) -> io::Result<UnixListener> {
    match std::fs::symlink_metadata(path) {
        Ok(there) if !there.file_type().is_socket() => {
            return Err(io::Error::new(
                io::ErrorKind::AlreadyExists,
                Said::from(Listening::OtherFile),
            ));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, Said::from(Listening::InUse)));
        }
        Ok(_) | Err(_) => {}
    }
    // The socket is bound in a private folder and then moved, so that nobody else can connect before its permissions are set.
    let folder = beside(path)?;
    let made = DirBuilder::new().mode(0o700).create(&folder);
    if let Err(error) = made
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    let inside = folder.join("s");
    let bound = bind_inside(&folder, &inside, path);
    // The rest of the folder is not used.
    let _ = std::fs::remove_file(&inside);
    let _ = std::fs::remove_dir(&folder);
    bound
}

fn bind_inside(folder: &Path, inside: &Path, path: &Path) -> io::Result<UnixListener> {
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    // Removes a socket that an interrupted start left in the folder.
    let _ = std::fs::remove_file(inside);
    let listener = UnixListener::bind(inside)?;
    std::fs::set_permissions(inside, Permissions::from_mode(0o600))?;
    std::fs::rename(inside, path)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut own = std::ffi::OsString::from(".");
    own.push(name);
    own.push(".new");
    Ok(path.with_file_name(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_its_owners_alone_and_takes_the_place_of_one_that_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("operator.sock");
        let first = bind(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        assert_eq!(bind(&path).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        drop(first);
        let _second = bind(&path).unwrap();
        assert!(UnixStream::connect(&path).is_ok());
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        let file = folder.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        assert_eq!(bind(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    }
}
