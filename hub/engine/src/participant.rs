//! Changes of a participant as a whole: erasure, a linked number, address protection.

use bindeledd_core::consent::{Consent, Ledger};
use bindeledd_core::{NationalId, ParticipantRef};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, Erasure, ErasureAnswer, LinkAnswer};

impl Engine {
    /// Returns a participant's consents, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, EngineError> {
        Ok(self.inner.store.consents_of(participant).await?)
    }

    /// Returns all facts on file about a participant's consents.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, EngineError> {
        Ok(self.inner.store.ledger(participant).await?)
    }

    /// Returns the national identity number of a participant. The number is for registering consents, never for an
    /// answer.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, EngineError> {
        Ok(self.inner.store.national_id(participant).await?)
    }

    /// Erases a participant, and returns once no sending about that person can begin. `None` if there is no such
    /// participant.
    ///
    /// # Errors
    /// An error of the store, see [`StoreError::was_done`](crate::ports::StoreError::was_done). The caller may repeat
    /// the call.
    pub async fn erase(&self, participant: ParticipantRef, by: &Actor) -> Result<Option<ErasureAnswer>, EngineError> {
        let erased = self.inner.store.erase(participant, by, self.now()).await?;
        if erased.is_some() {
            self.inner.starting.all_settled().await;
            // A cancelled delivery may have been the head of its conversation.
            self.inner.wake_all();
        }
        Ok(erased)
    }

    /// Returns the erasure of a participant, and whether the destroyed data has left the disk. `None` if the
    /// participant was not erased.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, EngineError> {
        Ok(self.inner.store.erasure(participant).await?)
    }

    /// Links a number to a participant, such as a national identity number to the holder of a D-number. `None` if
    /// there is no such participant.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
    ) -> Result<Option<LinkAnswer>, EngineError> {
        let linked = self.inner.store.link(participant, number, by, self.now()).await?;
        // From here on, the withdrawals of both numbers hold for both.
        self.inner.starting.all_settled().await;
        self.inner.wake_all();
        Ok(linked)
    }

    /// Sets or lifts address protection (kode 6, 7) for a person. The person need not be known before. Once this
    /// returns, no sending from an earlier release can begin.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn protect(
        &self,
        person: &NationalId,
        protected: bool,
        by: &Actor,
    ) -> Result<ParticipantRef, EngineError> {
        let now = self.now();
        let participant = self.inner.store.set_protected(person, protected, by, now).await?;
        if protected {
            self.inner.starting.all_settled().await;
        }
        self.inner.wake_all();
        Ok(participant)
    }
}
