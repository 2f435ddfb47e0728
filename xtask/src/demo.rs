//! `cargo xtask demo` and `cargo xtask bench`: building what they need, and becoming them.

use std::os::unix::process::CommandExt as _;

use crate::build::{self, Selection};
use crate::failure::{Failure, Result};
use crate::options::Demo;
use crate::sh;

/// Builds the demo and becomes it, so that Ctrl-C and the exit code are its own.
pub(crate) fn run(options: &Demo) -> Result<()> {
    if !options.as_built {
        build::everything(Selection::Hub)?;
    }
    become_it("bindeledd-demo", &options.told)
}

/// Builds the benchmarks with all that they start, and becomes them.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    build::everything(Selection::Benchmarks)?;
    become_it("bindeledd-bench", arguments)
}

/// The binaries that cargo built lie beside this one.
fn become_it(name: &str, arguments: &[String]) -> Result<()> {
    let program = sh::beside(name)?;
    let error = sh::command(&program).args(arguments).exec();
    Err(Failure(format!("can not run {}: {error}", program.display())))
}
