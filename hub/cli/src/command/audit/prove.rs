//! `bindeledd audit prove`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::{Value, json};

use super::trusted_log_of;
use crate::command::{Shared, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::wire;

/// Print what the audit log says about a delivery, with a proof that it is in the log: for each entry its bytes, its place and
/// the hashes from it to the root, and the signed checkpoint. docs/decisions/0008-audit-log.md says how a stranger checks it
/// with SHA-256 and Ed25519 alone; docs/audit/check-proof.mjs does so. A hub may run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit prove 0190b7a0-1111-7222-8333-444455556666 > proof.json\n  \
    node check-proof.mjs proof.json"
)]
pub(crate) struct Arguments {
    /// The delivery's id
    #[arg(value_parser = uuid)]
    delivery: uuid::Uuid,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let (log, key) = trusted_log_of(&configuration)?;
    let failed = |error| wire::store_failure(&configuration, error);
    let delivery = arguments.delivery.to_string();
    let (_, note) = log.checkpoint(&key).map_err(failed)?;
    let about = log.about(&delivery).map_err(failed)?;
    if about.is_empty() {
        let what = format!("the audit log says nothing of a delivery {delivery}");
        return Err(
            Failure::new(Exit::Refused, "BL-1107", what).next("`bindeledd message show` has the deliveries' ids")
        );
    }
    let entries = about.iter().map(|included| {
        let hashes: Vec<_> = included.proof.iter().map(|hash| STANDARD.encode(hash.0)).collect();
        let entry = String::from_utf8_lossy(&included.entry);
        json!({ "index": included.row.seq - 1, "entry": entry, "hashes": hashes })
    });
    let entries: Vec<Value> = entries.collect();
    output.json_value(&json!({
        "schema": "bindeledd/audit-proof/1", "delivery": delivery, "entries": entries,
        "checkpoint": note, "key": key.verifying_key().to_string(),
    }));
    Ok(Exit::Done)
}
