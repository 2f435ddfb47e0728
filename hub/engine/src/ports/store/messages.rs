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
    /// Who sent it.
    pub sender: PartyId,
    /// The messages.
    pub messages: Vec<NewMessage>,
    /// What an answer to the sender's system needs; none where the sender's call is the answer.
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
    /// What the guard found in its free texts: fields, never content.
    pub flags: Vec<Finding>,
}

/// Where a document came from, for the answer to its sender's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The adapter that read it.
    pub adapter: AdapterId,
    /// What the adapter's reading gave.
    pub origin: Value,
}

/// What acceptance made of a document.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Its messages.
    pub messages: Vec<AcceptedMessage>,
    /// What may be written at once: deliveries that open a conversation, with all that the transaction knew. A start for the
    /// writing alone, which [`Deliveries::reserve`](super::Deliveries::reserve) decides again; every other delivery is found by [`Deliveries::due`](super::Deliveries::due).
    pub ready: Vec<ReleaseInput>,
}

/// What acceptance made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// Its id: an earlier one's, where the same was accepted before.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Its deliveries as they were at acceptance.
    pub deliveries: Vec<AcceptedDelivery>,
    /// What the guard found in its free texts when it was accepted.
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
    /// What is held back.
    pub withheld: CategorySet,
    /// Why it is blocked.
    pub cause: Option<Cause>,
}

impl AcceptedDelivery {
    /// What consents would have to cover where nothing covers it; none where it goes. For its sender alone.
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

/// What a reply refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// The message.
    pub message: MessageId,
    /// Who sent it.
    pub from: PartyId,
    /// Its kind.
    pub kind: Kind,
    /// Its conversation.
    pub conversation: String,
    /// What a question was about.
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
    /// What a reply by `party` refers to: a message id of the hub's that was delivered to it or sent by it, or an external id
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
