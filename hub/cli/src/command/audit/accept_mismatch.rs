//! `bindeledd audit accept-mismatch`

use bindeledd_store::SqliteStore;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::audit::{Audit, Nothing};
use clap::Args;
use serde_json::json;

use super::accept::accept;
use super::reason;
use crate::command::number;
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
    let nothing = Nothing::StoreSame;
    let context = (shared, output);
    accept(
        context,
        &arguments.reason,
        SqliteStore::accept_mismatch,
        nothing,
        |accepted, lang| {
            let participants: Vec<String> = accepted.participants.iter().map(ToString::to_string).collect();
            let head = Audit::AcceptedMismatch {
                findings: number(accepted.log.len()),
                participants: number(participants.len()),
                cancelled: number(accepted.cancelled),
            };
            let mut lines = vec![head.text(lang)];
            lines.extend(accepted.log.iter().cloned());
            let again = |id: &String| {
                let participant = id.clone();
                Audit::RegisterAgain { participant }.text(lang)
            };
            lines.extend(participants.iter().map(again));
            let json = json!({ "log": accepted.log, "participants": participants, "cancelled": accepted.cancelled });
            (json, lines.join("\n"))
        },
    )
}
