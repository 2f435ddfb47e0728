//! `bindeledd audit new-key`

use bindeledd_engine::ports::Clock as _;
use bindeledd_store::SqliteStore;
use clap::Args;
use serde_json::json;

use super::reason;
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
    output.result(&json, || {
        let witnessed = match (made.witnessed, &rollback) {
            (Some(size), None) => format!("the log is the one that was witnessed with {size} entries"),
            (_, Some(rollback)) => format!("accepted: {rollback}"),
            (None, None) => "nothing was witnessed that the log could be held against".to_owned(),
        };
        let journal = journal.clone().unwrap_or_else(|| format!("{} lines, all as they were signed", made.kept));
        format!(
            "the earlier key: {}\nthe new key: {}\n{witnessed}\nthe journal: {journal}\n\
             done once more: {}, deliveries cancelled by that: {}\nnext: give the new key to everybody who verifies the log, \
             back audit.key up, then bindeledd serve",
            made.old.as_deref().unwrap_or("not known"), made.new, made.replayed, made.cancelled
        )
    });
    Ok(Exit::Done)
}
