//! Messages: accepted, found again, sent once more, cancelled.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{DeliveryId, MessageId, PartyId};
use bindeledd_engine::ports::{
    Acceptance, Accepted, Candidate, Messages, NotAccepted, ReplayPreview, Replayed, RepliedTo, Selection, StoreError,
    Why,
};
use jiff::Timestamp;

use crate::commands::{accept, operate, release_input, replay};
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
        self.write(move |tx| replay::replay(tx, message, &by, now)).await
    }

    async fn replay_preview(&self, selection: &Selection, now: Timestamp) -> Result<ReplayPreview, StoreError> {
        let selection = selection.clone();
        self.read(move |db| replay::preview(db, &selection, now)).await
    }

    async fn replay_as_previewed(
        &self,
        message: MessageId,
        previewed: &[Candidate],
        by: &Actor,
        why: &Why,
        now: Timestamp,
    ) -> Result<Replayed, StoreError> {
        let (previewed, by, why) = (previewed.to_vec(), by.clone(), why.clone());
        self.write(move |tx| replay::as_previewed(tx, message, &previewed, (&by, &why), now))
            .await
    }

    async fn cancel_as_seen(
        &self,
        seen: &Candidate,
        by: &Actor,
        why: &Why,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (seen, by, why) = (seen.clone(), by.clone(), why.clone());
        self.write(move |tx| replay::cancel_as_seen(tx, &seen, (&by, &why), now))
            .await
    }

    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError> {
        let by = by.clone();
        self.write_always(move |tx| operate::cancel(tx, message, &by, now))
            .await
    }
}
