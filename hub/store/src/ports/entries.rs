//! Deliveries that a person of the sender enters in a form of the receiver's.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bindeledd_core::delivery::ByHand;
use bindeledd_core::entry::ReceiverAnswer;
use bindeledd_core::{DeliveryId, PartyId};
use bindeledd_engine::ports::{
    Entries, EntryView, NotEntered, NotShown, OpenedEntry, SendersPerson, StoreError, Taken,
};
use jiff::Timestamp;

use crate::commands::entry::{self, By};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Entries for SqliteStore {
    async fn entries(
        &self,
        by: SendersPerson<'_>,
        to: &BTreeSet<PartyId>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<EntryView>, StoreError> {
        let (by, to) = (By::of(by), to.clone());
        self.read(move |db| entry::list(db, &by, &to, now, limit)).await
    }

    async fn entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        now: Timestamp,
    ) -> Result<Option<EntryView>, StoreError> {
        let by = By::of(by);
        self.read(move |db| entry::one(db, &by, delivery, now)).await
    }

    async fn read_entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        taken: &Taken,
        now: Timestamp,
    ) -> Result<Result<OpenedEntry, NotShown>, StoreError> {
        let (by, taken) = (By::of(by), taken.clone());
        self.write(move |tx| entry::read(tx, &by, delivery, &taken, now)).await
    }

    async fn enter(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        said: ByHand,
        knows: bool,
        now: Timestamp,
    ) -> Result<Result<(), NotEntered>, StoreError> {
        let by = By::of(by);
        self.write(move |tx| entry::enter(tx, &by, delivery, (said, knows), now))
            .await
    }

    async fn answer_entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        answer: &ReceiverAnswer,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Result<(), NotEntered>, StoreError> {
        let (by, answer) = (By::of(by), answer.clone());
        self.write(move |tx| entry::answer(tx, &by, delivery, (&answer, seen), now))
            .await
    }
}
