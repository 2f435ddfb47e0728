//! Participants: pseudonyms, address protection, erasure, linked numbers.

use async_trait::async_trait;
use bindeledd_core::{CategorySet, DeliveryId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// The outcome of an erasure, and the copies that the hub can not reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasureAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Parties that sent messages about the participant. Their own systems have them.
    pub senders: Vec<PartyId>,
    /// Parties that may have got messages about the participant.
    pub held_by: Vec<HeldBy>,
    /// Whether the person was under address protection. The hub no longer knows that.
    pub was_protected: bool,
    /// Whether the destroyed data has left the disk.
    pub scrubbed: Scrubbed,
}

/// Answer to the question whether destroyed data has left the disk. Until then a reader of the disk could find it in
/// the store's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scrubbed {
    /// The data is still there: a reader holds an old snapshot of the store, such as a running backup.
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
    /// Time when the newest of them was handed over, or last tried.
    pub newest: Timestamp,
}

/// The outcome of linking a number to a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkAnswer {
    /// Participant who had that number before, and is now part of this one.
    pub joined: Option<ParticipantRef>,
    /// Deliveries that are no longer covered, since the withdrawals of both count.
    pub cancelled: Vec<DeliveryId>,
}

/// The participants: their pseudonyms, and changes of one as a whole.
#[async_trait]
pub trait Participants: Send + Sync {
    /// Returns the pseudonym of a known person.
    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError>;
    /// Returns the national identity number behind a pseudonym, for registering under it, never for an answer.
    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError>;
    /// Sets or lifts address protection (kode 6, 7) for a person, who need not be known before. Waiting deliveries
    /// about a protected person are cancelled. To everybody it looks as if there were no grant.
    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError>;
    /// Erases a participant: destroys their key, so that nothing sealed under it opens, and removes the rows about
    /// them. The audit log keeps its rows. `None` if there is nobody to erase. Deliveries on the wire settle later,
    /// and never wait again.
    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError>;
    /// Returns a participant's erasure; `None` if there is none.
    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError>;
    /// Links a number to a participant, such as a national identity number to the holder of a D-number. The
    /// participant that had that number before becomes part of this one. `None` if there is no such participant.
    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError>;
}
