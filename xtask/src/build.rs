//! Builds the hub and the programs around it with the cargo that started `cargo xtask`, and the adapters at the same
//! time.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::progress::{self, Part, Progress};
use crate::toolchain::Toolchain;
use crate::{guests, sh, suites};

/// A cargo profile. `docs/decisions/0003-two-profiles.md` explains why there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The profile that compiles fast, for the demo and the tests.
    Dev,
    /// The profile that runs fast, for deployment and measurements.
    Release,
}

impl Profile {
    /// Returns cargo's folder for the profile inside the target folder.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// The targets to build together. All selections have the same features of every dependency, so that building a second selection
/// in the same profile compiles no dependency again. `tests/e2e/tests/project.rs` checks that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The hub, the systems around it and the demo.
    Demo,
    /// The tests and the programs that they start.
    Tests(Profile),
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
            Self::Tests(_) => arguments.extend(["--bin=bindeledd-demo", "--tests"]),
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
            Self::Tests(profile) => profile,
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
            Self::Tests(_) => &["--edges=normal,build,dev", "--workspace"],
        }
    }
}

/// A test binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binary {
    pub(crate) package: String,
    /// Name of the test target, or `unit` for the tests inside a crate.
    pub(crate) target: String,
    pub(crate) executable: PathBuf,
    /// Folder of the package that the tests belong to.
    pub(crate) folder: PathBuf,
}

/// Builds a selection and every adapter, and returns its test binaries.
pub(crate) fn everything(selection: Selection) -> Result<Vec<Binary>> {
    let toolchain = Toolchain::find()?;
    let plugins = guests::choose(&[])?;
    sh::say(match selection {
        Selection::Hub => "building the hub and the adapters",
        Selection::Demo => "building the hub, the systems around it and the adapters",
        Selection::Benchmarks => "building the hub, the systems around it, the adapters and the benchmarks",
        Selection::Tests(_) => "building the hub, the systems around it, the adapters and the tests",
    });
    let mut parts = parts(selection);
    parts.extend(guests::parts(&plugins));
    let progress = Progress::new("building", parts);
    let (binaries, modules) = drawn(&progress, || {
        thread::scope(|scope| {
            let modules = scope.spawn(|| guests::compile(toolchain, &plugins, &progress));
            let binaries = compile(selection, &progress);
            (binaries, modules.join())
        })
    });
    let (binaries, modules) = (
        binaries?,
        modules.map_err(|_| Failure("compiling the adapters panicked".into()))?,
    );
    if selection.profile() == Profile::Release {
        componentizer()?;
    }
    guests::componentize(modules)?;
    sh::say(&format!("built in {}", minutes(progress.elapsed())));
    Ok(binaries)
}

/// Builds only the tool that makes components, with the features of the selections.
pub(crate) fn componentizer() -> Result<()> {
    sh::run(sh::outer_cargo().args(["build", "--quiet", "--workspace", "--bin=bindeledd-componentize"]))
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
    if matches!(selection, Selection::Tests(_)) {
        parts.extend(suites::SUITES.iter().map(|suite| (suite.to_string(), 3.0)));
    }
    parts
}

fn compile(selection: Selection, progress: &Progress) -> Result<Vec<Binary>> {
    let mut cargo = sh::outer_cargo();
    cargo.args(["build", "--message-format=json-render-diagnostics"]);
    cargo.args(selection.arguments());
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

/// A build artifact that cargo made or found.
pub(crate) struct Artifact {
    part: String,
    fresh: bool,
    binary: Option<Binary>,
}

/// Runs cargo with its messages in the terminal, and reports each artifact.
pub(crate) fn watched(cargo: &mut Command, progress: &Progress, mut made: impl FnMut(Artifact)) -> Result<()> {
    cargo.stdin(Stdio::null()).stdout(Stdio::piped());
    if progress.shown() {
        cargo.env("CARGO_TERM_COLOR", "always");
        cargo.env("CARGO_TERM_PROGRESS_WHEN", "never");
        cargo.stderr(Stdio::piped());
    }
    let failed = |cargo: &Command, what: String| Failure(format!("{} {what}", sh::shown(cargo)));
    let mut child = cargo
        .spawn()
        .map_err(|e| failed(cargo, format!("can not be run: {e}")))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(move || {
            let lines = err.into_iter().flat_map(|err| BufReader::new(err).lines());
            lines
                .map_while(std::result::Result::ok)
                .for_each(|line| told(&line, progress));
        });
        let lines = out.into_iter().flat_map(|out| BufReader::new(out).lines());
        for line in lines.map_while(std::result::Result::ok) {
            if let Some(artifact) = serde_json::from_str(&line).ok().and_then(|message| artifact(&message)) {
                made(artifact);
            }
        }
    });
    let status = child
        .wait()
        .map_err(|e| failed(cargo, format!("can not be waited for: {e}")))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(cargo, format!("ended with {status}")))
    }
}

