//! Participants: pseudonyms, address protection, erasure, joined numbers.

use async_trait::async_trait;
use bindeledd_core::{CategorySet, DeliveryId, NationalId, ParticipantRef, PartyId};
use jiff::Timestamp;

use super::error::StoreError;
use bindeledd_core::audit::Actor;

/// The outcome of erasing a participant, and the copies beyond the hub's reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasureAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Parties that sent messages about the participant: their own systems have them.
    pub senders: Vec<PartyId>,
    /// Parties that may have got messages about the participant.
    pub held_by: Vec<HeldBy>,
    /// Whether the person was under address protection, which the hub can not know any longer.
    pub was_protected: bool,
    /// Whether what was destroyed has left the disk.
    pub scrubbed: Scrubbed,
}

/// Whether what was destroyed has left the disk. Until then whoever can read the disk could still find it in the store's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scrubbed {
    /// Not yet: something holds an old snapshot of the store, such as a backup that is under way.
    #[default]
    Pending,
    /// It has.
    Done,
}

/// An erasure that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// When.
    pub erased_at: Timestamp,
    /// Whether what was destroyed has left the disk.
    pub scrubbed: Scrubbed,
}

/// Messages about a participant that a party may have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBy {
    /// The party.
    pub party: PartyId,
    /// Its subject.
    pub categories: CategorySet,
    /// How many messages.
    pub messages: usize,
    /// When the newest of them was handed over, or last tried.
    pub newest: Timestamp,
}

/// The outcome of linking a number to a participant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkAnswer {
    /// The participant who was known by that number, and is this one now.
    pub joined: Option<ParticipantRef>,
    /// Deliveries that nothing covers any longer, now that both's withdrawals count.
    pub cancelled: Vec<DeliveryId>,
}

/// The participants: who they are, and what is done to one as a whole.
#[async_trait]
pub trait Participants: Send + Sync {
    /// The pseudonym of a person whom the hub knows.
    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError>;
    /// The national identity number of a person whom the hub knows by this pseudonym; for registering under it, never for an answer.
    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError>;
    /// Sets or lifts address protection (kode 6, 7) for a person, who need not be known before. What waits for a protected
    /// person is cancelled; to everybody it looks as if there were no grant.
    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError>;
    /// Erases a participant: destroys their key, so that nothing that it sealed opens any more, and removes what tells of them;
    /// the audit log keeps its rows. `None` where there is nobody to erase. What is on the wire settles later, and never waits
    /// again.
    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError>;
    /// A participant's erasure; `None` where there is none.
    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError>;
    /// Links a number to a participant: a D-number's holder got a national identity number. Where that number had a
    /// participant of its own, everything of theirs becomes this one's. `None` where there is no such participant.
    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError>;
}
