//! `bindeledd key retire`

use clap::Args;
use serde_json::json;

use super::told;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Make the new master key the only one that opens the store. This is refused while the next start would read an older
/// key. Older backups can still be opened with the old key, and with no other.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd key retire")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let ring = Hub::open(&arguments.hub, shared)?.post("/v1/admin/key/retire", &json!({}))?;
    output.result(&ring, || told(&ring, output.lang()));
    Ok(Exit::Done)
}
