//! `bindeledd consent waiting`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::consent::Consent;
use clap::Args;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// List the grants that wait for a confirmation, and the ways to confirm each. The operator sees all; with --key-file
/// a party sees those that it sends or has registered.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd consent waiting\n  bindeledd consent waiting --key-file nordvik-aft.key")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Maximum number of rows to list
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=500), default_value_t = 100)]
    limit: u16,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let answer = Hub::open(&arguments.hub, shared)?.get(&format!("/v1/grants/waiting?limit={}", arguments.limit))?;
    output.result(&answer, || {
        let lang = output.lang();
        let line = |waiting: &serde_json::Value| {
            let since = cell(waiting, "since");
            let mut text = format!(
                "{}  {} -> {}: {}\n  {}",
                cell(waiting, "consent"),
                cell(waiting, "from"),
                cell(waiting, "to"),
                cell(waiting, "categories"),
                Consent::WaitsSince { since }.text(lang),
            );
            let messages = cell(waiting, "blockedMessages");
            if !messages.is_empty() {
                text.push_str(&format!("\n  {}", Consent::BlockedForIt { messages }.text(lang)));
            }
            text.push_str(&format!("\n  {}", cell(waiting, "whatToDo")));
            text
        };
        let lines: Vec<_> = rows(&answer, "waiting").iter().map(line).collect();
        if lines.is_empty() {
            Consent::NothingWaits.text(output.lang())
        } else {
            lines.join("\n")
        }
    });
    Ok(Exit::Done)
}
