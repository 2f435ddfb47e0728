//! A participant's own page: what the engine reads for it. Codes and sessions are in `bindeledd_accounts`.

use bindeledd_core::opening::Look;
use bindeledd_core::{ParticipantRef, PartyId};

use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Returns the looks at messages that a party sent or received about a participant, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn looks_with(&self, participant: ParticipantRef, party: &PartyId) -> Result<Vec<Look>, EngineError> {
        Ok(self.inner.store.looks_with(participant, party).await?)
    }
}
