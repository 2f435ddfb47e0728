//! `bindeledd message list`

use clap::Args;
use uuid::Uuid;

use super::lines;
use crate::caller::{Hub, HubArguments};
use crate::command::{party_name, rows, slug, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// List messages, newest first: states and reasons, never content.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd message list --state blocked\n  bindeledd message list --party nordvik-aft --limit 5"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// Only messages from or to this party
    #[arg(long, value_parser = party_name)]
    party: Option<bindeledd_core::PartyName>,
    /// Only messages with a delivery in this state: waiting, sending, awaiting-receipt, with-a-person, delivered,
    /// refused, blocked, …
    #[arg(long, value_parser = slug)]
    state: Option<String>,
    /// Only messages of this kind
    #[arg(long, value_parser = slug)]
    kind: Option<String>,
    /// Only messages about this participant, by pseudonym
    #[arg(long, value_name = "REF", value_parser = uuid)]
    participant: Option<Uuid>,
    /// Only messages that were accepted before the message with this id
    #[arg(long, value_name = "MESSAGE", value_parser = uuid)]
    before: Option<Uuid>,
    /// Maximum number of rows to list
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: u16,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let filters = [
        ("party", arguments.party.as_ref().map(ToString::to_string)),
        ("state", arguments.state.clone()),
        ("kind", arguments.kind.clone()),
        ("participant", arguments.participant.map(|id| id.to_string())),
        ("before", arguments.before.map(|id| id.to_string())),
    ];
    let filters = filters
        .into_iter()
        .filter_map(|(name, value)| Some(format!("&{name}={}", value?)));
    let answer = hub.get(&format!(
        "/v1/admin/messages?limit={}{}",
        arguments.limit,
        filters.collect::<String>()
    ))?;
    output.result(&answer, || {
        let messages: Vec<_> = rows(&answer, "messages").iter().map(lines).collect();
        if messages.is_empty() {
            "no messages".to_owned()
        } else {
            messages.join("\n")
        }
    });
    Ok(Exit::Done)
}
