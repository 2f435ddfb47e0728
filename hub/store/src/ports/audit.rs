//! The audit log, for reading.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_engine::ports::{Audit, AuditRow, StoreError};
use bindeledd_tlog::Tile;

use crate::audit;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Audit for SqliteStore {
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.read(move |db| audit::rows(db.conn, from_seq, limit)).await
    }

    async fn audit_checkpoint(&self) -> Result<String, StoreError> {
        let key = Arc::clone(&self.audit_key);
        self.read(move |db| db.trust.guard.checkpoint(db.conn, &key)).await
    }

    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(tile) = Tile::parse(path) else { return Ok(None) };
        self.read(move |db| audit::tree::tile(db.conn, tile)).await
    }
}
