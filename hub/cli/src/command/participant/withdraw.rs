//! `bindeledd participant withdraw`

use clap::Args;

use super::Who;
use crate::caller::{Hub, HubArguments};
use crate::command::withdrawal::{Scope, stopped, would_stop};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Withdraw on a participant's behalf, from every consent at once: everything of basis consent, everything with one
/// party, or one exchange. The answer comes once no sending under it can begin any more.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd participant withdraw 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10\n  \
    bindeledd participant withdraw 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10 --party fjellvik-legekontor --preview")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    scope: Scope,
    /// Show the effect, and withdraw nothing
    #[arg(long)]
    preview: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let participant = arguments.who.find(&hub)?;
    let path = format!("/v1/admin/participants/{participant}/withdraw");
    if arguments.preview {
        let answer = hub.post(&format!("{path}/preview"), &arguments.scope.to_json())?;
        output.result(&answer, || would_stop(&answer, output.lang()));
        return Ok(Exit::Done);
    }
    let answer = hub.post(&path, &arguments.scope.to_json())?;
    output.result(&answer, || stopped(&answer, output.lang()));
    Ok(Exit::Done)
}
