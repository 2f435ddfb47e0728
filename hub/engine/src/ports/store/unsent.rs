//! Messages that persons have begun and not sent, and the participants whom a party may write about.

use std::fmt;

use async_trait::async_trait;
use bindeledd_core::compose::Typed;
use bindeledd_core::{AccountId, DeliveryId, Kind, ParticipantRef, PartyId, UnsentId};
use jiff::Timestamp;

use super::error::StoreError;

/// A message that a person has begun and not sent. `Debug` prints none of its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Id.
    pub id: UnsentId,
    /// Person who writes it. Nobody else sees it.
    pub account: AccountId,
    /// Party that it is written for.
    pub party: PartyId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Kind.
    pub kind: Kind,
    /// Chosen receivers, by the ids that were posted.
    pub to: Vec<String>,
    /// Values of the form.
    pub typed: Typed,
    /// Delivery with the question, for a meeting that is proposed instead of an answer.
    pub instead_of: Option<DeliveryId>,
    /// Time when it was saved last.
    pub saved_at: Timestamp,
}

impl fmt::Debug for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsent").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The outcome of saving an unsent message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is saved.
    Now,
    /// It was sent already, or it is another person's. Nothing is saved.
    Over,
    /// The person has as many as one person may have. Nothing is saved.
    TooMany,
    /// The participant was erased. Nothing is saved.
    Gone,
}

/// Messages that persons have begun and not sent. The text is sealed under the participant's key.
#[async_trait]
pub trait UnsentMessages: Send + Sync {
    /// Saves an unsent message, or replaces what was saved of it. No audit row is written: nothing has happened yet.
    async fn save_unsent(&self, unsent: &Unsent, now: Timestamp) -> Result<Saved, StoreError>;
    /// Returns an unsent message of this person for this party.
    async fn unsent(&self, id: UnsentId, of: (AccountId, &PartyId)) -> Result<Option<Unsent>, StoreError>;
    /// Returns the unsent messages of this person for this party, the last saved first.
    async fn all_unsent(&self, of: (AccountId, &PartyId)) -> Result<Vec<Unsent>, StoreError>;
    /// Removes an unsent message of this person. Returns whether there was one.
    async fn discard_unsent(&self, id: UnsentId, account: AccountId) -> Result<bool, StoreError>;
    /// Returns those of these participants about whom active grants let a party tell somebody something.
    async fn writable(
        &self,
        party: &PartyId,
        among: &[ParticipantRef],
        now: Timestamp,
    ) -> Result<Vec<ParticipantRef>, StoreError>;
}
