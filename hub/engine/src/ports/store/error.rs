//! Why the store could not, and what is known of a command that went wrong.

/// Why the store could not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk. Nothing was done.
    #[error("the store is full")]
    Full,
    /// It does not take commands, or shuts down. Nothing was done.
    #[error("the store is not available")]
    Away(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// It was done and is on this disk. The second place does not have it yet, so that a restored backup could undo it.
    #[error("it was done, and the second place could not be written")]
    Unwitnessed(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The store broke off while it committed: it may have been done, or not.
    #[error("the store broke off while it committed")]
    Unknown(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Something in it is not as it was written.
    #[error("the store holds something that can not be read: {0}")]
    Damaged(String),
    /// The audit log is not what the hub wrote: nothing is released until the operator has looked.
    #[error("the audit log is not what was written: {0}")]
    LogDiffers(String),
    /// The rows of a participant's consents differ from the registered ones, so they can not be changed.
    #[error("what is on file about consent is not what was registered")]
    LedgerDiffers,
    /// The caller has spent its budget. Nothing was done.
    #[error("{0}")]
    OverBudget(OverBudget),
}

/// The budget that a party has spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The bytes of its messages that the hub keeps.
    #[error("the sender has as many bytes of messages stored as one party may")]
    Stored,
    /// The messages of a day that go to nobody.
    #[error("the sender has sent as many messages today that go to nobody as one party may, and this is one more")]
    Nowhere {
        /// In how many seconds the next day begins.
        seconds: u32,
    },
}

/// The knowledge of a command that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasDone {
    /// Nothing was done.
    No,
    /// It was done, and holds.
    Yes,
    /// It may have been done, or not.
    Unknown,
}

impl WasDone {
    /// The code on the wire.
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
    /// Whether the command was done, as far as is known.
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
