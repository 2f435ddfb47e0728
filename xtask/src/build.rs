//! Builds the hub and the programs around it with the cargo that started `cargo xtask`, and the adapters at the same
//! time.

use std::env;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::cargo::{Binary, watched};
use crate::failure::{Failure, Result};
use crate::profile::Profile;
use crate::progress::{self, Part, Progress};
use crate::toolchain::Toolchain;
use crate::{guests, sh, suites};

/// The targets to build together. All selections have the same features of every dependency, so that building a second selection
/// in the same profile compiles no dependency again. `tests/e2e/tests/project.rs` checks that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The hub, the systems around it and the demo.
    Demo,
    /// The tests and the programs that they start, compiled by clippy if `lint`.
    Tests { profile: Profile, lint: bool },
    /// The hub, for deployment.
    Hub,
    /// The benchmarks and the programs that they start.
    Benchmarks,
}

impl Selection {
    /// Returns cargo's arguments: always the whole workspace, which decides the features, and the targets to build.
    fn arguments(self) -> Vec<&'static str> {
        let mut arguments = vec!["--workspace", "--bin=bindeledd"];
        if self != Self::Hub {
            arguments.push("--bin=bindeledd-simulators");
        }
        match self {
            Self::Hub => {}
            Self::Demo => arguments.push("--bin=bindeledd-demo"),
            // Clippy looks at every target; the others are not needed.
            Self::Tests { lint: true, .. } => arguments = vec!["--workspace", "--all-targets"],
            Self::Tests { lint: false, .. } => arguments.extend(["--bin=bindeledd-demo", "--tests"]),
            Self::Benchmarks => arguments.push("--bin=bindeledd-bench"),
        }
        match self.profile() {
            // The tool that makes components runs for a second, so that it needs no optimisation. With the release profile, a
            // build of its own makes it.
            Profile::Dev => arguments.push("--bin=bindeledd-componentize"),
            Profile::Release => arguments.push("--release"),
        }
        arguments
    }

    const fn profile(self) -> Profile {
        match self {
            Self::Demo => Profile::Dev,
            Self::Tests { profile, .. } => profile,
            Self::Hub | Self::Benchmarks => Profile::Release,
        }
    }

    /// Returns the arguments with which `cargo tree` names the crates to compile.
    fn tree(self) -> &'static [&'static str] {
        match self {
            Self::Hub => &["--edges=normal,build", "--package=bindeledd"],
            Self::Demo => &[
                "--edges=normal,build",
                "--package=bindeledd",
                "--package=bindeledd-simulators",
                "--package=bindeledd-demo",
                "--package=bindeledd-componentize",
            ],
            Self::Benchmarks => &["--edges=normal,build", "--workspace"],
            Self::Tests { .. } => &["--edges=normal,build,dev", "--workspace"],
        }
    }
}

/// Builds a selection and every adapter, and returns its test binaries.
pub(crate) fn everything(selection: Selection) -> Result<Vec<Binary>> {
    let toolchain = Toolchain::find()?;
    let plugins = guests::choose(&[])?;
    sh::say(match selection {
        Selection::Hub => "building the hub and the adapters",
        Selection::Demo => "building the hub, the systems around it and the adapters",
        Selection::Benchmarks => "building the hub, the systems around it, the adapters and the benchmarks",
        Selection::Tests { .. } => "building the hub, the systems around it, the adapters and the tests",
    });
    let mut parts = parts(selection);
    parts.extend(guests::parts(&plugins));
    let progress = Progress::new("building", parts);
    let (binaries, modules) = drawn(&progress, || {
        thread::scope(|scope| {
            let modules = scope.spawn(|| guests::compile(toolchain, selection.profile(), &plugins, &progress));
            let binaries = compile(selection, &progress);
            (binaries, modules.join())
        })
    });
    let (binaries, modules) = (
        binaries?,
        modules.map_err(|_| Failure("compiling the adapters panicked".into()))?,
    );
    if selection.profile() == Profile::Release {
        guests::componentizer()?;
    }
    guests::componentize(selection.profile(), modules)?;
    sh::say(&format!("built in {}", minutes(progress.elapsed())));
    Ok(binaries)
}

/// Writes a duration for a person.
pub(crate) fn minutes(time: Duration) -> String {
    let seconds = time.as_secs_f64().round();
    if seconds < 60.0 {
        format!("{seconds} s")
    } else {
        format!("{} min {} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

/// Runs `work`, and redraws the progress line each second meanwhile.
pub(crate) fn drawn<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (end, ended) = channel::<()>();
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                progress.draw();
            }
        });
        let result = work();
        drop(end);
        progress.end();
        result
    })
}

/// Returns the parts to compile, as far as cargo reports them in advance. Without them, the progress line shows no estimate.
fn parts(selection: Selection) -> Vec<Part> {
    let mut tree = sh::outer_cargo();
    tree.args(["tree", "--quiet", "--prefix=none"]).args(selection.tree());
    tree.stderr(Stdio::inherit());
    let packages = sh::ask(&mut tree).unwrap_or_default();
    let mut parts: Vec<Part> = packages
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
            Some((format!("{name} {version}"), progress::weight(name)))
        })
        .collect();
    if matches!(selection, Selection::Tests { .. }) {
        parts.extend(suites::SUITES.iter().map(|suite| (suite.to_string(), 3.0)));
    }
    parts
}

fn compile(selection: Selection, progress: &Progress) -> Result<Vec<Binary>> {
    let mut cargo = sh::outer_cargo();
    cargo.args(["build", "--message-format=json-render-diagnostics"]);
    cargo.args(selection.arguments());
    // Most of these builds happen once after a change. The compiler then need not keep what a next build would reuse, which takes
    // a tenth of its time for the hub's own crates.
    if env::var_os("CARGO_INCREMENTAL").is_none() {
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    if let Selection::Tests { lint: true, .. } = selection {
        lint(&mut cargo);
    }
    let mut binaries = Vec::new();
    watched(&mut cargo, progress, |artifact| {
        progress.done(&artifact.part, artifact.fresh);
        if let Some(binary) = artifact.binary {
            progress.done(&format!("{}/{}", binary.package, binary.target), artifact.fresh);
            binaries.push(binary);
        }
    })?;
    Ok(binaries)
}

/// Lets clippy compile the workspace's crates, with every warning as an error. `cargo clippy` sets the same two variables, but it
/// only checks: every dependency would be read twice, once for the lints and once for the tests.
fn lint(cargo: &mut Command) {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
}
