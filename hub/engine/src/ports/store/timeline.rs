//! The way of one message, step by step, from the facts that the store has.

use std::time::Duration;

use bindeledd_core::delivery::next::Next;
use bindeledd_core::{AdapterId, CategorySet, DeliveryId, GrantRef, MessageId};
use jiff::Timestamp;

use super::attempts::{Answered, AttemptResult};
use super::message_view::MessageView;

/// Adapter that read a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBy {
    /// Name of the adapter, with its version if the name has one.
    pub adapter: AdapterId,
    /// SHA-256 of the adapter's file.
    pub sha256: Option<[u8; 32]>,
}

/// The way of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// States of the message and its deliveries.
    pub message: MessageView,
    /// Adapter that read the document. `None` for the hub's own JSON, and for a message that an older hub accepted.
    pub read_by: Option<ReadBy>,
    /// Time when the message expires.
    pub expires_at: Timestamp,
    /// Message that this one answers.
    pub in_reply_to: Option<MessageId>,
    /// Message that this one corrects.
    pub corrects: Option<MessageId>,
    /// Messages that correct this one, oldest first.
    pub corrected_by: Vec<MessageId>,
    /// Way of each delivery, in the order of the message's deliveries.
    pub ways: Vec<Way>,
}

/// The way of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Categories that the newest decision permits.
    pub permitted: CategorySet,
    /// Decisions that released the delivery, oldest first.
    pub releases: Vec<ReleaseView>,
    /// Attempts, oldest first. They leave with the message's content.
    pub attempts: Vec<AttemptView>,
    /// Time at which a receipt, an acknowledgement or a person's report settled the delivery.
    pub receipt_at: Option<Timestamp>,
    /// Next thing that happens.
    pub next: Next,
}

/// A decision that released a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseView {
    /// Time of the decision, to the millisecond.
    pub at: Timestamp,
    /// Whether the bytes may have left under this decision.
    pub may_have_left: bool,
    /// Categories in the bytes.
    pub categories: CategorySet,
    /// Grants that permit them.
    pub grants: Vec<GrantRef>,
}

/// One attempt to send a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptView {
    /// Number of the attempt, from 1.
    pub number: u32,
    /// Time at which the sending began.
    pub began_at: Timestamp,
    /// Time until the answer; `None` if the hub stopped before it.
    pub took: Option<Duration>,
    /// Result.
    pub result: AttemptResult,
    /// Answer.
    pub answer: Answered,
    /// Code of the cause.
    pub code: Option<String>,
    /// Adapter that wrote the bytes.
    pub adapter: Option<AdapterId>,
    /// SHA-256 of that adapter's file.
    pub adapter_sha256: Option<[u8; 32]>,
}
