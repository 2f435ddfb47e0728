//! `cargo xtask demo` and `cargo xtask bench`: builds the programs, and replaces this process by one of them.

use std::os::unix::process::CommandExt as _;

use crate::build::{self, Selection};
use crate::failure::{Failure, Result};
use crate::options::Demo;
use crate::profile::Profile;
use crate::sh;

/// Builds the demo and replaces this process by it, so that Ctrl-C and the exit code are the demo's.
pub(crate) fn run(options: &Demo) -> Result<()> {
    if !options.as_built {
        build::everything(Selection::Demo)?;
    }
    become_it(Profile::Dev, "bindeledd-demo", &options.told)
}

/// Builds the benchmarks and the programs that they start, and replaces this process by the benchmarks.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    build::everything(Selection::Benchmarks)?;
    become_it(Profile::Release, "bindeledd-bench", arguments)
}

fn become_it(profile: Profile, name: &str, arguments: &[String]) -> Result<()> {
    let program = sh::built(profile, name)?;
    let adapters = sh::root().join(profile.adapters());
    let error = sh::command(&program)
        .args(arguments)
        .env("BINDELEDD_PLUGINS", adapters)
        .exec();
    Err(Failure(format!("can not run {}: {error}", program.display())))
}
