//! `bindeledd clock accept`

use clap::Args;
use serde_json::json;

use super::told;
use crate::caller::{Hub, HubArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Confirm that the machine's clock is right. The hub then uses it: expired deliveries end, and data past its
/// retention is deleted. The audit log records the acceptance with its reason. Look at the clock first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd clock accept --reason \"the hub was off over the summer\"")]
pub(crate) struct Arguments {
    /// The reason, in a sentence without names of people: it stays in the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    hub: HubArguments,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = json!({ "reason": arguments.reason });
    let clock = Hub::open(&arguments.hub, shared)?.post("/v1/admin/clock/accept", &body)?;
    output.told(&clock, &told(&clock));
    Ok(Exit::Done)
}
