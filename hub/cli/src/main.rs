//! The binary `bindeledd`: configuration and wiring, one file per command.
//!
//! Owns: the command line, the configuration, and the wiring of the parts when the hub starts ([`wire`]). Never
//! decides about consent, speaks SQL or reads a party's format: the crates that it wires do. Start at
//! [`command::Command`]; the hub itself starts in `command/serve.rs`.

mod adapter;
mod caller;
mod command;
mod config;
mod configured_file;
mod console_issuers;
mod dumps;
mod exit;
mod failure;
mod files;
mod first_administrator;
mod listeners;
mod mail;
mod master;
mod output;
mod party_names;
mod push;
mod reach;
mod shared;
mod store;
mod wire;
mod world;

use std::process::ExitCode;

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::common::Common;
use clap::Parser;

use crate::command::Command;
use crate::output::Output;
use crate::shared::Shared;

/// The allocator. A hub allocates many small objects on several threads, and runs for months. With glibc's allocator
/// the hub spent a tenth of its CPU time in it, and memory became fragmented.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A hub through which the parties around a participant coordinate, by consent.
#[derive(Debug, Parser)]
#[command(name = "bindeledd", version, after_help = exit::HELP, max_term_width = 110)]
struct CommandLine {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let CommandLine { mut shared, command } = CommandLine::parse();
    shared.find_language();
    let output = Output::new(shared.json, shared.lang);
    if let Err(error) = dumps::forbid() {
        let error = error.to_string();
        output.remark(&Common::Dumps { error }.text(shared.lang));
    }
    match command.run(&shared, output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit().into()
        }
    }
}
