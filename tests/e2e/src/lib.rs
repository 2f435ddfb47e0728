//! A hub and its counterparts as processes, for tests and benchmarks over real sockets and real TLS.
//!
//! Owns: starting, killing and calling the processes, and a load from many callers at once. Never asserts anything for a test.
//! Start at [`World`].

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests: what it can not set up ends the test with the place"
)]

mod browser;
mod command;
mod hub;
mod load;
mod peer;
mod visitor;
mod world;

pub use bindeledd_simulators::eventually;
pub use browser::{Browser, first_link, path_of, shots};
pub use command::{ask, cli, copy, out};
pub use hub::{Hub, built_binary, process_cpu_seconds};
pub use load::{Load, Sent};
pub use peer::Peer;
pub use visitor::{Page, Visitor, kind_of_page};
pub use world::{World, person};

/// Returns the folder of the real formats, if it exists: `BINDELEDD_STANDARDS`, or `shared/standards` beside the
/// project.
#[must_use]
pub fn standards() -> Option<std::path::PathBuf> {
    let beside = || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let dir = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(beside, Into::into);
    dir.is_dir().then_some(dir)
}

/// Returns the number of rounds of an attack: `usual`, or `full` if the environment has `ATTACK=full`.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
pub fn strength(usual: usize, full: usize) -> usize {
    if std::env::var("ATTACK").is_ok_and(|strength| strength == "full") {
        full
    } else {
        usual
    }
}
