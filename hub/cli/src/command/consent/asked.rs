//! `bindeledd consent asked`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::consent::Consent;
use clap::Args;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// List the drafted consents that wait for the participant's answer on the own page. The operator sees all; with
/// --key-file a party sees its own.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd consent asked\n  bindeledd consent asked --key-file nordvik-aft.key")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Maximum number of rows to list
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=500), default_value_t = 100)]
    limit: u16,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let path = format!("/v1/consent-requests/waiting?limit={}", arguments.limit);
    let answer = Hub::open(&arguments.hub, shared)?.get(&path)?;
    output.result(&answer, || {
        let line = |request: &serde_json::Value| {
            let participant = request.get("participant").map(|of| cell(of, "ref"));
            let asked = Consent::Asked {
                id: cell(request, "id"),
                party: cell(request, "party"),
                participant: participant.unwrap_or_default(),
                until: cell(request, "until"),
            };
            asked.text(output.lang())
        };
        let lines: Vec<_> = rows(&answer, "requests").iter().map(line).collect();
        if lines.is_empty() {
            Consent::NobodyAsked.text(output.lang())
        } else {
            lines.join("\n")
        }
    });
    Ok(Exit::Done)
}
