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

/// A document that became messages, ready to be accepted in one transaction.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Its sender.
    pub sender: PartyId,
    /// The messages.
    pub messages: Vec<NewMessage>,
    /// The input of an answer to the sender's system; none where the sender's call is the answer.
    pub origin: Option<Origin>,
    /// The parties as they are known now.
    pub directory: Arc<Directory>,
    /// The fetched item that it was; it is accepted with it.
    pub item: Option<ItemKey>,
}

/// One message to accept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// Its content; the conversation is settled.
    pub draft: Draft,
    /// Whom it is for.
    pub receivers: Receivers,
    /// The message in the hub that it answers.
    pub in_reply_to: Option<MessageId>,
    /// When its deliveries expire.
    pub expires_at: Timestamp,
    /// The guard's findings in its free texts: fields, never content.
    pub flags: Vec<Finding>,
}

/// Where a document came from, for the answer to its sender's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The adapter that read it.
    pub adapter: AdapterId,
    /// The messages that the adapter read.
    pub origin: Value,
}

/// The outcome of a document's acceptance.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Its messages.
    pub messages: Vec<AcceptedMessage>,
    /// Deliveries that may be written at once: they open a conversation, and have all that the transaction knew. A start for the
    /// writing alone, which [`Deliveries::reserve`](super::Deliveries::reserve) decides again; every other delivery is found by [`Deliveries::due`](super::Deliveries::due).
    pub ready: Vec<ReleaseInput>,
}

/// The outcome of a message's acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// Its id: an earlier one's, where the same was accepted before.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Its deliveries as they were at acceptance.
    pub deliveries: Vec<AcceptedDelivery>,
    /// The guard's findings in its free texts when it was accepted.
    pub flags: Vec<Finding>,
    /// Whether it was accepted before.
    pub repeated: bool,
}

/// A delivery as it was at acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    pub to: Target,
    /// `waiting` or `blocked`.
    pub state: &'static str,
    /// The categories that are held back.
    pub withheld: CategorySet,
    /// Why it is blocked.
    pub cause: Option<Cause>,
}

impl AcceptedDelivery {
    /// The categories that consents would have to cover, where nothing covers it; none where it goes. For its sender alone.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        match self.cause {
            Some(_) => self.withheld,
            None => CategorySet::EMPTY,
        }
    }
}

/// Refused: the sender used this reference before, for other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTaken {
    /// The message of then.
    pub earlier: MessageId,
}

/// Why a document was refused as a whole; nothing of it is then written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAccepted {
    /// A reference was used before, for other content.
    ReferenceTaken(ReferenceTaken),
    /// A correction names nothing that its sender sent about this participant.
    CorrectsNothing,
}

/// The message that a reply refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// The message.
    pub message: MessageId,
    /// Its sender.
    pub from: PartyId,
    /// Its kind.
    pub kind: Kind,
    /// Its conversation.
    pub conversation: String,
    /// The subject of a question.
    pub about: CategorySet,
}

/// Messages: accepted, found again, sent once more, cancelled.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Accepts a document: messages, deliveries, idempotency, alerts and audit in one transaction; routes by
    /// `core::route` inside it. A reference that was used for other content refuses the whole document, and so does a correction
    /// of what its sender never sent.
    async fn accept(&self, acceptance: Acceptance, now: Timestamp)
    -> Result<Result<Accepted, NotAccepted>, StoreError>;
    /// The message that a reply by `party` refers to: a message id of the hub's that was delivered to it or sent by it, or an external id
    /// of a delivery to it.
    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError>;
    /// The conversation of the message that `party` says it corrects: one that it sent, by the hub's id or its own reference.
    async fn corrected_conversation(&self, party: &PartyId, reference: &str) -> Result<Option<String>, StoreError>;
    /// Sends a delivery once more, or all of a message's that ended otherwise than delivered: decided anew, at the tail of
    /// their conversations. Gives those that wait now.
    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
    /// Cancels a message's deliveries that wait; gives them.
    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
}
