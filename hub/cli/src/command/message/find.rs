//! `bindeledd message find`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::message::Message;
use clap::Args;
use serde_json::json;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// Find a message by any id: its own, a delivery's, its sender's reference, a conversation, an id of a receiver's system,
/// a transport or a receipt. Participants, consents, alerts and parties are found by their ids as well.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd message find 5b1f0c52-1111-4a00-8000-00000000007a\n\n\
    At most 20 hits are listed. Exit code 1 means that nothing has this id."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The id
    id: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = hub.post("/v1/admin/find", &json!({ "id": arguments.id }))?;
    let hits = rows(&answer, "hits");
    output.result(&answer, || {
        if hits.is_empty() {
            return Message::NotFound.text(output.lang());
        }
        let columns = ["what", "id", "message", "delivery"];
        table(
            &Message::FoundColumns.text(output.lang()),
            &hits
                .iter()
                .map(|hit| columns.map(|name| cell(hit, name)).to_vec())
                .collect::<Vec<_>>(),
        )
    });
    Ok(if hits.is_empty() { Exit::Failed } else { Exit::Done })
}
