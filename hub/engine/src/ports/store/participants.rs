//! Participants: pseudonyms, address protection, erasure, linked numbers.

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::{CategorySet, DeliveryId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;

/// The outcome of an erasure, and the copies that the hub can not reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasureAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Parties that sent messages about the participant. Their own systems still have these messages.
    pub senders: Vec<PartyId>,
    /// Parties that may have got messages about the participant.
    pub held_by: Vec<HeldBy>,
    /// Whether the person was under address protection. After the erasure the hub no longer knows that.
    pub was_protected: bool,
    /// Whether the destroyed data has left the disk.
    pub scrubbed: Scrubbed,
}

/// Whether destroyed data has left the disk. Until then, a reader of the disk could find the data in the store's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scrubbed {
    /// The data is still on the disk: a reader, such as a running backup, holds an old snapshot of the store.
    #[default]
    Pending,
    /// The data has left the disk.
    Done,
}

/// A past erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Time of the erasure.
    pub erased_at: Timestamp,
    /// Whether the destroyed data has left the disk.
    pub scrubbed: Scrubbed,
}

/// Messages about a participant that a party may have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBy {
    /// Party.
    pub party: PartyId,
    /// Categories of the messages.
    pub categories: CategorySet,
    /// Number of messages.
    pub messages: usize,
    /// Time when the newest message was handed over, or was last tried.
    pub newest: Timestamp,
}

/// The outcome of linking a number to a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkAnswer {
    /// Participant who had the number before, and is now part of this participant.
    pub joined: Option<ParticipantRef>,
    /// Deliveries that are no longer covered, since the withdrawals of both participants count.
    pub cancelled: Vec<DeliveryId>,
}

/// The participants: their pseudonyms, and changes of one participant as a whole.
#[async_trait]
pub trait Participants: Send + Sync {
    /// Returns the pseudonym of a known person.
    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError>;
    /// Returns the national identity number behind a pseudonym. The number is for registering consents, never for an
    /// answer.
    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError>;
    /// Sets or lifts address protection (kode 6, 7) for a person. The person need not be known before. Waiting
    /// deliveries about a protected person are cancelled. To every party it looks as if there were no grant.
    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError>;
    /// Erases a participant: destroys their key, so that nothing sealed under the key can be opened, and removes the
    /// rows about them. The audit log keeps its rows. `None` if there is no such participant. Deliveries on the wire
    /// settle later, and never wait again.
    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError>;
    /// Returns the erasure of a participant; `None` if the participant was not erased.
    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError>;
    /// Links a number to a participant, such as a national identity number to the holder of a D-number. A participant
    /// that had the number before becomes part of this participant. `None` if there is no such participant.
    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError>;
}
