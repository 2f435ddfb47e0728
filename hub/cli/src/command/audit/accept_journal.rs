//! `bindeledd audit accept-journal`

use bindeledd_store::SqliteStore;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::audit::{Audit, Lost, Nothing, Older};
use clap::Args;
use serde_json::json;

use super::accept::accept;
use super::reason;
use crate::command::number;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Accept a journal at the second place that was damaged, truncated or lost. Its readable entries are replayed, and the
/// damaged journal is renamed. A new journal begins with the readable entries and the store's own. If the store is a
/// restored backup too, steps that only the lost lines held are lost. Persons who withdrew, were erased or were
/// protected since the backup may then get messages, or cause them, until their withdrawal, erasure or protection is
/// registered anew. The audit log records the acceptance with its reason. The hub must not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit accept-journal --reason \"the share lost a block; line 14 is not readable\""
)]
pub(crate) struct Arguments {
    /// The reason, in a sentence without names of people: it stays in the audit log
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    reason: String,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let nothing = Nothing::JournalSigned;
    let context = (shared, output);
    accept(
        context,
        &arguments.reason,
        SqliteStore::accept_journal,
        nothing,
        |accepted, lang| {
            let rollback = accepted.rollback.as_ref().map(ToString::to_string);
            let human = Audit::AcceptedJournal {
                found: accepted.found.words(),
                kept: number(accepted.kept),
                lost: accepted
                    .lost
                    .map_or(Lost::Unknown, |lines| Lost::Lines { number: number(lines) }),
                older: accepted.rollback.as_ref().map_or(Older::No, |rollback| Older::Yes {
                    rollback: rollback.words(),
                }),
                replayed: number(accepted.replayed),
                cancelled: number(accepted.cancelled),
            };
            let json = json!({
                "found": accepted.found.to_string(), "rollback": rollback, "kept": accepted.kept, "lost": accepted.lost,
                "replayed": accepted.replayed, "unknown": accepted.unknown, "cancelled": accepted.cancelled,
            });
            (json, human.text(lang))
        },
    )
}
