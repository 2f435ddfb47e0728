//! `bindeledd key show`

use clap::Args;

use super::told;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Show the source of the master key, the id of the one that opens the store, and the progress of a change. Never a
/// key.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd key show")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let ring = Hub::open(&arguments.hub, shared)?.get("/v1/admin/key")?;
    output.result(&ring, || told(&ring, output.lang()));
    Ok(Exit::Done)
}
