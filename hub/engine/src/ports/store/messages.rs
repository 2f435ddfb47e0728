//! Messages: from acceptance to deliveries.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::audit::Actor;
use bindeledd_core::delivery::Cause;
use bindeledd_core::guard::Finding;
use bindeledd_core::{
    AccountId, AdapterId, CategorySet, DeliveryId, Draft, Kind, MessageId, PartyId, Receivers, Target, UnsentId,
};
use jiff::Timestamp;
use serde_json::Value;

use super::deliveries::ReleaseInput;
use super::error::StoreError;
use super::mailboxes::ItemKey;
use super::retry::{Candidate, ReplayPreview, Replayed, Selection, Why};
use super::timeline::ReadBy;
use crate::directory::Directory;

/// The messages of a document, ready to be accepted in one transaction.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Sender.
    pub sender: PartyId,
    /// Messages.
    pub messages: Vec<NewMessage>,
    /// Data for an answer to the sender's system; `None` if the response to the sender's call is the answer.
    pub origin: Option<Origin>,
    /// Adapter that read the document; `None` for the hub's own JSON.
    pub read_by: Option<ReadBy>,
    /// Current parties.
    pub directory: Arc<Directory>,
    /// Fetched item that held the document. The same transaction accepts it.
    pub item: Option<ItemKey>,
    /// Person who wrote the message; `None` for a document of a system. The same transaction removes what was saved of it.
    pub written: Option<WrittenBy>,
}

/// The person who wrote a message in a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenBy {
    /// Account of the person: the actor in the audit log.
    pub account: AccountId,
    /// Id of the message before it was sent.
    pub unsent: UnsentId,
}

/// One message to accept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Id of the message.
    pub id: MessageId,
    /// Content. Its conversation is that of the message that it answers, or the one that its sender named. Acceptance
    /// moves a message that supersedes another one into the conversation of the superseded message.
    pub draft: Draft,
    /// Receivers.
    pub receivers: Receivers,
    /// Message in the hub that this message answers.
    pub in_reply_to: Option<MessageId>,
    /// Time when the message's deliveries expire.
    pub expires_at: Timestamp,
    /// Findings of the guard in the message's free texts: fields, never content.
    pub flags: Vec<Finding>,
}

/// The origin of a document, needed for the answer to its sender's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Adapter that read the document.
    pub adapter: AdapterId,
    /// The adapter's own data about the document, needed for the answer.
    pub origin: Value,
}

/// The outcome of a document's acceptance.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Outcome of each message.
    pub messages: Vec<AcceptedMessage>,
    /// Deliveries that may be written at once, with all their input, because each opens a conversation. The list only
    /// starts the writing: [`Deliveries::reserve`](super::Deliveries::reserve) decides again.
    /// [`Deliveries::due`](super::Deliveries::due) finds every other delivery.
    pub ready: Vec<ReleaseInput>,
}

/// The outcome of a message's acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// Id of the message; the earlier id if the same message was accepted before.
    pub id: MessageId,
    /// Kind of the message.
    pub kind: Kind,
    /// Deliveries of the message, as they were at acceptance.
    pub deliveries: Vec<AcceptedDelivery>,
    /// Findings of the guard at acceptance.
    pub flags: Vec<Finding>,
    /// Whether the message was accepted before.
    pub repeated: bool,
}

/// A delivery as it was at acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedDelivery {
    /// Id of the delivery.
    pub id: DeliveryId,
    /// Receiver.
    pub to: Target,
    /// `waiting` or `blocked`.
    pub state: &'static str,
    /// Categories that are withheld.
    pub withheld: CategorySet,
    /// Cause of the block.
    pub cause: Option<Cause>,
}

impl AcceptedDelivery {
    /// Returns the categories that consents would have to cover; empty if the delivery is not blocked. Only the sender
    /// may see these categories.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        match self.cause {
            Some(_) => self.withheld,
            None => CategorySet::EMPTY,
        }
    }
}

/// Refusal: the sender already used this reference for other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTaken {
    /// Earlier message with the reference.
    pub earlier: MessageId,
}

/// Reason why a document was refused as a whole. Nothing of the document is then stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAccepted {
    /// A reference was already used for other content.
    ReferenceTaken(ReferenceTaken),
    /// A correction names no message that its sender sent about this participant.
    CorrectsNothing,
}

/// The message that a reply answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// Id of the message.
    pub message: MessageId,
    /// Sender.
    pub from: PartyId,
    /// Kind.
    pub kind: Kind,
    /// Name of the message's conversation.
    pub conversation: String,
    /// Categories that the message, a question, is about.
    pub about: CategorySet,
}

/// Messages: accepted, found again, sent once more, cancelled.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Accepts a document in one transaction: messages, deliveries, idempotency, alerts and audit rows. `core::route`
    /// plans the deliveries inside the transaction. The whole document is refused if a reference already belongs to
    /// other content, or if it corrects a message that its sender never sent.
    async fn accept(&self, acceptance: Acceptance, now: Timestamp)
    -> Result<Result<Accepted, NotAccepted>, StoreError>;
    /// Returns the message that a reply by `party` refers to. The reference is the hub's id of a message that the party
    /// sent or got, or an external id of a delivery to the party.
    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError>;
    /// Sends once more the deliveries of a message that ended without being delivered. The hub decides anew about each,
    /// and puts each at the tail of its conversation. Returns the deliveries that wait now.
    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
    /// Returns the effect that a replay of a selection would have now.
    async fn replay_preview(&self, selection: &Selection, now: Timestamp) -> Result<ReplayPreview, StoreError>;
    /// Sends once more those deliveries of a message that a preview named and that have not changed since. The hub
    /// decides anew about each.
    async fn replay_as_previewed(
        &self,
        message: MessageId,
        previewed: &[Candidate],
        by: &Actor,
        why: &Why,
        now: Timestamp,
    ) -> Result<Replayed, StoreError>;
    /// Cancels a waiting delivery, unless it has changed since somebody saw it. Returns whether it was cancelled.
    async fn cancel_as_seen(&self, seen: &Candidate, by: &Actor, why: &Why, now: Timestamp)
    -> Result<bool, StoreError>;
    /// Cancels the waiting deliveries of a message, and returns their ids.
    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
}
