//! The audit log.

use async_trait::async_trait;
use jiff::Timestamp;

use super::error::StoreError;

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The action, such as `accepted` or `released`.
    pub action: String,
    /// The one who did it.
    pub actor: String,
    /// The subject, as JSON with pseudonyms only.
    pub detail: String,
    /// Its leaf in the audit tree (RFC 6962): SHA-256 over a zero byte and the entry that the row makes.
    pub hash: [u8; 32],
}

/// The audit log, to read.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Audit rows from `from_seq` on.
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError>;
    /// A signed checkpoint of the audit log (C2SP `tlog-checkpoint`), of everything that is committed.
    async fn audit_checkpoint(&self) -> Result<String, StoreError>;
    /// A tile of the audit log by its path, such as `tile/0/000.p/7` (C2SP `tlog-tiles`); `None` where it has none.
    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
}
