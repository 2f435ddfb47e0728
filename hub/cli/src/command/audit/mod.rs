//! `bindeledd audit …`

mod accept;
mod accept_journal;
mod accept_mismatch;
mod accept_rollback;
mod export;
mod list;
mod new_key;
mod prove;
mod verify;

use std::path::{Path, PathBuf};

use bindeledd_store::{AuditLog, OpenError};
use bindeledd_texts::cli::audit::Audit;
use bindeledd_texts::cli::common::Common;
use bindeledd_texts::{NoteFault, Said};
use bindeledd_tlog::{Checkpoint, CheckpointError, NoteError, SigningKey, VerifyingKey};
use clap::Subcommand;

use super::{read_text, reason};
use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;
use crate::store;

/// `bindeledd audit`
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List rows of the audit log: oldest first, or newest first with a filter
    List(list::Arguments),
    /// Verify the whole audit log, and name entries that were edited, dropped, reordered or cut off
    Verify(verify::Arguments),
    /// Write the audit log as files that anyone can verify
    Export(export::Arguments),
    /// Print a proof of the audit log's entries about a delivery, which anyone can verify
    Prove(prove::Arguments),
    /// Accept a store that another program than the hub changed; requires a reason
    AcceptMismatch(accept_mismatch::Arguments),
    /// Accept a restored, older store; requires a reason
    AcceptRollback(accept_rollback::Arguments),
    /// Accept a damaged journal at the second place (another disk or machine); requires a reason
    AcceptJournal(accept_journal::Arguments),
    /// Make a new key for the audit log, if the old one is lost or exposed
    NewKey(new_key::Arguments),
}

impl Command {
    pub(crate) fn run(self, shared: &Shared, output: Output) -> Result<Exit, Failure> {
        match self {
            Self::List(arguments) => list::run(&arguments, shared, output),
            Self::Verify(arguments) => verify::run(&arguments, shared, output),
            Self::Export(arguments) => export::run(&arguments, shared, output),
            Self::Prove(arguments) => prove::run(&arguments, shared, output),
            Self::AcceptMismatch(arguments) => accept_mismatch::run(&arguments, shared, output),
            Self::AcceptRollback(arguments) => accept_rollback::run(&arguments, shared, output),
            Self::AcceptJournal(arguments) => accept_journal::run(&arguments, shared, output),
            Self::NewKey(arguments) => new_key::run(&arguments, shared, output),
        }
    }
}

/// Returns the store's audit log, read beside a running hub, with the key that signs it.
fn log_of(configuration: &Configuration) -> Result<(AuditLog, SigningKey), Failure> {
    let log = AuditLog::open(&configuration.store_file());
    let log = log.map_err(|error| store::failure(configuration, error))?;
    let key = log.signing_key(&configuration.audit_key_file());
    let key = key.map_err(|error| store::failure(configuration, error))?;
    Ok((log, key))
}

/// Returns the store's audit log, after a comparison with the checkpoint at the second place.
fn trusted_log_of(configuration: &Configuration) -> Result<(AuditLog, SigningKey), Failure> {
    let second = configuration.checkpoint_file();
    // The checkpoint is read before the log is opened, so that the log has at least as many entries.
    let note = second.exists().then(|| read_text(&second)).transpose()?;
    let (log, key) = log_of(configuration)?;
    if let Some(note) = note {
        let witnessed = Checkpoint::open(&note, key.verifying_key()).map_err(|error| {
            Failure::new(Exit::Refused, "BL-5011", in_file(&second, error)).next(Audit::CheckSecondPlace)
        })?;
        let goes_on = log.goes_on_from(&witnessed);
        goes_on.map_err(|error| store::failure(configuration, error))?;
    }
    Ok((log, key))
}

/// Returns the fault of a note in a file.
fn in_file(file: &Path, error: CheckpointError) -> Said {
    let fault = match error {
        CheckpointError::Note(NoteError::Malformed) => NoteFault::NoNote,
        CheckpointError::Note(NoteError::NotSigned) => NoteFault::NotSigned,
        CheckpointError::Note(NoteError::Key) => NoteFault::NoKey,
        CheckpointError::Malformed => NoteFault::NoCheckpoint,
        CheckpointError::Origin => NoteFault::OtherLog,
    };
    Said::of(file.display(), fault)
}

/// Reads a verifying key from a file.
fn key_in(file: &Path) -> Result<VerifyingKey, Failure> {
    let text = read_text(file)?;
    VerifyingKey::parse(&text)
        .map_err(|error| Failure::new(Exit::Refused, "BL-5011", in_file(file, error.into())).next(Audit::NameKeyFile))
}

/// Reads a checkpoint from a file. `key` must have signed it.
fn checkpoint_in(file: &Path, key: &VerifyingKey) -> Result<Checkpoint, Failure> {
    let text = read_text(file)?;
    Checkpoint::open(&text, key)
        .map_err(|error| Failure::new(Exit::Refused, "BL-5011", in_file(file, error)).next(Audit::NameOneLog))
}

/// Returns the failure for a file of an export that can not be read or written.
fn unreadable(dir: &Path, error: OpenError) -> Failure {
    let path: PathBuf = match &error {
        OpenError::Unreachable(path, _) => path.clone(),
        _ => dir.to_owned(),
    };
    let failure = Failure::new(
        Exit::Failed,
        "BL-6009",
        Common::FileUnusable {
            file: path.display().to_string(),
        },
    );
    failure.next(Common::CheckPath).because(error)
}
