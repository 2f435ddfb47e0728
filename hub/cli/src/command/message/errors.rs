//! `bindeledd message errors`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::message::Message;
use clap::Args;
use jiff::Timestamp;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, moment, party_name, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// Count the causes of deliveries that did not go well, by code and receiver, the most frequent first.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd message errors --since 24h\n\n\
    `bindeledd message list --code <CODE> --party <PARTY>` lists the messages of a row.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Earliest time of the last change: RFC 3339, a day, or a time ago such as 30m, 24h or 7d
    #[arg(long, value_name = "TIME", value_parser = moment, default_value = "7d")]
    since: Timestamp,
    /// Time after the latest change
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Only deliveries to this party
    #[arg(long, value_parser = party_name)]
    party: Option<bindeledd_core::PartyName>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let until = arguments.until.map(|at| format!("&until={at}"));
    let party = arguments.party.as_ref().map(|party| format!("&party={party}"));
    let answer = hub.get(&format!(
        "/v1/admin/messages/errors?since={}{}{}",
        arguments.since,
        until.unwrap_or_default(),
        party.unwrap_or_default()
    ))?;
    output.result(&answer, || {
        let errors = rows(&answer, "errors");
        if errors.is_empty() {
            return Message::NoCauses.text(output.lang());
        }
        let columns = ["code", "party", "deliveries", "waiting", "newestAt"];
        let lines = errors
            .iter()
            .map(|error| columns.map(|name| cell(error, name)).to_vec());
        let lines: Vec<_> = lines.collect();
        table(&Message::CauseColumns.text(output.lang()), &lines)
    });
    Ok(Exit::Done)
}
