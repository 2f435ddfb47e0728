use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

const KEY: &str = "data/master.key";
const COMPILED: &str = "data/compiled";

/// A master key, and the adapters that were compiled under it, which the hubs of tests and demos share. Adapters are thus compiled
/// once, and not at the first start of every hub.
///
/// A hub accepts only compiled adapters that are marked with a key derived from its own master key.
#[derive(Debug, Clone)]
pub struct CompiledAdapters {
    dir: PathBuf,
}

impl CompiledAdapters {
    /// Uses the folder `dir`, which only this user can read from then on.
    ///
    /// # Errors
    /// The folder can not be made.
    pub fn new(dir: impl Into<PathBuf>) -> io::Result<Self> {
        let dir = dir.into();
        private_folder(&dir)?;
        Ok(Self { dir })
    }

    /// Copies the key and the existing adapters into a hub's folder, before `bindeledd init`, which keeps both. If there are no
    /// adapters yet, one caller at a time gets [`First`]. Other callers wait until that caller has kept some, or has given up.
    ///
    /// # Errors
    /// A file can not be copied.
    pub fn give(&self, hub: &Path) -> io::Result<Option<First>> {
        let key = self.dir.join("master.key");
        if !has_content(&key) {
            let lock = File::create(self.dir.join("first.lock"))?;
            lock.lock()?;
            if !has_content(&key) {
                remove_if_there(&key)?;
                return Ok(Some(First { _lock: lock }));
            }
        }
        private_folder(&hub.join(COMPILED))?;
        whole(&key, &hub.join(KEY))?;
        copy_missing(&self.dir, &hub.join(COMPILED))?;
        Ok(None)
    }

    /// Keeps a hub's compiled adapters, if the hub has the shared key. The first hub's key becomes the shared one.
    ///
    /// # Errors
    /// A file can not be copied.
    pub fn keep(&self, hub: &Path) -> io::Result<()> {
        // One caller at a time, so that none removes the adapters of another.
        let lock = File::create(self.dir.join("keep.lock"))?;
        lock.lock()?;
        let (own, common) = (hub.join(KEY), self.dir.join("master.key"));
        if !common.exists() {
            // Removes adapters of a hub that was killed before its key was kept.
            for left in compiled_in(&self.dir)? {
                fs::remove_file(left)?;
            }
        } else if fs::read(&own)? != fs::read(&common)? {
            return Ok(());
        }
        copy_missing(&hub.join(COMPILED), &self.dir)?;
        // The key is copied last, so that a hub that finds the key also finds the adapters.
        match whole(&own, &common) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            done => done,
        }
    }
}

/// The right to compile the adapters while other callers wait. It ends when the value is dropped.
#[derive(Debug)]
pub struct First {
    _lock: File,
}

/// Returns whether a file exists and is not empty. A full disk can leave an empty file.
fn has_content(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.len() > 0)
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn compiled_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "compiled") {
            found.push(path);
        }
    }
    Ok(found)
}

fn copy_missing(from: &Path, to: &Path) -> io::Result<()> {
    for path in compiled_in(from)? {
        let Some(copy) = path.file_name().map(|name| to.join(name)) else {
            continue;
        };
        if !has_content(&path) || has_content(&copy) {
            continue;
        }
        remove_if_there(&copy)?;
        match whole(&path, &copy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => done?,
        }
    }
    Ok(())
}

/// Copies a file completely or not at all; an existing file is not overwritten. Threads of one process and several processes may
/// copy to the same place at once.
fn whole(from: &Path, to: &Path) -> io::Result<()> {
    let dir = to.parent().unwrap_or_else(|| Path::new("."));
    let mut beside = NamedTempFile::new_in(dir)?;
    beside.write_all(&fs::read(from)?)?;
    beside.as_file().sync_all()?;
    beside.persist_noclobber(to)?;
    Ok(())
}

fn private_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    fs::set_permissions(dir, Permissions::from_mode(0o700))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    fn hub(key: &str, compiled: &[&str]) -> TempDir {
        let hub = TempDir::new().unwrap();
        fs::create_dir_all(hub.path().join(COMPILED)).unwrap();
        fs::write(hub.path().join(KEY), key).unwrap();
        for name in compiled {
            fs::write(hub.path().join(COMPILED).join(name), name).unwrap();
        }
        hub
    }

    #[test]
    fn the_first_hubs_key_is_the_one_in_common_and_what_others_compiled_is_not_kept() {
        let common = TempDir::new().unwrap();
        let adapters = CompiledAdapters::new(common.path().join("adapters")).unwrap();
        let new = TempDir::new().unwrap();
        let first = adapters.give(new.path()).unwrap();
        assert!(first.is_some() && !new.path().join(KEY).exists());
        drop(first);

        fs::write(common.path().join("adapters/left.compiled"), "by a killed hub").unwrap();
        adapters.keep(hub("one", &["a.compiled", "b.tmp"]).path()).unwrap();
        adapters.keep(hub("two", &["c.compiled"]).path()).unwrap();
        adapters.keep(hub("one", &["a.compiled", "d.compiled"]).path()).unwrap();
        assert!(adapters.give(new.path()).unwrap().is_none());
        assert_eq!(fs::read_to_string(new.path().join(KEY)).unwrap(), "one");
        let mut given: Vec<_> = fs::read_dir(new.path().join(COMPILED))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        given.sort();
        assert_eq!(given, ["a.compiled", "d.compiled"]);
    }

    #[test]
    fn an_empty_file_counts_as_missing() {
        let common = TempDir::new().unwrap();
        let (dir, new) = (common.path().join("adapters"), TempDir::new().unwrap());
        let adapters = CompiledAdapters::new(&dir).unwrap();
        for name in ["master.key", "a.compiled"] {
            fs::write(dir.join(name), "").unwrap();
        }
        assert!(adapters.give(new.path()).unwrap().is_some());
        adapters.keep(hub("one", &["a.compiled"]).path()).unwrap();
        fs::write(dir.join("b.compiled"), "").unwrap();
        assert!(adapters.give(new.path()).unwrap().is_none());
        let given = compiled_in(&new.path().join(COMPILED)).unwrap();
        assert_eq!(given, [new.path().join(COMPILED).join("a.compiled")]);
        assert_eq!(fs::read_to_string(&given[0]).unwrap(), "a.compiled");
    }

    #[test]
    fn many_threads_keep_at_once() {
        let common = TempDir::new().unwrap();
        let adapters = CompiledAdapters::new(common.path().join("adapters")).unwrap();
        let hubs: Vec<_> = (0..8).map(|_| hub("one", &["a.compiled", "b.compiled"])).collect();
        for _ in 0..50 {
            for file in fs::read_dir(common.path().join("adapters")).unwrap() {
                fs::remove_file(file.unwrap().path()).unwrap();
            }
            thread::scope(|threads| {
                let kept: Vec<_> = hubs
                    .iter()
                    .map(|hub| threads.spawn(|| adapters.keep(hub.path())))
                    .collect();
                for one in kept {
                    one.join().unwrap().unwrap();
                }
            });
        }
    }
}
