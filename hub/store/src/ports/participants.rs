//! The participants: their pseudonyms, and changes of one participant as a whole.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{NationalId, ParticipantRef};
use bindeledd_engine::ports::{Erasure, ErasureAnswer, LinkAnswer, Participants, Scrubbed, StoreError};
use jiff::Timestamp;

use crate::commands::{erase, join, participant, withdraw};
use crate::sqlite::scrub;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Participants for SqliteStore {
    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError> {
        let lookup = self.vault.lookup(id);
        self.read(move |db| participant::find(db, &lookup)).await
    }

    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError> {
        self.read(move |db| participant::national_id(db, participant)).await
    }

    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError> {
        let (person, by) = (self.person(id), by.clone());
        self.write_first(move |tx| withdraw::protect(tx, &person, protected, &by, now))
            .await
    }

    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError> {
        let by = by.clone();
        let erased = self.write_first(move |tx| {
            let erased = erase::erase(tx, participant, &by, now)?;
            Ok(erased.zip(tx.to_scrub()))
        });
        let Some((mut answer, row)) = erased.await? else {
            return Ok(None);
        };
        answer.scrubbed = self.scrubbing.wait(row).await;
        if answer.scrubbed == Scrubbed::Done {
            let settled = self.write_always(move |tx| scrub::settle(tx, row, now)).await;
            if let Err(error) = settled {
                tracing::warn!(%error, "that an erasure has left the disk is written down by the next sweep");
            }
        }
        Ok(Some(answer))
    }

    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError> {
        self.read(move |db| erase::erasure(db, participant)).await
    }

    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError> {
        let (number, by) = (self.person(number), by.clone());
        self.write(move |tx| join::link(tx, participant, &number, &by, now))
            .await
    }
}
