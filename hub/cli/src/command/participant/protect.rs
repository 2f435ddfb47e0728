//! `bindeledd participant protect`

use std::path::PathBuf;

use bindeledd_texts::cli::participant::Participant;
use clap::Args;
use serde_json::json;

use super::number_in;
use crate::caller::{Hub, HubArguments};
use crate::command::cell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Set address protection (kode 6, kode 7) for a person, who need not be known to the hub before, or lift it. Nothing
/// is sent about a protected person, and to every party it looks as if there were no consent.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    bindeledd participant protect --national-id-file number.txt\n  \
    bindeledd participant protect --national-id-file number.txt --lift")]
pub(crate) struct Arguments {
    #[command(flatten)]
    hub: HubArguments,
    /// A file with the national identity number, or - for standard input
    #[arg(long, value_name = "FILE")]
    national_id_file: PathBuf,
    /// Lift the protection
    #[arg(long)]
    lift: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let body = json!({ "nationalId": number_in(&arguments.national_id_file)?, "protected": !arguments.lift });
    let answer = Hub::open(&arguments.hub, shared)?.post("/v1/admin/participants/protect", &body)?;
    let participant = cell(&answer, "ref");
    let text = if arguments.lift {
        Participant::Lifted { participant }
    } else {
        Participant::Protected { participant }
    };
    output.told(&answer, &text);
    Ok(Exit::Done)
}
