//! `bindeledd message send`

use std::path::PathBuf;

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::message::Message;
use clap::Args;
use serde_json::Value;

use super::lines;
use crate::adapter::media_type_of;
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, party_name, read_file, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Send a message as JSON (`bindeledd/message/1`), or with --party a document in that party's own format. It needs the
/// sender's key: name its file with --key-file.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd message send goals.json --key-file nordvik-aft.key\n  \
    bindeledd message send notat.xml --party fjellvik-legekontor --key-file fjellvik.key"
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The file of the message or document; - for standard input
    file: PathBuf,
    /// The party that sends the document, in its own format
    #[arg(long, value_parser = party_name)]
    party: Option<bindeledd_core::PartyName>,
    /// The sender of a JSON message that the operator sends on the sender's behalf
    #[arg(long, value_parser = party_name, value_name = "PARTY", conflicts_with = "party")]
    from: Option<bindeledd_core::PartyName>,
    /// The media type of the document [default: by the file's name and content]
    #[arg(long, value_name = "TYPE", requires = "party")]
    media_type: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = read_file(&arguments.file)?;
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = match &arguments.party {
        None => {
            let from = arguments
                .from
                .as_ref()
                .map(|from| format!("?from={from}"))
                .unwrap_or_default();
            hub.post_bytes(&format!("/v1/messages{from}"), "application/json", body)?
        }
        Some(party) => {
            let media_type = arguments
                .media_type
                .clone()
                .unwrap_or_else(|| media_type_of(&arguments.file, &body).to_owned());
            hub.post_bytes(&format!("/v1/parties/{party}/documents"), &media_type, body)?
        }
    };
    let lang = output.lang();
    output.result(&answer, || {
        let mut parts: Vec<_> = rows(&answer, "messages")
            .iter()
            .map(|message| lines(message, lang))
            .collect();
        parts.extend(rows(&answer, "leftOut").iter().filter_map(Value::as_str).map(|what| {
            let what = what.to_owned();
            Message::LeftOut { what }.text(lang)
        }));
        if let Some(receipt) = answer.get("receipt").filter(|receipt| !receipt.is_null()) {
            let receipt = Message::Receipt {
                status: cell(receipt, "status"),
                message: cell(receipt, "refersTo"),
            };
            parts.push(receipt.text(lang));
        }
        if let Some(why) = answer.get("nothing").and_then(Value::as_str) {
            let why = why.to_owned();
            parts.push(Message::NothingToMove { why }.text(lang));
        }
        parts.join("\n")
    });
    Ok(Exit::Done)
}
