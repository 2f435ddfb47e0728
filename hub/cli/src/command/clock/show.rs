//! `bindeledd clock show`

use clap::Args;

use super::told;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Show the machine's clock, and the time expected by the hub's own log and by a monotonic clock.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd clock show")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let clock = Hub::open(&arguments.hub, shared)?.get("/v1/admin/clock")?;
    output.told(&clock, &told(&clock));
    Ok(Exit::Done)
}
