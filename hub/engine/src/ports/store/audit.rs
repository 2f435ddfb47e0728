//! The audit log.

use async_trait::async_trait;
use jiff::Timestamp;

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

/// The audit log, for reading.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Returns audit rows from `from_seq` on.
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError>;
    /// Returns a signed checkpoint of the audit log (C2SP `tlog-checkpoint`), over all committed rows.
    async fn audit_checkpoint(&self) -> Result<String, StoreError>;
    /// Returns a tile of the audit log by its path, such as `tile/0/000.p/7` (C2SP `tlog-tiles`); `None` if the log has
    /// no such tile.
    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
}
