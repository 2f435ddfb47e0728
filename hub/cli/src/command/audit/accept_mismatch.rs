//! `bindeledd audit accept-mismatch`

use bindeledd_store::SqliteStore;
use clap::Args;
use serde_json::json;

use super::accept::accept;
use super::reason;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Accept a store that another program than the hub changed. The log names its differing entries for good. If a
/// participant's consents differ from the registered ones, all of them are withdrawn, and grants of duty have to be
/// confirmed anew: register the consents again from their originals. The hub must not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit accept-mismatch --reason \"the failed disk mixed up rows; no backup has them\""
)]
pub(crate) struct Arguments {
    /// The reason, in a sentence without names of people: it stays in the audit log
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let nothing = "the store does not differ from the one that the hub wrote";
    let context = (shared, output);
    accept(
        context,
        &arguments.reason,
        SqliteStore::accept_mismatch,
        nothing,
        |accepted| {
            let participants: Vec<String> = accepted.participants.iter().map(ToString::to_string).collect();
            let mut lines = vec![format!(
                "accepted: {} findings in the audit log, {} participants with withdrawn consents, deliveries cancelled by \
             that: {}",
                accepted.log.len(),
                participants.len(),
                accepted.cancelled
            )];
            lines.extend(accepted.log.iter().cloned());
            let again = |id: &String| format!("participant {id}: register the consents again");
            lines.extend(participants.iter().map(again));
            let json = json!({ "log": accepted.log, "participants": participants, "cancelled": accepted.cancelled });
            (json, lines.join("\n"))
        },
    )
}
