//! `cargo xtask bench`: builds everything and runs the benchmarks, which print ratios.

use crate::failure::Result;
use crate::{guests, hub, sh};

/// Runs `tests/bench` with these arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    hub::build()?;
    guests::build(&[])?;
    let mut bench = sh::command(sh::root().join("target/release/bindeledd-bench"));
    sh::run(bench.args(arguments))
}
