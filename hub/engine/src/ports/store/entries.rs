//! Deliveries that a person of the sender enters in a form of the receiver's. The rules are in `core::entry`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bindeledd_core::delivery::{ByHand, State};
use bindeledd_core::entry::{EntryStanding, ReceiverAnswer, ReceiverSaid};
use bindeledd_core::{AccountId, DeliveryId, Kind, MessageId, ParticipantRef, PartyId, Released};
use jiff::Timestamp;
use jiff::civil::Date;

use super::deliveries::Frozen;
use super::error::StoreError;
use super::inbox::Taken;
use super::letters::{KnownName, NotShown};

/// A delivery that a person of the sender enters, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Message.
    pub message: MessageId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant, as the sender wrote it; `None` for a participant under address protection.
    pub name: Option<KnownName>,
    /// Kind.
    pub kind: Kind,
    /// Receiver.
    pub to: PartyId,
    /// Time of acceptance.
    pub at: Timestamp,
    /// State.
    pub state: State,
    /// Standing for the person; `None` for a delivery that is not for a person now.
    pub standing: Option<EntryStanding>,
    /// The entering, once a person of the sender did it.
    pub entered: Option<EnteredBy>,
    /// The receiver's answer, once a person entered it.
    pub answer: Option<EnteredAnswer>,
}

/// The person who entered a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnteredBy {
    /// Person.
    pub person: AccountId,
    /// Time.
    pub at: Timestamp,
}

/// A receiver's answer that a person entered. The receiver's words are the text of the delivery's cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnteredAnswer {
    /// Answer.
    pub said: ReceiverSaid,
    /// Day of the answer.
    pub on: Date,
    /// Person who entered it.
    pub person: AccountId,
    /// Time at which it was entered.
    pub at: Timestamp,
}

/// A person of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendersPerson<'a> {
    /// Sender.
    pub party: &'a PartyId,
    /// Person.
    pub person: AccountId,
}

/// A delivery that was opened for a person of the sender. The type has no `Debug`, so that logs can not contain it.
pub struct OpenedEntry {
    /// The delivery, after this reading.
    pub view: EntryView,
    /// The released document; `None` if nobody is to enter it now.
    pub document: Option<Released<Frozen>>,
}

/// Reason why a person's word about a delivery is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEntered {
    /// There is no such delivery for this person.
    Unknown,
    /// The delivery has ended in another way, or nobody took it.
    Over,
    /// No grant covers the delivery any longer, and the person had not seen that.
    Uncovered,
    /// Somebody else was first.
    Before,
}

/// Deliveries that persons of the senders enter.
#[async_trait]
pub trait Entries: Send + Sync {
    /// Returns the deliveries to these receivers that a person of the sender enters, about participants whom the person
    /// follows up: those to enter, those that nobody may enter, and those that are entered. The newest come first.
    async fn entries(
        &self,
        by: SendersPerson<'_>,
        to: &BTreeSet<PartyId>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<EntryView>, StoreError>;
    /// Returns a delivery that the party sent, if the person follows its participant up.
    async fn entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        now: Timestamp,
    ) -> Result<Option<EntryView>, StoreError>;
    /// Opens a delivery for a person of the sender. One transaction decides again, writes the audit row, and takes the
    /// delivery for that person. `taken` names the receiver.
    async fn read_entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        taken: &Taken,
        now: Timestamp,
    ) -> Result<Result<OpenedEntry, NotShown>, StoreError>;
    /// Records what a person of the sender did with a delivery. `knows` tells that the person has seen that no grant covers
    /// it any longer. A repetition changes nothing.
    async fn enter(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        said: ByHand,
        knows: bool,
        now: Timestamp,
    ) -> Result<Result<(), NotEntered>, StoreError>;
    /// Records the receiver's answer to a delivery that was entered. `seen` is the time of the answer that the person saw.
    async fn answer_entry(
        &self,
        by: SendersPerson<'_>,
        delivery: DeliveryId,
        answer: &ReceiverAnswer,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Result<(), NotEntered>, StoreError>;
}
