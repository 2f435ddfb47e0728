//! Answers to senders' systems.

use async_trait::async_trait;
use bindeledd_core::{ControlNotice, DeliveryId, MessageId, PartyId};
use jiff::Timestamp;

use super::deliveries::Frozen;
use super::error::StoreError;
use super::messages::{AcceptedMessage, Origin};

/// An answer to a sender's system that is still to be built.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingAnswer {
    /// Its number.
    pub id: i64,
    /// The party that sent the document.
    pub sender: PartyId,
    /// Where it came from.
    pub origin: Origin,
    /// The message that stands for it in a control notice.
    pub about: MessageId,
    /// Its outcome.
    pub messages: Vec<AcceptedMessage>,
}

/// Answers to senders' systems, and other control notices.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Answers that are still to be built, oldest first.
    async fn pending_answers(&self, limit: usize) -> Result<Vec<PendingAnswer>, StoreError>;
    /// An answer was built, or there is none to give: queues its control delivery and forgets that it was pending.
    async fn put_answer(
        &self,
        pending: i64,
        answer: Option<(ControlNotice, Frozen)>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Queues a control notice by itself: the receipt that refuses a document.
    async fn notify(
        &self,
        notice: ControlNotice,
        frozen: Frozen,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<DeliveryId, StoreError>;
}
