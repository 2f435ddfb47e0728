//! Inboxes that parties fetch from, and the mails about them.

use async_trait::async_trait;
use bindeledd_core::delivery::{ByHand, Cause};
use bindeledd_core::{DeliveryId, PartyId, Released};
use bindeledd_engine::ports::{Acknowledged, Actor, Frozen, Inbox, MailStatus, StoreError, Taken};
use jiff::Timestamp;

use crate::commands::{inbox, mail_status};
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Inbox for SqliteStore {
    async fn inbox(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError> {
        let party = party.clone();
        self.read(move |db| inbox::list(db, &party, now, limit)).await
    }

    async fn reread(
        &self,
        delivery: DeliveryId,
        now: Timestamp,
    ) -> Result<Result<Released<Frozen>, Cause>, StoreError> {
        self.write(move |tx| inbox::reread(tx, delivery, now)).await
    }

    async fn acknowledge(&self, delivery: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, StoreError> {
        let by = by.clone();
        self.write_always(move |tx| inbox::acknowledge(tx, delivery, &by, now))
            .await
    }

    async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (party, by) = (party.clone(), by.clone());
        self.write_always(move |tx| inbox::by_hand(tx, &party, delivery, (said, &by), now))
            .await
    }

    async fn mail_status(&self, parties: &[PartyId]) -> Result<Vec<MailStatus>, StoreError> {
        let parties = parties.to_vec();
        self.read(move |db| mail_status::of(db, &parties)).await
    }

    async fn record_mail_sent(&self, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), StoreError> {
        let party = party.clone();
        self.write(move |tx| mail_status::record_sent(tx, &party, of, now))
            .await
    }
}
