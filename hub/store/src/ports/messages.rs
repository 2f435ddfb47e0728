//! Messages: accepted, found again, sent once more, cancelled.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{DeliveryId, MessageId, PartyId};
use bindeledd_engine::ports::{Acceptance, Accepted, Messages, NotAccepted, RepliedTo, StoreError};
use jiff::Timestamp;

use crate::commands::{accept, operate, release_input};
use crate::conn::Tx;
use crate::sqlite::lanes::Rank;
use crate::sqlite::store::{SqliteStore, to_store_error};
use crate::sqlite::threads::Kept;

#[async_trait]
impl Messages for SqliteStore {
    async fn accept(
        &self,
        acceptance: Acceptance,
        now: Timestamp,
    ) -> Result<Result<Accepted, NotAccepted>, StoreError> {
        let prepared = accept::prepare(&self.vault, acceptance).map_err(|f| to_store_error(&f))?;
        let prepared_bytes = prepared.bytes();
        let budgets = self.budgets;
        let work = move |tx: &Tx<'_>| accept::accept(tx, &prepared, &budgets, now);
        match self.queue(Rank::Usual, (prepared_bytes, Kept::No), work).await? {
            Ok(accepted) => Ok(Ok(accepted)),
            Err(accept::Not::Accepted(why)) => Ok(Err(why)),
            Err(accept::Not::OverBudget(over)) => Err(StoreError::OverBudget(over)),
        }
    }

    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError> {
        let (party, reference) = (party.clone(), reference.to_owned());
        self.read(move |db| release_input::replied_to(db, &party, &reference))
            .await
    }

    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError> {
        let by = by.clone();
        self.write(move |tx| operate::replay(tx, message, &by, now)).await
    }

    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError> {
        let by = by.clone();
        self.write_always(move |tx| operate::cancel(tx, message, &by, now))
            .await
    }
}
