//! `cargo xtask bench`: builds everything and runs the benchmarks, which print ratios.

use std::env;
use std::process::Command;

use crate::failure::Result;
use crate::{guests, hub, sh};

/// Runs `tests/bench` with these arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    hub::build()?;
    guests::build(&[])?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut bench = Command::new(cargo);
    bench.current_dir(sh::root()).args(["run", "--quiet", "--release", "--package", "bindeledd-bench", "--"]);
    sh::run(bench.args(arguments))
}
