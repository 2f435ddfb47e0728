//! Building the binaries.

use crate::failure::Result;
use crate::sh;

/// Builds `target/release/bindeledd`, the simulators of its counterparts, and the tests, with the cargo and the settings that
/// `cargo xtask` was started with. Always the same selection: another one would have other features of the dependencies, and
/// compile the heavy ones once more.
pub(crate) fn build() -> Result<()> {
    sh::run(sh::outer_cargo().args(["build", "--release", "--workspace", "--bins", "--tests"]))
}
