//! Messages that persons have begun and not sent.

use async_trait::async_trait;
use bindeledd_core::{AccountId, ParticipantRef, PartyId, UnsentId};
use bindeledd_engine::ports::{Saved, StoreError, Unsent, UnsentMessages};
use jiff::Timestamp;

use crate::commands::unsent;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl UnsentMessages for SqliteStore {
    async fn save_unsent(&self, unsent: &Unsent, now: Timestamp) -> Result<Saved, StoreError> {
        let unsent = unsent.clone();
        self.write(move |tx| unsent::save(tx, &unsent, now)).await
    }

    async fn unsent(
        &self,
        id: UnsentId,
        (account, party): (AccountId, &PartyId),
    ) -> Result<Option<Unsent>, StoreError> {
        let party = party.clone();
        self.read(move |db| unsent::one(db, id, (account, &party))).await
    }

    async fn all_unsent(&self, (account, party): (AccountId, &PartyId)) -> Result<Vec<Unsent>, StoreError> {
        let party = party.clone();
        self.read(move |db| unsent::all(db, (account, &party))).await
    }

    async fn discard_unsent(&self, id: UnsentId, account: AccountId) -> Result<bool, StoreError> {
        self.write(move |tx| unsent::discard(tx, id, account)).await
    }

    async fn writable(
        &self,
        party: &PartyId,
        among: &[ParticipantRef],
        now: Timestamp,
    ) -> Result<Vec<ParticipantRef>, StoreError> {
        let (party, among) = (party.clone(), among.to_vec());
        self.read(move |db| unsent::writable(db, &party, &among, now)).await
    }
}
