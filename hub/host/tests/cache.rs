//! The cache of compiled adapters saves compilation, and never runs a file that this hub did not write.
#![expect(clippy::unwrap_used, reason = "a test says by failing what it needed")]

#[expect(dead_code, reason = "not every test needs all of it")]
mod guests;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bindeledd_core::AdapterId;
use bindeledd_host::{CompiledCache, Host, HostError, HostOptions, PinnedAdapter};

fn start(dir: &Path, guest: &str, key: u8) -> Result<Host, HostError> {
    let id = AdapterId::parse(guest).unwrap();
    let plugins = vec![PinnedAdapter {
        id,
        path: guests::put(dir, guest, &guests::hostile(guest)),
        sha256: None,
    }];
    let cache = Some(CompiledCache {
        compiler: None,
        dir: dir.join("compiled"),
        key: [key; 32],
    });
    Host::new(HostOptions {
        plugins,
        cache,
        ..HostOptions::default()
    })
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir.join("compiled"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn written_at(path: &Path) -> std::time::SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// Gives a file an old time of change, so that a new write shows.
fn age(path: &Path) -> std::time::SystemTime {
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(old)
        .unwrap();
    written_at(path)
}

#[test]
fn an_adapter_is_compiled_once() {
    let dir = tempfile::tempdir().unwrap();
    start(dir.path(), "trap", 1).unwrap();
    let [entry] = entries(dir.path()).try_into().unwrap();
    assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        fs::metadata(dir.path().join("compiled")).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let old = age(&entry);
    start(dir.path(), "trap", 1).unwrap();
    assert_eq!(written_at(&entry), old, "it was used and not written again");
    start(dir.path(), "remembers", 1).unwrap();
    assert_eq!(
        entries(dir.path()).len(),
        2,
        "each file has its own entry, and nothing else is left behind"
    );
}

#[test]
fn what_is_damaged_or_not_ours_is_compiled_again() {
    let dir = tempfile::tempdir().unwrap();
    start(dir.path(), "trap", 1).unwrap();
    let [entry] = entries(dir.path()).try_into().unwrap();
    let good = fs::read(&entry).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    for bad in [flipped, good[..good.len() / 2].to_vec(), Vec::new(), b"x".to_vec()] {
        fs::write(&entry, bad).unwrap();
        start(dir.path(), "trap", 1).unwrap();
        assert_eq!(fs::read(&entry).unwrap(), good, "made good again");
    }
    start(dir.path(), "trap", 2).unwrap();
    assert_ne!(fs::read(&entry).unwrap(), good, "another hub's entry is not taken");
}

#[test]
fn an_entry_does_not_pass_for_another_adapter() {
    let dir = tempfile::tempdir().unwrap();
    start(dir.path(), "trap", 1).unwrap();
    let [trap] = entries(dir.path()).try_into().unwrap();
    let code = fs::read(&trap).unwrap();
    start(dir.path(), "remembers", 1).unwrap();
    let other = entries(dir.path()).into_iter().find(|path| *path != trap).unwrap();
    fs::write(&other, &code).unwrap();
    start(dir.path(), "remembers", 1).unwrap();
    assert_ne!(fs::read(&other).unwrap(), code);
}

#[test]
fn an_entry_that_others_may_write_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    start(dir.path(), "trap", 1).unwrap();
    let [entry] = entries(dir.path()).try_into().unwrap();
    fs::set_permissions(&entry, fs::Permissions::from_mode(0o666)).unwrap();
    let old = age(&entry);
    start(dir.path(), "trap", 1).unwrap();
    assert_ne!(written_at(&entry), old);
    assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_folder_that_others_reach_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let compiled = dir.path().join("compiled");
    fs::create_dir(&compiled).unwrap();
    fs::set_permissions(&compiled, fs::Permissions::from_mode(0o755)).unwrap();
    let error = start(dir.path(), "trap", 1).unwrap_err();
    assert!(
        matches!(&error, HostError::Cache { what, .. } if what.to_string().contains("chmod 700")),
        "{error}"
    );
    fs::remove_dir(&compiled).unwrap();
    std::os::unix::fs::symlink(dir.path(), &compiled).unwrap();
    let error = start(dir.path(), "trap", 1).unwrap_err();
    assert!(matches!(error, HostError::Cache { .. }), "{error}");
}
