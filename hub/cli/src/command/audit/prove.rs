//! `bindeledd audit prove`

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_core::DeliveryId;
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::AuditRow;
use bindeledd_store::document_digest;
use bindeledd_texts::Text as _;
use bindeledd_texts::cli::audit::Audit;
use clap::Args;
use serde_json::{Value, json};

use super::trusted_log_of;
use crate::command::{read_file, uuid};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;
use crate::store;
use crate::world::SystemEntropy;

/// Print the entries of the audit log about a delivery, with a proof that they are in the log: the bytes and the
/// number of each entry, the hashes from it to the root, and the signed checkpoint. A stranger can verify it with
/// SHA-256 and Ed25519 alone, as docs/decisions/0008-audit-log.md explains; docs/audit/check-proof.mjs does so. With
/// --document it also tells whether these bytes were sent, and a stranger with the bytes can verify that. A hub may
/// run.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd audit prove 0190b7a0-1111-7222-8333-444455556666 > proof.json\n  \
    node check-proof.mjs proof.json\n  \
    bindeledd audit prove 0190b7a0-1111-7222-8333-444455556666 --document sent.xml > proof.json\n  \
    node check-proof.mjs proof.json --document sent.xml"
)]
pub(crate) struct Arguments {
    /// The id of the delivery
    #[arg(value_parser = uuid)]
    delivery: uuid::Uuid,
    /// A file with the bytes to look for: the body of the request, or the document from the inbox
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let (log, key) = trusted_log_of(&configuration)?;
    let failed = |error| store::failure(&configuration, error);
    let delivery = DeliveryId(arguments.delivery);
    let Some(proof) = log.prove(delivery, &key).map_err(failed)? else {
        let what = Audit::NothingOfDelivery {
            delivery: delivery.to_string(),
        };
        return Err(Failure::new(Exit::Refused, "BL-1107", what).next(Audit::ShowHasIds));
    };
    let mut proof = proof.json(delivery);
    let Some(file) = &arguments.document else {
        output.json_value(&proof);
        return Ok(Exit::Done);
    };
    let bytes = read_file(file)?;
    let about = log.about(&delivery.to_string()).map_err(failed)?;
    let salt = || {
        log.salt(
            delivery,
            &store::master_key(&configuration)?,
            Arc::new(SystemEntropy::new()),
        )
        .map_err(failed)
    };
    let rows: Vec<_> = about.iter().map(|included| &included.row).collect();
    let digests = digests(&rows);
    let salt = if digests.is_empty() { None } else { salt()? };
    let Some(salt) = salt else {
        let (what, next) = not_known(digests.is_empty());
        return Err(Failure::new(Exit::Refused, "BL-5040", what).next(next));
    };
    let digest = document_digest(&salt, &bytes);
    let same: Vec<u64> = digests
        .iter()
        .filter(|(_, found)| *found == digest)
        .map(|(seq, _)| seq - 1)
        .collect();
    if same.is_empty() {
        let file = file.display().to_string();
        return Err(Failure::new(Exit::Refused, "BL-5041", Audit::OtherBytes { file }).next(Audit::CompareBytes));
    }
    let sent = same.iter().any(|index| left_after(&rows, index + 1));
    let says = if sent { Audit::WasSent } else { Audit::WasNotSent };
    proof["document"] = json!({
        "salt": STANDARD.encode(salt), "digest": digest, "entries": same, "sent": sent,
        "says": says.text(output.lang()),
    });
    output.json_value(&proof);
    Ok(Exit::Done)
}

/// Returns the digests of a delivery's releases in the log, each with the number of its row.
fn digests(rows: &[&AuditRow]) -> Vec<(u64, String)> {
    let digest = |row: &&AuditRow| {
        let detail: Value = serde_json::from_str(&row.detail).ok()?;
        Some((row.seq, detail.get("documentDigest")?.as_str()?.to_owned()))
    };
    rows.iter().filter_map(digest).collect()
}

/// Returns whether a release reached the wire. The rows after it show that, before another release is reserved.
fn left_after(rows: &[&AuditRow], seq: u64) -> bool {
    let is_read_again = rows
        .iter()
        .any(|row| row.seq == seq && row.action == AuditAction::ReadAgain.as_str());
    let mut after = rows.iter().filter(|row| row.seq > seq);
    let next = after.find(|row| {
        matches!(
            AuditAction::parse(&row.action),
            Some(AuditAction::Sending | AuditAction::Reserved)
        )
    });
    is_read_again || next.is_some_and(|row| row.action == AuditAction::Sending.as_str())
}

/// Returns the reason why the log does not contain these bytes.
const fn not_known(has_no_digest: bool) -> (Audit, Audit) {
    if has_no_digest {
        (Audit::NoDigest, Audit::WithoutDocument)
    } else {
        (Audit::NoSalt, Audit::EarlierProof)
    }
}
