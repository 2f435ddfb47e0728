//! The way of one message, step by step, from the facts that the store has.

use std::time::Duration;

use bindeledd_core::delivery::next::Next;
use bindeledd_core::delivery::settle::Outcome;
use bindeledd_core::{AdapterId, CategorySet, DeliveryId, GrantRef, MessageId};
use jiff::Timestamp;

use super::views::MessageView;

/// Facts about one attempt that only its sender knows. The store adds its time and its result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Answer to the attempt.
    pub answer: Answered,
    /// Adapter that wrote the bytes; `None` for the hub's own JSON.
    pub adapter: Option<AdapterId>,
    /// SHA-256 of that adapter's file.
    pub adapter_sha256: Option<[u8; 32]>,
}

/// Answer of a receiver's system to one attempt: never its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Answered {
    /// The system answered with this HTTP status.
    Status(u16),
    /// The hub got no answer.
    Nothing(SendFailure),
    /// The receiver fetched the document.
    #[default]
    Fetched,
}

impl Answered {
    /// Returns the status of an answer.
    #[must_use]
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Status(status) => Some(status),
            Self::Nothing(_) | Self::Fetched => None,
        }
    }

    /// Returns the failure of an attempt without an answer.
    #[must_use]
    pub const fn failure(self) -> Option<SendFailure> {
        match self {
            Self::Nothing(failure) => Some(failure),
            Self::Status(_) | Self::Fetched => None,
        }
    }
}

/// Kind of a failure to get an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendFailure {
    /// No connection to the address could be made.
    NoConnection,
    /// The connection gave no answer in time.
    NoAnswer,
    /// The answer broke off, or was too large.
    BrokenAnswer,
    /// The hub got no token for the address, or the address refused it.
    NoToken,
    /// The hub can not send the document with its configuration.
    NotSendable,
    /// The hub stopped before the answer.
    Interrupted,
}

impl SendFailure {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::NoConnection,
        Self::NoAnswer,
        Self::BrokenAnswer,
        Self::NoToken,
        Self::NotSendable,
        Self::Interrupted,
    ];

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoConnection => "no-connection",
            Self::NoAnswer => "no-answer",
            Self::BrokenAnswer => "broken-answer",
            Self::NoToken => "no-token",
            Self::NotSendable => "not-sendable",
            Self::Interrupted => "interrupted",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }
}

/// Result of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptResult {
    /// The receiver has the document.
    Delivered,
    /// The receiver's system took the document, and a receipt is to come.
    AwaitingReceipt,
    /// Another attempt follows.
    Again,
    /// The receiver refused the document.
    Refused,
    /// The document can not be sent.
    Failed,
}

impl AttemptResult {
    /// Every result.
    pub const ALL: [Self; 5] = [
        Self::Delivered,
        Self::AwaitingReceipt,
        Self::Again,
        Self::Refused,
        Self::Failed,
    ];

    /// Returns the result of an outcome.
    #[must_use]
    pub const fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Delivered => Self::Delivered,
            Outcome::AwaitingReceipt { .. } => Self::AwaitingReceipt,
            Outcome::TryAgain { .. } => Self::Again,
            Outcome::Refused(_) => Self::Refused,
            Outcome::Failed(_) => Self::Failed,
        }
    }

    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::AwaitingReceipt => "awaiting-receipt",
            Self::Again => "again",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }
}

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
