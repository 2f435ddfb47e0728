//! Deliveries on their way to a party: due, released, settled.

use async_trait::async_trait;
use bindeledd_core::contract::{Receipt, Reference};
use bindeledd_core::delivery::{State, WaitingStep};
use bindeledd_core::{CategorySet, DeliveryId, PartyId};
use bindeledd_engine::ports::{
    Attempt, Deliveries, Frozen, Outcome, ReceiptOutcome, ReleaseInput, ReserveOutcome, StoreError,
};
use jiff::Timestamp;

use crate::commands::{fetched, operate, release, release_input};
use crate::sqlite::lanes::Rank;
use crate::sqlite::store::SqliteStore;
use crate::sqlite::threads::Kept;

#[async_trait]
impl Deliveries for SqliteStore {
    async fn due(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError> {
        let party = party.clone();
        self.read(move |db| release::due(db, &party, now, limit)).await
    }

    async fn next_due(&self, party: &PartyId) -> Result<Option<Timestamp>, StoreError> {
        let party = party.clone();
        self.read(move |db| release::next_due(db, &party)).await
    }

    async fn release_input(&self, delivery: DeliveryId) -> Result<Option<ReleaseInput>, StoreError> {
        self.read(move |db| release_input::load(db, delivery)).await
    }

    async fn reserve(
        &self,
        delivery: DeliveryId,
        written: Option<(Frozen, CategorySet)>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ReserveOutcome, StoreError> {
        self.queue(Rank::First, (0, Kept::No), move |tx| {
            release::reserve(tx, delivery, written.clone(), now, until)
        })
        .await
    }

    async fn begin_sending(&self, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
        self.write_first(move |tx| release::begin(tx, delivery, now)).await
    }

    async fn settle(
        &self,
        delivery: DeliveryId,
        outcome: Outcome,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write_first(move |tx| release::settle(tx, delivery, (&outcome, &attempt), now))
            .await
    }

    async fn move_waiting(&self, delivery: DeliveryId, step: WaitingStep, now: Timestamp) -> Result<bool, StoreError> {
        self.write_first(move |tx| release::move_waiting(tx, delivery, &step, now))
            .await
    }

    async fn receipt(&self, party: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, StoreError> {
        let (party, receipt) = (party.clone(), receipt.clone());
        self.write(move |tx| release::receipt(tx, &party, &receipt, now)).await
    }

    async fn awaiting(
        &self,
        party: &PartyId,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<(DeliveryId, Vec<Reference>)>, StoreError> {
        let party = party.clone();
        self.read(move |db| fetched::awaiting(db, &party, after, limit)).await
    }

    async fn states(&self, deliveries: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, StoreError> {
        let ids = deliveries.to_vec();
        self.read(move |db| operate::states(db, &ids)).await
    }
}
