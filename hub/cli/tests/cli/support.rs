//! Runs the binary as a caller does.
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| unreachable!("{e} in {}\n{}", self.out, self.err))
    }
}

/// Runs `bindeledd` in `dir`. Of the environment, only `variables` are set.
pub(crate) fn run_with(dir: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bindeledd"));
    for name in [
        "BINDELEDD_CONFIG",
        "BINDELEDD_KEY",
        "BINDELEDD_LANGUAGE",
        "BINDELEDD_URL",
    ] {
        command.env_remove(name);
    }
    let output = command
        .current_dir(dir)
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn run(dir: &Path, arguments: &[&str]) -> Run {
    run_with(dir, arguments, &[])
}

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Compares a text with a file in `tests/cli/snapshots`; `BINDELEDD_SNAPSHOTS=write` writes the file anew.
pub(crate) fn snapshot(name: &str, found: &str) {
    let file = root().join("hub/cli/tests/cli/snapshots").join(name);
    if std::env::vars().any(|(name, value)| name == "BINDELEDD_SNAPSHOTS" && value == "write") {
        std::fs::write(&file, found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        expected == found,
        "{name} is not as it was; set BINDELEDD_SNAPSHOTS=write to accept:\n{found}"
    );
}
