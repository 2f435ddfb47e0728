//! What is done to a participant as a whole: erased, linked to another number, protected.

use bindeledd_core::consent::{Consent, Ledger};
use bindeledd_core::{NationalId, ParticipantRef};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::{Actor, Erasure, ErasureAnswer, LinkAnswer};

impl Engine {
    /// A participant's consents, newest first.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, EngineError> {
        Ok(self.inner.store.consents_of(participant).await?)
    }

    /// Everything on file about consent for a participant.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, EngineError> {
        Ok(self.inner.store.ledger(participant).await?)
    }

    /// The national identity number of a participant: for registering under it, never for an answer.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, EngineError> {
        Ok(self.inner.store.national_id(participant).await?)
    }

    /// Erases a participant, and answers when nothing about them can begin to leave any more. `None` where there is nobody to
    /// erase.
    ///
    /// # Errors
    /// When the store could not, see [`StoreError::was_done`](crate::ports::StoreError::was_done); asking again is right.
    pub async fn erase(&self, participant: ParticipantRef, by: &Actor) -> Result<Option<ErasureAnswer>, EngineError> {
        let erased = self.inner.store.erase(participant, by, self.now()).await?;
        if erased.is_some() {
            self.inner.starting.all_settled().await;
            // What was cancelled may have stood before others in its conversation.
            self.inner.wake_all();
        }
        Ok(erased)
    }

    /// A participant's erasure, and whether what was destroyed has left the disk. `None` where there is none.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, EngineError> {
        Ok(self.inner.store.erasure(participant).await?)
    }

    /// Links a number to a participant: the holder of a D-number got a national identity number. `None` where there is no such
    /// participant.
    ///
    /// # Errors
    /// When the store could not.
    pub async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
    ) -> Result<Option<LinkAnswer>, EngineError> {
        let linked = self.inner.store.link(participant, number, by, self.now()).await?;
        // Both numbers' withdrawals hold for both from here on.
        self.inner.starting.all_settled().await;
        self.inner.wake_all();
        Ok(linked)
    }

    /// Sets or lifts address protection (kode 6, 7) for a person, who need not be known before. Answers when nothing that was
    /// released before can begin to leave any more.
    ///
    /// # Errors
    /// When the store could not.
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
