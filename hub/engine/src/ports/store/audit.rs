//! The audit log.

use async_trait::async_trait;
use bindeledd_core::audit::{ActorFilter, AuditAction};
use bindeledd_core::{DeliveryId, ParticipantRef, PartyId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::error::StoreError;

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Sequence number, from 1.
    pub seq: u64,
    /// Time of the row.
    pub at: Timestamp,
    /// Action of the row, such as `accepted` or `released`.
    pub action: String,
    /// Actor that caused the row.
    pub actor: String,
    /// Details of the action, as JSON with pseudonyms only.
    pub detail: String,
    /// Leaf hash in the audit tree (RFC 6962): SHA-256 over a zero byte and the entry of the row.
    pub hash: [u8; 32],
}

/// Selects audit rows. All conditions hold at once.
///
/// With an actor, a party or a participant and without an action, rows with an action that every message has
/// ([`AuditAction::is_of_every_message`]) are left out: an index of them would make each message dearer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Action.
    pub action: Option<AuditAction>,
    /// Actors.
    pub actor: Option<ActorFilter>,
    /// Party that acted, or that the detail names as `party` or `to`.
    pub party: Option<PartyId>,
    /// Participant that the detail names.
    pub participant: Option<ParticipantRef>,
    /// Earliest time.
    pub since: Option<Timestamp>,
    /// Time after the latest one.
    pub until: Option<Timestamp>,
    /// Row after the newest one, to continue a list.
    pub before: Option<u64>,
    /// Maximum number of rows.
    pub limit: usize,
}

/// The result of verifying the whole log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerified {
    /// Number of rows.
    pub size: u64,
    /// Root over them.
    pub root: [u8; 32],
    /// Differences from the written log, in words; empty if the log is whole.
    pub findings: Vec<String>,
}

/// The rows about a delivery, each with a proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditProof {
    /// Entries, oldest first.
    pub entries: Vec<ProvedEntry>,
    /// Signed checkpoint.
    pub checkpoint: String,
    /// Key that verifies the checkpoint.
    pub key: String,
}

/// An entry of the log, with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedEntry {
    /// Number of the leaf, from 0.
    pub index: u64,
    /// Entry.
    pub entry: String,
    /// Hashes from the leaf to the root, in base64.
    pub hashes: Vec<String>,
}

impl AuditProof {
    /// Returns the document that `docs/audit/check-proof.mjs` checks.
    #[must_use]
    pub fn json(&self, delivery: DeliveryId) -> Value {
        let entry = |entry: &ProvedEntry| json!({ "index": entry.index, "entry": entry.entry, "hashes": entry.hashes });
        json!({
            "schema": "bindeledd/audit-proof/1", "delivery": delivery.to_string(),
            "entries": self.entries.iter().map(entry).collect::<Vec<_>>(),
            "checkpoint": self.checkpoint, "key": self.key,
        })
    }
}

/// The audit log, for reading.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Returns audit rows from `from_seq` on.
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError>;
    /// Returns the rows of a selection, newest first. The times of rows rise with their numbers, but for a minute of
    /// disorder. After the operator accepted a clock that was set back, a bound of time may leave out rows of the
    /// hours that came twice.
    async fn audit_rows(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError>;
    /// Returns a signed checkpoint of the audit log (C2SP `tlog-checkpoint`), over all committed rows.
    async fn audit_checkpoint(&self) -> Result<String, StoreError>;
    /// Returns a tile of the audit log by its path, such as `tile/0/000.p/7` (C2SP `tlog-tiles`); `None` if the log has
    /// no such tile.
    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Verifies the whole log, and every participant's consents against it. This takes long in a large log.
    async fn verify_audit(&self) -> Result<AuditVerified, StoreError>;
    /// Returns the rows about a delivery with their proofs; `None` if the log says nothing of it.
    async fn audit_proof(&self, delivery: DeliveryId) -> Result<Option<AuditProof>, StoreError>;
}
