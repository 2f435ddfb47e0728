//! Messages: from acceptance to deliveries.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::delivery::Cause;
use bindeledd_core::guard::Finding;
use bindeledd_core::{AdapterId, CategorySet, DeliveryId, Draft, Kind, MessageId, PartyId, Receivers, Target};
use jiff::Timestamp;
use serde_json::Value;

use super::deliveries::ReleaseInput;
use super::error::StoreError;
use super::mailboxes::ItemKey;
use crate::directory::Directory;
use bindeledd_core::audit::Actor;

/// The messages of a document, ready to be accepted in one transaction.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Sender.
    pub sender: PartyId,
    /// Messages.
    pub messages: Vec<NewMessage>,
    /// Input of an answer to the sender's system; `None` if the response to the sender's call is the answer.
    pub origin: Option<Origin>,
    /// Current parties.
    pub directory: Arc<Directory>,
    /// Fetched item that held the document. The same transaction accepts it.
    pub item: Option<ItemKey>,
}

/// One message to accept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Id of the message.
    pub id: MessageId,
    /// Content. Its conversation is that of the message that it answers, or the one that its sender named. Acceptance files a
    /// message that supersedes another one in the conversation of that one.
    pub draft: Draft,
    /// Receivers.
    pub receivers: Receivers,
    /// Message in the hub that it answers.
    pub in_reply_to: Option<MessageId>,
    /// Time when its deliveries expire.
    pub expires_at: Timestamp,
    /// Findings of the guard in its free texts: fields, never content.
    pub flags: Vec<Finding>,
}

/// The origin of a document, for the answer to its sender's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Adapter that read it.
    pub adapter: AdapterId,
    /// The adapter's own data about the document, for its answer.
    pub origin: Value,
}

/// The outcome of a document's acceptance.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Outcome of each message.
    pub messages: Vec<AcceptedMessage>,
    /// Deliveries that may be written at once, with all their input. They open a conversation. This only starts the
    /// writing: [`Deliveries::reserve`](super::Deliveries::reserve) decides again.
    /// [`Deliveries::due`](super::Deliveries::due) finds every other delivery.
    pub ready: Vec<ReleaseInput>,
}

/// The outcome of a message's acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// Id of the message; the earlier id, where the same was accepted before.
    pub id: MessageId,
    /// Kind of the message.
    pub kind: Kind,
    /// Deliveries, as they were at acceptance.
    pub deliveries: Vec<AcceptedDelivery>,
    /// Findings of the guard at acceptance.
    pub flags: Vec<Finding>,
    /// Whether it was accepted before.
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
    /// Returns the categories that consents would have to cover; empty if the delivery goes. Only the sender may
    /// see them.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        match self.cause {
            Some(_) => self.withheld,
            None => CategorySet::EMPTY,
        }
    }
}

/// Refusal: the sender used this reference before, for other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTaken {
    /// Earlier message with the reference.
    pub earlier: MessageId,
}

/// Reason why a document was refused as a whole. Nothing of it is written then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAccepted {
    /// A reference was used before, for other content.
    ReferenceTaken(ReferenceTaken),
    /// A correction names no message that its sender sent about this participant.
    CorrectsNothing,
}

/// The message that a reply refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// Id of the message.
    pub message: MessageId,
    /// Sender.
    pub from: PartyId,
    /// Kind.
    pub kind: Kind,
    /// Name of its conversation.
    pub conversation: String,
    /// Categories that a question is about.
    pub about: CategorySet,
}

/// Messages: accepted, found again, sent once more, cancelled.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Accepts a document in one transaction: messages, deliveries, idempotency, alerts and audit rows. `core::route`
    /// plans the deliveries inside it. A reference that stands for other content refuses the whole document. So does a
    /// correction of a message that its sender never sent.
    async fn accept(&self, acceptance: Acceptance, now: Timestamp)
    -> Result<Result<Accepted, NotAccepted>, StoreError>;
    /// Returns the message that a reply by `party` refers to. The reference is the hub's id of a message that it sent
    /// or got, or an external id of a delivery to it.
    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError>;
    /// Sends once more the deliveries of a message that ended otherwise than delivered. Each is decided anew, and
    /// joins the tail of its conversation. Returns those that wait now.
    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
    /// Cancels the waiting deliveries of a message, and returns them.
    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
}
