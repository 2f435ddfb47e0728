//! Failures of the store, and whether a failed command was done.

use bindeledd_texts::problem::Detail;

/// Reason why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Nothing was done.
    #[error("the store is full")]
    Full,
    /// The store takes no commands, or shuts down. Nothing was done.
    #[error("the store is not available")]
    Away(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The command was done and is on this disk. The second place does not have the change yet, so that restoring a
    /// backup could undo it.
    #[error("it was done, and the second place could not be written")]
    Unwitnessed(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The store failed during the commit. The command may have been done, or not.
    #[error("the store broke off while it committed")]
    Unknown(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Stored data differs from the data that was written.
    #[error("the store holds something that can not be read: {0}")]
    Damaged(String),
    /// The audit log differs from the log that the hub wrote. Nothing is released until the operator has checked the
    /// log.
    #[error("the audit log differs from the written one: {0}")]
    LogDiffers(String),
    /// A participant's consents differ from the registered ones, so that these consents can not be changed.
    #[error("the consents on file differ from the registered ones")]
    LedgerDiffers,
    /// The caller has spent its budget. Nothing was done.
    #[error("{0}")]
    OverBudget(OverBudget),
}

/// The budget that a party has spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// Bytes of the party's messages in the store.
    #[error("the sender has as many bytes of messages stored as one party may")]
    Stored,
    /// Messages that no party gets within a day.
    #[error("the sender has spent today's budget of messages that nobody gets, and this is one more")]
    Nowhere {
        /// Seconds until the next day begins.
        seconds: u32,
    },
}

/// Whether a failed command was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasDone {
    /// The command changed nothing.
    No,
    /// The command was done, and its change holds.
    Yes,
    /// The command may have been done, or not.
    Unknown,
}

impl WasDone {
    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Unknown => "unknown",
        }
    }
}

impl StoreError {
    /// Returns the text for the caller, without the details of the log.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Full => Detail::StoreFull,
            Self::Away(_) => Detail::StoreAway,
            Self::Unwitnessed(_) => Detail::StoreUnwitnessed,
            Self::Unknown(_) => Detail::StoreUnknown,
            Self::Damaged(_) => Detail::StoreDamaged,
            Self::LogDiffers(_) => Detail::LogDiffers,
            Self::LedgerDiffers => Detail::LedgerDiffers,
            Self::OverBudget(OverBudget::Stored) => Detail::StoredBudget,
            Self::OverBudget(OverBudget::Nowhere { .. }) => Detail::NowhereBudget,
        }
    }

    /// Returns whether the command was done, as far as that is known.
    #[must_use]
    pub const fn was_done(&self) -> WasDone {
        match self {
            Self::Full
            | Self::Away(_)
            | Self::Damaged(_)
            | Self::LogDiffers(_)
            | Self::LedgerDiffers
            | Self::OverBudget(_) => WasDone::No,
            Self::Unwitnessed(_) => WasDone::Yes,
            Self::Unknown(_) => WasDone::Unknown,
        }
    }
}
