//! Building the binaries.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Result;
use crate::sh;

/// Builds `target/release/bindeledd`, the simulators of its counterparts, and the tests, with the cargo and the settings that
/// `cargo xtask` was started with. Always the same selection: another one would have other features of the dependencies, and
/// compile the heavy ones once more.
pub(crate) fn build() -> Result<()> {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut build = Command::new(cargo);
    build.current_dir(sh::root());
    sh::run(build.args(["build", "--release", "--workspace", "--bins", "--tests"]))
}
