//! `bindeledd audit export`

use std::path::PathBuf;

use bindeledd_store::export;
use bindeledd_texts::cli::audit::Audit;
use clap::Args;
use serde_json::json;

use super::{trusted_log_of, unreadable};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

/// Write the audit log into a folder in the layout of C2SP tlog-tiles: entries, the hashes over them, a signed
/// checkpoint, and the key that verifies the checkpoint. If a web server serves the folder, others can follow the log.
/// A hub may run.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  bindeledd audit export audit-2026\n  bindeledd audit verify --export audit-2026")]
pub(crate) struct Arguments {
    /// The folder; in an earlier export of the same log, only new parts change
    dir: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let (log, key) = trusted_log_of(&shared.configuration()?)?;
    let dir = &arguments.dir;
    let checkpoint = export(&log, &key, dir, &mut |done, all| {
        output.progress(&Audit::Exporting, done, all)
    });
    let checkpoint = checkpoint.map_err(|error| unreadable(dir, error))?;
    let (size, root, key) = (
        checkpoint.size,
        checkpoint.root.to_string(),
        key.verifying_key().to_string(),
    );
    let json = json!({ "dir": dir.display().to_string(), "size": size, "root": root, "key": key });
    let dir = dir.display().to_string();
    output.told(&json, &Audit::Exported { size, dir, root, key });
    Ok(Exit::Done)
}
