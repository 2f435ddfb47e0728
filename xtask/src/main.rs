//! What this repository does to itself: `cargo xtask <command>`, from a fresh clone and with nothing installed but Rust.
//!
//! Owns: building the hub and its adapters, and fetching the toolchain that adapters need.
//! Never part of what is deployed, and nothing that is deployed depends on it.
//! Start at [`guests`], where a plugin's source becomes a component.

mod bench;
mod demo;
mod failure;
mod guests;
mod hub;
mod sh;
mod test;
mod toolchain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds this repository and its adapters.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds the hub to target/release/bindeledd and every adapter to target/plugins/<id>.wasm.
    Build {
        /// Only these adapters, by the names of their folders in plugins/, and not the hub.
        #[arg(long, num_args = 0.., value_name = "ID")]
        plugins: Option<Vec<String>>,
    },
    /// Builds and starts a hub with the systems around it, plays a story through them, and stays up.
    Demo(demo::Options),
    /// Runs every test, after fetching and building what they need.
    Test {
        /// Runs the races, the attacks and the model at full strength, which takes hours; docs/testing.md has the figures.
        #[arg(long)]
        long: bool,
        /// Arguments for `cargo test`, such as the name of a test.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        only: Vec<String>,
    },
    /// Runs a benchmark, such as `cargo xtask bench way`.
    Bench {
        /// Which, and its options.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let Xtask { command } = Xtask::parse();
    let result = match command {
        Command::Demo(options) => demo::run(options),
        Command::Test { long, only } => test::run(long, &only),
        Command::Bench { arguments } => bench::run(&arguments),
        Command::Build { plugins: Some(only) } => guests::build(&only),
        Command::Build { plugins: None } => hub::build().and_then(|()| guests::build(&[])),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            sh::say(&format!("xtask: {failure}"));
            ExitCode::FAILURE
        }
    }
}
