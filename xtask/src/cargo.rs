//! Running a cargo: its lines for the person who waits, and each artifact that it makes.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::sh;

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

/// A build artifact that cargo made or found.
pub(crate) struct Artifact {
    pub(crate) part: String,
    pub(crate) fresh: bool,
    pub(crate) binary: Option<Binary>,
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
