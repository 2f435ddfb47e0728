//! `bindeledd clock …`

mod accept;
mod show;

use bindeledd_texts::cli::hub::Hub;
use clap::Subcommand;
use serde_json::Value;

use super::cell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// `bindeledd clock`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the machine's clock, and whether the hub trusts it
    Show(show::Arguments),
    /// Confirm that the machine's clock is right, such as after a long stop
    Accept(accept::Arguments),
}

impl Command {
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::Show(arguments) => show::run(&arguments, shared, output),
            Self::Accept(arguments) => accept::run(&arguments, shared, output),
        }
    }
}

/// Returns a text about the state of the clock.
fn told(clock: &Value) -> Hub {
    let (machine, hub) = (cell(clock, "machine"), cell(clock, "hub"));
    if clock["right"] == true {
        return Hub::ClockRight { machine };
    }
    Hub::ClockWrong { machine, hub }
}
