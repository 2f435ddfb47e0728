//! `bindeledd participant …`

mod erase;
mod link;
mod protect;
mod withdraw;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Shared, read_file, uuid};
use crate::caller::HubArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// `bindeledd participant`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Take back everything that rests on consent, or a part of it, on a participant's behalf
    Withdraw(withdraw::Arguments),
    /// Destroy a participant's key and what tells of them
    Erase(erase::Arguments),
    /// Link another number to a participant, such as the one that followed a D-number
    Link(link::Arguments),
    /// Set or lift address protection for a person
    Protect(protect::Arguments),
}

/// One participant.
#[derive(Debug, Args)]
pub(crate) struct Named {
    #[command(flatten)]
    hub: HubArguments,
    /// The participant's pseudonym
    #[arg(value_parser = uuid, value_name = "REF")]
    participant: Uuid,
}

/// A person by a number, which never stands on the command line: every process of the machine can read that.
#[derive(Debug, Args)]
pub(crate) struct Number {
    /// The file that the number stands in; `-` for standard input
    #[arg(long, value_name = "FILE")]
    national_id_file: PathBuf,
}

impl Number {
    fn read(&self) -> Result<String, Failure> {
        number_in(&self.national_id_file)
    }
}

fn number_in(file: &Path) -> Result<String, Failure> {
    let text = String::from_utf8_lossy(&read_file(file)?).trim().to_owned();
    Ok(text)
}

impl Command {
    /// Runs it.
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Withdraw(arguments) => withdraw::run(&arguments, shared, output),
            Self::Erase(arguments) => erase::run(&arguments, shared, output),
            Self::Link(arguments) => link::run(&arguments, shared, output),
            Self::Protect(arguments) => protect::run(&arguments, shared, output),
        }
    }
}
