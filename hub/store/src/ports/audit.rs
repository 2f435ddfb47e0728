//! The audit log, for reading.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::DeliveryId;
use bindeledd_engine::ports::{Audit, AuditFilter, AuditProof, AuditRow, AuditVerified, StoreError};
use bindeledd_tlog::{SigningKey, Tile};

use crate::audit::{self, AuditLog};
use crate::fault::OpenError;
use crate::sqlite::store::SqliteStore;
use crate::views;

#[async_trait]
impl Audit for SqliteStore {
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.read(move |db| audit::rows(db.conn, from_seq, limit)).await
    }

    async fn audit_rows(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| views::audit::selected(db.conn, &filter)).await
    }

    async fn audit_checkpoint(&self) -> Result<String, StoreError> {
        let key = Arc::clone(&self.audit_key);
        self.read(move |db| db.trust.guard.checkpoint(db.conn, &key)).await
    }

    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(tile) = Tile::parse(path) else { return Ok(None) };
        self.read(move |db| audit::tree::tile(db.conn, tile)).await
    }
    async fn verify_audit(&self) -> Result<AuditVerified, StoreError> {
        // The expected state is read before the log is opened, so that the log has at least as many rows.
        let written = self.trust.guard.standing().checkpoint();
        self.beside(move |log, _| {
            let report = audit::verify(log, &[written], &mut |_| ())?;
            let ledgers = log.ledgers()?;
            let findings = report.findings.iter().chain(&ledgers);
            Ok(AuditVerified {
                size: report.size,
                root: report.root.0,
                findings: findings.map(ToString::to_string).collect(),
            })
        })
        .await
    }

    async fn audit_proof(&self, delivery: DeliveryId) -> Result<Option<AuditProof>, StoreError> {
        self.beside(move |log, key| log.prove(delivery, key)).await
    }
}

impl SqliteStore {
    /// Reads the log with a connection and a thread of its own, since this may take long. The readers serve others
    /// meanwhile.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AuditLog, &SigningKey) -> Result<T, OpenError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (path, key) = (self.path.clone(), Arc::clone(&self.audit_key));
        let done = tokio::task::spawn_blocking(move || work(&mut AuditLog::open(&path)?, &key));
        match done.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                tracing::error!(%error, "the audit log could not be read as a whole");
                Err(StoreError::Away(None))
            }
            Err(_) => Err(StoreError::Away(None)),
        }
    }
}
