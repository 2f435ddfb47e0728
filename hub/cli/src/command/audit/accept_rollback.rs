//! `bindeledd audit accept-rollback`

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

/// Accept a store that is older than the last run, such as a restored backup. First the withdrawals since then are
/// replayed from the journal at the second place. The audit log records the acceptance with its reason. All other
/// changes since then are lost, and senders have to be told. The hub must not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit accept-rollback --reason \"the disk failed; restored the backup of 03:00\""
)]
pub(crate) struct Arguments {
    /// The reason, in a sentence without names of people: it stays in the audit log
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let nothing = Nothing::StoreNew;
    let context = (shared, output);
    accept(
        context,
        &arguments.reason,
        SqliteStore::accept_rollback,
        nothing,
        |accepted, lang| {
            let human = Audit::AcceptedRollback {
                rollback: accepted.rollback.words(),
                replayed: number(accepted.replayed),
                cancelled: number(accepted.cancelled),
                unknown: number(accepted.unknown),
            };
            let json = json!({
                "found": accepted.rollback.to_string(), "replayed": accepted.replayed,
                "unknown": accepted.unknown, "cancelled": accepted.cancelled,
            });
            (json, human.text(lang))
        },
    )
}
