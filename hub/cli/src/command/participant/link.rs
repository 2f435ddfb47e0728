//! `bindeledd participant link`

use std::path::PathBuf;

use bindeledd_texts::cli::participant::Participant;
use clap::Args;
use serde_json::{Value, json};

use super::{Who, number_in};
use crate::caller::{Hub, HubArguments};
use crate::command::{cell, number, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Link another number to a participant, such as a national identity number to the holder of a D-number. Both numbers
/// then find the same participant. A participant who had the number before becomes part of this one, and the
/// withdrawals and the protection of either count for both.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd participant link 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10 --other-id-file number.txt\n  \
    bindeledd participant link --national-id-file d-number.txt --other-id-file number.txt")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    who: Who,
    /// A file with the other number, or - for standard input
    #[arg(long, value_name = "FILE")]
    other_id_file: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let participant = arguments.who.find(&hub)?;
    let body = json!({ "nationalId": number_in(&arguments.other_id_file)? });
    let answer = hub.post(&format!("/v1/admin/participants/{participant}/link"), &body)?;
    let participant = participant.to_string();
    let text = match answer.get("joined") {
        None | Some(Value::Null) => Participant::Linked { participant },
        Some(_) => Participant::Joined {
            participant,
            joined: cell(&answer, "joined"),
            cancelled: number(rows(&answer, "cancelled").len()),
        },
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}
