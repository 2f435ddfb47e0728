//! `bindeledd clock …`

mod accept;
mod show;

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
fn told(clock: &Value) -> String {
    let (machine, hub) = (cell(clock, "machine"), cell(clock, "hub"));
    if clock["right"] == true {
        return format!("the machine's clock is believed: {machine}");
    }
    format!(
        "the machine's clock shows {machine}; by the hub's own log and the time since then, it is {hub}\n\
         nothing is released, expired or deleted meanwhile\n\
         next: set the clock right; or, where it is right, bindeledd clock accept --reason \"…\""
    )
}
