//! Requests to open content, and looks at content.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::opening::{Look, Opening};
use bindeledd_core::{AccessReason, AccountId, ContentAccess, DeliveryId, OpeningId, ParticipantRef, PartyId};
use bindeledd_engine::ports::{
    NewOpening, NotOpened, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView, Openings, StoreError,
};
use jiff::Timestamp;

use crate::commands::{look, opening};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Openings for SqliteStore {
    async fn ask_to_open(
        &self,
        new: &NewOpening,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError> {
        let new = new.clone();
        self.write(move |tx| opening::ask(tx, &new, by, now)).await
    }

    async fn answer_opening(
        &self,
        id: OpeningId,
        answer: OpeningAnswer,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError> {
        self.write(move |tx| opening::answer(tx, id, answer, by, now)).await
    }

    async fn end_opening(
        &self,
        id: OpeningId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<Opening, NotOpened>, StoreError> {
        self.write(move |tx| opening::end(tx, id, by, now)).await
    }

    async fn read_opening(
        &self,
        id: OpeningId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<OpenedMessage, NotOpened>, StoreError> {
        self.write(move |tx| opening::read(tx, id, by, now)).await
    }

    async fn opening(&self, id: OpeningId, now: Timestamp) -> Result<Option<OpeningView>, StoreError> {
        self.read(move |db| opening::view(db, id, now)).await
    }

    async fn openings(&self, filter: &OpeningFilter, now: Timestamp) -> Result<Vec<OpeningView>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| opening::list(db, &filter, now)).await
    }

    async fn open_inbox(
        &self,
        party: &PartyId,
        deliveries: &[DeliveryId],
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ContentAccess, StoreError> {
        let (party, deliveries, reason, by) = (party.clone(), deliveries.to_vec(), reason.clone(), by.clone());
        self.write(move |tx| look::into_inbox(tx, &party, &deliveries, &reason, &by, now))
            .await
    }

    async fn looks(&self, participant: ParticipantRef) -> Result<Option<Vec<Look>>, StoreError> {
        self.read(move |db| look::of(db, participant)).await
    }
}
