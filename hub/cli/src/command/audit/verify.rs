//! `bindeledd audit verify`

use std::path::PathBuf;

use bindeledd_store::{AuditExport, AuditFinding, AuditReport, AuditSource, OpenError, verify};
use bindeledd_texts::cli::audit::Audit;
use bindeledd_tlog::{Checkpoint, VerifyingKey};
use clap::Args;
use serde_json::{Value, json};

use super::{checkpoint_in, key_in, log_of, unreadable};
use crate::command::number;
use crate::config::Configuration;
use crate::exit::Exit;
use crate::failure::{Detail, Failure};
use crate::output::Output;
use crate::shared::Shared;
use crate::store;

/// Verify the whole audit log without trust in any stored hash, and name each fault: an entry that was edited, dropped
/// or reordered, or a log that was cut off, rolled back or rewritten since a checkpoint. In a store, compare every
/// participant's consents with the log as well. It works on the store, beside a running hub, or on an export, without
/// the hub.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd audit verify\n  \
    bindeledd audit verify --export audit-2026 --key nordvik.key --checkpoint kept-last-year\n\n\
    The exit code is 0 if the log is whole, 3 if it is not, and 1 if it can not be read.")]
pub(crate) struct Arguments {
    /// The folder of an export [default: the configured store]
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    /// The file with the key that verifies checkpoints [default: the hub's own, or that of the export, which proves
    /// nothing if you do not trust its maker]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// An earlier checkpoint that the log must continue; may be repeated [default: the checkpoint at the second place
    /// (another disk or machine)]
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let given = arguments.key.as_deref().map(key_in).transpose()?;
    let (key, report) = match &arguments.export {
        Some(dir) => {
            let key = given.map_or_else(|| key_in(&dir.join("key")), Ok)?;
            let own = checkpoint_in(&dir.join("checkpoint"), &key)?;
            let mut source = AuditExport::new(dir, own.size);
            let mut checkpoints = earlier(&arguments.checkpoint, &key)?;
            checkpoints.push(own);
            let report = checked(&mut source, &checkpoints, output).map_err(|error| unreadable(dir, error))?;
            (key, report)
        }
        None => of_store(&shared.configuration()?, given, &arguments.checkpoint, output)?,
    };
    told(&key, &report, output)
}

fn earlier(files: &[PathBuf], key: &VerifyingKey) -> Result<Vec<Checkpoint>, Failure> {
    files.iter().map(|file| checkpoint_in(file, key)).collect()
}

fn of_store(
    configuration: &Configuration,
    given: Option<VerifyingKey>,
    files: &[PathBuf],
    output: Output,
) -> Result<(VerifyingKey, AuditReport), Failure> {
    let (mut log, own) = log_of(configuration)?;
    let key = given.unwrap_or_else(|| own.verifying_key().clone());
    let mut checkpoints = earlier(files, &key)?;
    let second = configuration.checkpoint_file();
    // The checkpoint is read after the log was opened. If a hub runs, the checkpoint may be newer than the log; the
    // next run then compares it.
    if files.is_empty() && second.exists() {
        let witnessed = checkpoint_in(&second, &key)?;
        let reopened = log_of(configuration)?.0;
        if reopened.size() >= witnessed.size {
            log = reopened;
        }
        checkpoints.push(witnessed);
    }
    let report = checked(&mut log, &checkpoints, output);
    let mut report = report.map_err(|error| store::failure(configuration, error))?;
    let ledgers = log.ledgers().map_err(|error| store::failure(configuration, error))?;
    report.findings.extend(ledgers);
    Ok((key, report))
}

fn checked(source: &mut dyn AuditSource, checkpoints: &[Checkpoint], output: Output) -> Result<AuditReport, OpenError> {
    let size = source.size();
    verify(source, checkpoints, &mut |done| {
        output.progress(&Audit::Verifying, done, size)
    })
}

fn told(key: &VerifyingKey, report: &AuditReport, output: Output) -> Result<Exit, Failure> {
    let (size, root) = (report.size, report.root.to_string());
    if report.findings.is_empty() {
        let json = json!({ "ok": true, "size": size, "root": root, "key": key.to_string() });
        let key = key.to_string();
        output.told(&json, &Audit::Whole { size, root, key });
        return Ok(Exit::Done);
    }
    let what = Audit::NotAsWritten {
        findings: number(report.findings.len()),
        size,
    };
    let failure = Failure::new(Exit::Refused, "BL-5011", what).next(Audit::KeepEverything);
    let details = report.findings.iter().map(|finding| Detail {
        line: finding.words().into(),
        json: finding_json(finding),
        texts: vec![("text", finding.words().into())],
    });
    Err(failure.details(details))
}

fn finding_json(finding: &AuditFinding) -> Value {
    let mut value = json!({ "finding": finding.code() });
    if let Some(entry) = finding.entry() {
        value["entry"] = entry.into();
    }
    value
}
