//! `bindeledd participant code`

use bindeledd_texts::cli::participant::Participant;
use clap::Args;
use serde_json::json;
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Make a one-time code for a participant's own page, with a party's key. Hand it over in person: it works once and for
/// 15 minutes. The page shows the participant the exchanges of that party alone, and lets them take consents back.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd participant code 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10 --key-file nordvik-aft.key\n\n\
    A person who is unknown, protected, or without a consent that names the party gets no code, and the answer is the\n\
    same for all three.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The participant's pseudonym, as in the answer to a consent
    #[arg(value_parser = uuid, value_name = "REF")]
    participant: Uuid,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let path = format!("/v1/participants/{}/code", arguments.participant);
    let answer = hub.post(&path, &json!({}))?;
    let (code, at) = (cell(&answer, "code"), cell(&answer, "expiresAt"));
    let text = match answer.get("address") {
        None => Participant::Code { code, at },
        Some(_) => Participant::CodeAt {
            code,
            at,
            address: cell(&answer, "address"),
        },
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}