/// Handles a message of cargo: a starting step is shown in the progress line, and every other message is printed.
fn told(line: &str, progress: &Progress) {
    let plain = without_colour(line);
    let mut words = plain.split_whitespace();
    match words.next() {
        Some("Compiling") => progress.begins(words.next().unwrap_or_default()),
        Some("Downloading" | "Downloaded" | "Updating" | "Locking") => progress.begins("fetching crates"),
        Some("Fresh" | "Finished") => {}
        _ => progress.say(line),
    }
}

fn without_colour(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\x1b') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

fn artifact(message: &Value) -> Option<Artifact> {
    if message["reason"] != "compiler-artifact" || message["target"]["kind"][0] == "custom-build" {
        return None;
    }
    let (package, version) = package(message["package_id"].as_str()?)?;
    let is_test = message["profile"]["test"] == true;
    let binary = || {
        let is_suite = message["target"]["kind"][0] == "test";
        let name = message["target"]["name"].as_str()?;
        Some(Binary {
            package: package.to_owned(),
            target: if is_suite { name } else { "unit" }.to_owned(),
            executable: message["executable"].as_str()?.into(),
            folder: PathBuf::from(message["manifest_path"].as_str()?).parent()?.to_owned(),
        })
    };
    Some(Artifact {
        part: format!("{package} {version}"),
        fresh: message["fresh"] == true,
        binary: if is_test { binary() } else { None },
    })
}

/// Returns the name and version in cargo's package id: `…#name@1.0.0`, or `…/name#1.0.0`.
fn package(id: &str) -> Option<(&str, &str)> {
    let (place, rest) = id.rsplit_once('#')?;
    rest.split_once('@').or_else(|| Some((place.rsplit('/').next()?, rest)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packages_are_told_by_cargos_ids() {
        let registry = "registry+https://example.org/index#serde@1.0.229";
        assert_eq!(package(registry), Some(("serde", "1.0.229")));
        assert_eq!(
            package("path+file:///x/hub/core#bindeledd-core@0.1.0"),
            Some(("bindeledd-core", "0.1.0"))
        );
        assert_eq!(package("path+file:///x/xtask#0.1.0"), Some(("xtask", "0.1.0")));
        assert_eq!(package("serde 1.0"), None);
    }

    #[test]
    fn an_artifact_of_tests_is_a_binary_and_a_build_script_is_nothing() {
        let message = |kind: &str, test: bool| {
            json!({
                "reason": "compiler-artifact", "package_id": "path+file:///x/hub/core#bindeledd-core@0.1.0",
                "manifest_path": "/x/hub/core/Cargo.toml", "target": {"kind": [kind], "name": "route"},
                "profile": {"test": test}, "executable": "/x/target/route-1", "fresh": false,
            })
        };
        let binary = artifact(&message("test", true)).unwrap().binary.unwrap();
        assert_eq!(
            (binary.package.as_str(), binary.target.as_str()),
            ("bindeledd-core", "route")
        );
        assert_eq!(binary.folder, PathBuf::from("/x/hub/core"));
        assert_eq!(artifact(&message("lib", true)).unwrap().binary.unwrap().target, "unit");
        assert_eq!(artifact(&message("bin", false)).unwrap().binary, None);
        assert!(artifact(&message("custom-build", false)).is_none());
    }

    #[test]
    fn colours_are_left_out() {
        assert_eq!(
            without_colour("\x1b[1m\x1b[92m   Compiling\x1b[0m serde"),
            "   Compiling serde"
        );
    }
}
