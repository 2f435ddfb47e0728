//! Attempts to send a delivery: the answer and the result.

use bindeledd_core::AdapterId;
use bindeledd_core::delivery::settle::Outcome;

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
            Outcome::AwaitingReceipt { .. } | Outcome::WithPerson { .. } => Self::AwaitingReceipt,
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
