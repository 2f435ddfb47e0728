//! Runs of retries.

use async_trait::async_trait;
use bindeledd_core::DeliveryId;
use bindeledd_core::audit::Actor;
use bindeledd_engine::ports::{Candidate, NewRun, OpenRun, RetryRun, RunEnd, Runs, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

use crate::commands::run;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Runs for SqliteStore {
    async fn begin_run(&self, new: &NewRun) -> Result<Uuid, StoreError> {
        let new = new.clone();
        self.write(move |tx| run::begin(tx, &new)).await
    }

    async fn run(&self, id: Uuid) -> Result<Option<RetryRun>, StoreError> {
        self.read(move |db| run::one(db, id)).await
    }

    async fn run_of_token(&self, token: &str, by: &Actor) -> Result<Option<RetryRun>, StoreError> {
        let (token, by) = (token.to_owned(), by.clone());
        self.read(move |db| run::of_token(db, &token, &by)).await
    }

    async fn runs(&self, limit: usize) -> Result<Vec<RetryRun>, StoreError> {
        self.read(move |db| run::newest(db, limit)).await
    }

    async fn runs_under_way(&self) -> Result<Vec<RetryRun>, StoreError> {
        self.read(run::under_way).await
    }

    async fn resume_runs(&self) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        self.write_always(run::resume).await
    }

    async fn next_of_run(&self, id: Uuid) -> Result<Option<OpenRun>, StoreError> {
        self.read(move |db| run::next(db, id)).await
    }

    async fn left_of_run(&self, id: Uuid) -> Result<Vec<DeliveryId>, StoreError> {
        self.read(move |db| run::left(db, id)).await
    }

    async fn stop_run(&self, id: Uuid, by: &Actor) -> Result<(), StoreError> {
        let by = by.clone();
        self.write_always(move |tx| run::stop(tx, id, &by)).await
    }

    async fn first_arrived(&self, id: Uuid) -> Result<(), StoreError> {
        self.write(move |tx| run::first_arrived(tx, id)).await
    }

    async fn fail_in_run(&self, id: Uuid, deliveries: &[Candidate]) -> Result<(), StoreError> {
        let deliveries = deliveries.to_vec();
        self.write(move |tx| run::fail(tx, id, &deliveries)).await
    }

    async fn end_run(&self, id: Uuid, how: RunEnd) -> Result<(), StoreError> {
        self.write_always(move |tx| run::end(tx, id, how)).await
    }
}
