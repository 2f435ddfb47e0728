//! A participant's own page: what the engine reads for it. Codes and sessions are in `bindeledd_accounts`.

use bindeledd_core::audit::Actor;
use bindeledd_core::opening::Look;
use bindeledd_core::own_page::OwnSession;
use bindeledd_core::{AccessReason, ParticipantRef, PartyId};
use bindeledd_texts::problem::Detail;

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ports::SubjectExport;

/// Reason of the look that a participant's own copy leaves on their page, and in the copy.
const OWN_COPY: &str = "Du hentet en kopi selv.";

impl Engine {
    /// Returns the looks at messages that a party sent or received about a participant, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn looks_with(&self, participant: ParticipantRef, party: &PartyId) -> Result<Vec<Look>, EngineError> {
        Ok(self.inner.store.looks_with(participant, party).await?)
    }

    /// Returns all data that the hub holds about the participant of a session, with content, for them to take home. A
    /// session by a code has no right to it. `None` if the participant no longer exists.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a session by a code; when the store fails.
    pub async fn own_copy(&self, session: &OwnSession) -> Result<Option<SubjectExport>, EngineError> {
        let by = session.actor();
        let reason = AccessReason::parse(OWN_COPY)
            .ok()
            .filter(|_| by == Actor::SignedParticipant);
        let Some(reason) = reason else {
            return Err(EngineError::NotAllowed {
                what: Detail::ExportByOperator,
            });
        };
        let copy = self.inner.store.export(session.participant, &reason, &by, self.now());
        Ok(copy.await?)
    }
}
