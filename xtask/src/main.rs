//! The repository's own tasks: `cargo xtask <command>`. They run from a fresh clone, with only Rust installed.
//!
//! Owns: building the hub and its adapters with a progress line, installing what the build needs, and running the tests by tier.
//! Never part of a deployment, and no deployed crate depends on it. Start at [`suites`], which has every suite of tests, or at
//! [`guests`], where a plugin's source becomes a component.

mod build;
mod cargo;
mod demo;
mod failure;
mod fetch;
mod guests;
mod options;
mod profile;
mod progress;
mod run;
mod sh;
mod suites;
mod test;
mod toolchain;

use std::process::ExitCode;

use build::Selection;
use options::Command;

fn main() -> ExitCode {
    let result = match options::parse(std::env::args().skip(1).collect()) {
        Ok(Command::Help) => {
            sh::say(options::HELP);
            Ok(())
        }
        Ok(Command::Build { plugins: Some(only) }) => guests::build(&only),
        Ok(Command::Build { plugins: None }) => build::everything(Selection::Hub).map(drop),
        Ok(Command::Demo(options)) => demo::run(&options),
        Ok(Command::Test(options)) => test::run(&options),
        Ok(Command::Bench(arguments)) => demo::bench(&arguments),
        Err(failure) => Err(failure),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            sh::say(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}
