//! Hand-overs and stand-ins, as the persons of a mailbox and the participant are told of them.

use bindeledd_core::account::Account;
use bindeledd_core::{HandOverId, ParticipantRef, PartyId};

use crate::engine::Engine;
use crate::error::EngineError;
use crate::letters::mailbox_of;
use crate::ports::{HandOver, HandOverShown};

/// Hand-overs that a page shows at most.
const AT_MOST: usize = 50;

impl Engine {
    /// Returns the hand-overs in the mailbox of a person's party that the person has not seen, the newest first.
    ///
    /// # Errors
    /// [`EngineError::NotAllowed`] for a person without a mailbox; when the store fails.
    pub async fn unseen_hand_overs(&self, by: &Account) -> Result<Vec<HandOver>, EngineError> {
        let (party, now) = (mailbox_of(by)?, self.now());
        Ok(self.inner.store.unseen_hand_overs(by.id, party, now, AT_MOST).await?)
    }

    /// Records that a person has seen hand-overs.
    ///
    /// # Errors
    /// As [`Self::unseen_hand_overs`].
    pub async fn hand_overs_seen(&self, by: &Account, seen: &[HandOverId]) -> Result<(), EngineError> {
        let seen = seen.get(..AT_MOST.min(seen.len())).unwrap_or_default();
        Ok(self.inner.store.hand_overs_seen(by.id, mailbox_of(by)?, seen).await?)
    }

    /// Returns the hand-overs of these parties about a participant, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn hand_overs_about(
        &self,
        participant: ParticipantRef,
        parties: &[PartyId],
    ) -> Result<Vec<HandOverShown>, EngineError> {
        Ok(self.inner.store.hand_overs_about(participant, parties, AT_MOST).await?)
    }
}
