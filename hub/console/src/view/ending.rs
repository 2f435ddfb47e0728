//! The ways in which an attempt and a delivery end.

use crate::mark::Standing;

/// Answer to an attempt: never its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// HTTP status.
    Status(u16),
    /// No connection could be made.
    NoConnection,
    /// No answer came in time.
    Silence,
    /// The answer broke off.
    Broken,
    /// There was no token.
    NoToken,
    /// The configuration does not allow the sending.
    NotSendable,
    /// The hub stopped before the answer.
    Interrupted,
    /// The receiver fetched the document.
    Fetched,
}

/// The end of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Delivered.
    Delivered,
    /// Refused by the receiver.
    Refused,
    /// No consent covered it.
    Blocked,
    /// The participant's withdrawal ended it.
    Withdrawn,
    /// An operator or the sender ended it.
    Cancelled,
    /// It expired.
    Expired,
    /// It failed.
    Failed,
}

impl Ending {
    /// Returns the end as a state.
    #[must_use]
    pub const fn standing(self) -> Standing {
        match self {
            Self::Delivered => Standing::Delivered,
            Self::Refused => Standing::Refused,
            Self::Blocked => Standing::Blocked,
            Self::Withdrawn => Standing::Withdrawn,
            Self::Cancelled => Standing::Cancelled,
            Self::Expired => Standing::Expired,
            Self::Failed => Standing::Failed,
        }
    }
}
