//! A hub and its counterparts as processes, for tests and benchmarks that speak with them over real sockets and real TLS.
//!
//! Owns: starting, killing and asking them, and a load that is made by many callers at once.
//! Never does: anything that a test asserts. Start at [`World`].

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests: what it can not set up ends the test with the place"
)]

mod command;
mod hub;
mod load;
mod world;

pub use bindeledd_simulators::eventually;
pub use command::{ask, cli, copy, out};
pub use hub::{Hub, built_binary, process_cpu_seconds};
pub use load::{Load, Sent};
pub use world::{World, person};

/// The folder of the real formats, where it is there: `BINDELEDD_STANDARDS`, or `shared/standards` beside the project.
#[must_use]
pub fn standards() -> Option<std::path::PathBuf> {
    let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let dir = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(beside, Into::into);
    dir.is_dir().then_some(dir)
}

/// How often an attack is carried out: `usual` times, and `full` times where `ATTACK=full` stands in the environment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
pub fn strength(usual: usize, full: usize) -> usize {
    if std::env::var("ATTACK").is_ok_and(|strength| strength == "full") {
        full
    } else {
        usual
    }
}
