//! `bindeledd participant erasure`

use bindeledd_texts::cli::participant::{Participant, Scrubbed};
use clap::Args;
use uuid::Uuid;

use crate::caller::{Hub, HubArguments};
use crate::command::{cell, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Show when a participant was erased, and whether the destroyed data has left the disk. It is pending while a reader
/// holds an old snapshot of the store, such as a running backup or a shell with an open transaction.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd participant erasure 7c9d3a52-6f0e-4b1a-9c55-2f8c1b7e4d10")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// The participant's pseudonym, as in the answer to the erasure; no number finds an erased person
    #[arg(value_parser = uuid, value_name = "REF")]
    participant: Uuid,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let hub = Hub::open(&arguments.hub, shared)?;
    let answer = hub.get(&format!("/v1/admin/participants/{}/erasure", arguments.participant))?;
    let text = Participant::Erasure {
        at: cell(&answer, "erasedAt"),
        scrubbed: match cell(&answer, "scrubbed").as_str() {
            "done" => Scrubbed::Done,
            _ => Scrubbed::Pending,
        },
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}
