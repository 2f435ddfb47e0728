//! Building the binaries.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::Result;
use crate::sh;

/// Builds `target/release/bindeledd` and the simulators of its counterparts, with the cargo and the settings that `cargo xtask` was started with.
pub(crate) fn build() -> Result<()> {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut build = Command::new(cargo);
    sh::run(
        build
            .current_dir(sh::root())
            .args(["build", "--release", "--package", "bindeledd", "--package", "bindeledd-simulators"]),
    )
}
