//! `bindeledd consent withdraw`

use clap::Args;
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::uuid;
use crate::command::withdrawal::{Scope, stopped};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Withdraw a consent for the participant: all of it, everything with one party, or one exchange. The answer comes
/// once no sending under it can begin any more, and names deliveries that could not be stopped.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --party fjellvik-legekontor\n  \
    bindeledd consent withdraw 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 \\\n    \
    --from spesialist --to nordvik-aft --category function")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The id of the consent
    #[arg(value_parser = uuid)]
    consent: Uuid,
    #[command(flatten)]
    scope: Scope,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let path = format!("/v1/consents/{}/withdraw", arguments.consent);
    let answer = Hub::open(&arguments.hub, shared)?.post(&path, &arguments.scope.to_json())?;
    output.result(&answer, || stopped(&answer, output.lang()));
    Ok(Exit::Done)
}
