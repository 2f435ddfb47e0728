//! The command line for a world's hub, and copies of folders as a backup makes them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::hub::built_binary;
use crate::world::World;

/// Runs `bindeledd` with the configuration of the world's hub.
///
/// # Panics
/// The program can not be started.
#[must_use]
pub fn cli(world: &World, arguments: &[&str]) -> Output {
    Command::new(built_binary("bindeledd"))
        .arg("--config")
        .arg(world.hub.dir().join("bindeledd.toml"))
        .args(arguments)
        .env("BINDELEDD__OUTBOUND__CA_FILES", world.dir.path().join("ca.pem"))
        .output()
        .unwrap()
}

/// Runs [`cli`] for a command to the running hub, and returns its standard output.
///
/// # Panics
/// The command fails.
#[must_use]
pub fn ask(world: &World, arguments: &[&str]) -> String {
    let output = cli(world, &[arguments, &["--url", world.hub.address()]].concat());
    assert!(output.status.success(), "{}", out(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns a command's output: standard output followed by standard error.
#[must_use]
pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Copies a folder with its permissions, as a backup does.
///
/// # Panics
/// The folder can not be copied.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}
