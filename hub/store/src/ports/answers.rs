//! Answers to senders' systems, and other control notices.

use async_trait::async_trait;
use bindeledd_core::{ControlNotice, DeliveryId};
use bindeledd_engine::ports::{Answers, BuiltAnswer, Frozen, PendingAnswer, StoreError};
use jiff::Timestamp;

use crate::commands::{answer, control};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Answers for SqliteStore {
    async fn pending_answers(&self, limit: usize) -> Result<Vec<PendingAnswer>, StoreError> {
        self.read(move |db| answer::pending(db, limit)).await
    }

    async fn put_answer(
        &self,
        pending: i64,
        answer: BuiltAnswer,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| answer::put(tx, pending, &answer, expires_at, now))
            .await
    }

    async fn notify(
        &self,
        notice: ControlNotice,
        frozen: Frozen,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<DeliveryId, StoreError> {
        self.write(move |tx| control::queue(tx, &notice, &frozen, expires_at, now))
            .await
    }
}
