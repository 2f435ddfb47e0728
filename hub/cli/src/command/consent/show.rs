//! `bindeledd consent show`

use clap::Args;

use super::{Named, lines};
use crate::caller::Hub;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Show a consent. The registrar and the operator see all of it; another party sees the grants that name it.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd consent show 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01\n  \
    bindeledd consent show 0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01 --fhir > consent.json"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    named: Named,
    /// Print a FHIR R4 Consent, which `consent register` accepts again
    #[arg(long)]
    fhir: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.named.hub, shared)?;
    let path = format!("/v1/consents/{}", arguments.named.consent);
    if arguments.fhir {
        output.json_value(&hub.get_json_as(&path, "application/fhir+json")?);
    } else {
        let answer = hub.get(&path)?;
        output.result(&answer, || lines(&answer, output.lang()));
    }
    Ok(Exit::Done)
}
