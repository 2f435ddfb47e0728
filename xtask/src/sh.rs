//! Runs other programs, and prints progress.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Result};
use crate::profile::Profile;

/// Environment variables of the `cargo` that started `cargo xtask`. An inner cargo would take the outer one's compiler, flags or
/// target directory from them.
const OUTER: [&str; 14] = [
    "CARGO",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "LD_LIBRARY_PATH",
    "RUSTC",
    "RUSTC_BOOTSTRAP",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];

/// Beginnings of variables in which cargo tells a program about that program's own package. A build script may watch one of them
/// (ring's does). It would run again, and its dependents with it, whenever `cargo` and `cargo xtask` alternate.
const OWN_PACKAGE: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_"];

/// Returns the repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Returns the path of a workspace program, as built with this profile.
pub(crate) fn built(profile: Profile, name: &str) -> Result<PathBuf> {
    let here = env::current_exe().map_err(|e| Failure(format!("can not tell where this program is: {e}")))?;
    let target = here.ancestors().nth(2).unwrap_or(&here);
    Ok(target.join(profile.folder()).join(name))
}

/// Prints a line of progress to standard error.
pub(crate) fn say(line: &str) {
    // Standard error may be closed; the work continues then.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Makes a command without the outer cargo's environment, in the repository's root.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    for name in OUTER {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

/// Prints a line of the result to standard output.
pub(crate) fn out(line: &str) {
    // Standard output may be closed; the exit code still gives the result.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Makes a command for the cargo that started `cargo xtask`, with that cargo's settings.
pub(crate) fn outer_cargo() -> Command {
    outer(Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())))
}

/// Gives a command the environment of `cargo xtask`, without cargo's variables about the package `xtask`.
pub(crate) fn outer(mut cargo: Command) -> Command {
    for (name, _) in env::vars_os() {
        let is_own = |name: &str| OWN_PACKAGE.iter().any(|start| name.starts_with(start));
        if name.to_str().is_some_and(is_own) {
            cargo.env_remove(name);
        }
    }
    cargo.current_dir(root());
    cargo
}

/// Runs a command with its output in the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|e| Failure(format!("can not run {}: {e}", shown(command))))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure(format!("{} ended with {status}", shown(command))))
    }
}

/// Runs a command and returns its output; `None` if the program is missing or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
