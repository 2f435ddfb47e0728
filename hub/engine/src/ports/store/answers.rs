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
    /// Row number.
    pub id: i64,
    /// Party that sent the document.
    pub sender: PartyId,
    /// Origin of the document.
    pub origin: Origin,
    /// Message that a control notice refers to for the whole document.
    pub about: MessageId,
    /// Outcome of each of the document's messages.
    pub messages: Vec<AcceptedMessage>,
}

/// The outcome of building an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuiltAnswer {
    /// The adapter built the answer.
    Ready(Box<(ControlNotice, Frozen)>),
    /// There is no answer, or no party to send it to.
    Nothing,
    /// The adapter failed.
    NotGiven {
        /// Code of the failure.
        code: &'static str,
    },
}

/// Answers to senders' systems, and other control notices.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Returns answers that are still to be built, oldest first.
    async fn pending_answers(&self, limit: usize) -> Result<Vec<PendingAnswer>, StoreError>;
    /// Removes a pending answer. In the same transaction the store queues the control delivery of the answer, or writes
    /// an audit row with the reason why the adapter gave no answer. A repetition changes nothing.
    async fn put_answer(
        &self,
        pending: i64,
        answer: BuiltAnswer,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Queues a control notice without a pending answer: the receipt for a refused document.
    async fn notify(
        &self,
        notice: ControlNotice,
        frozen: Frozen,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<DeliveryId, StoreError>;
}
