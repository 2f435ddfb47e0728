//! `bindeledd audit new-key`

use bindeledd_engine::ports::Clock as _;
use bindeledd_store::SqliteStore;
use bindeledd_texts::cli::audit::{Audit, EarlierKey, Journal, Witnessed};
use clap::Args;
use serde_json::json;

use super::reason;
use crate::command::number;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;
use crate::store;
use crate::world::SystemClock;

/// Make a new key for the audit log, if the old key is lost or exposed. First the newest checkpoint at the second place
/// is verified with the public key that the store remembers, and the log and the journal are compared with that
/// checkpoint. Then the second place is made anew under the new key. The audit log records both public keys and the
/// checkpoint: give the new key to everybody who verifies the log. The hub must not run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit new-key --reason \"the disk with audit.key failed, and it was in no backup\""
)]
pub(crate) struct Arguments {
    /// The reason, in a sentence without names of people: it stays in the audit log
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    reason: String,
    /// Continue even if no checkpoint signs the journal at the second place; the journal is renamed, and steps that
    /// only it contains are lost
    #[arg(long)]
    without_journal: bool,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let options = store::options(&configuration, store::master_key(&configuration)?);
    let made = SqliteStore::new_audit_key(options, &arguments.reason, arguments.without_journal, SystemClock.now());
    let made = made.map_err(|error| store::failure(&configuration, error))?;
    let rollback = made.rollback.as_ref().map(ToString::to_string);
    let journal = made.journal.as_ref().map(ToString::to_string);
    let json = json!({
        "old": made.old, "new": made.new, "witnessed": made.witnessed, "rollback": rollback, "journal": journal,
        "kept": made.kept, "replayed": made.replayed, "unknown": made.unknown, "cancelled": made.cancelled,
    });
    let text = Audit::NewKey {
        old: made.old.map_or(EarlierKey::Unknown, |key| EarlierKey::Key { key }),
        new: made.new,
        witnessed: match (made.witnessed, &made.rollback) {
            (Some(size), None) => Witnessed::Same { size: number(size) },
            (_, Some(rollback)) => Witnessed::Accepted {
                rollback: rollback.words(),
            },
            (None, None) => Witnessed::Nothing,
        },
        journal: match &made.journal {
            Some(fault) => Journal::Other { found: fault.words() },
            None => Journal::Lines {
                lines: number(made.kept),
            },
        },
        replayed: number(made.replayed),
        cancelled: number(made.cancelled),
    };
    output.told(&json, &text);
    Ok(Exit::Done)
}
