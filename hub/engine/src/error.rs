//! What callers of the engine are told.

use bindeledd_core::consent::GIVEN_AHEAD_AT_MOST;
use bindeledd_core::contract::{Refusal, Request};
use bindeledd_core::guard::Finding;
use bindeledd_core::{InputError, MessageId};

use crate::ports::{AdapterFault, OverBudget, StoreError, WasDone};

/// Why the engine did not do what it was asked. `Display` is for the caller; what only the log may know is in the source.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The input is not right.
    #[error("{0}")]
    Input(InputError),
    /// A free text has what this hub does not let through in one.
    #[error("{}", text_refused(flags))]
    FreeText {
        /// Which fields have what.
        flags: Vec<Finding>,
        /// The same in plain Norwegian, for a person at the sender's.
        told: String,
        /// The format's own answer that says it, where it has one.
        answer: Option<Request>,
    },
    /// A party is named that the hub does not know.
    #[error("{path} names a party that this hub does not know")]
    UnknownParty {
        /// The name, a slug, `org:` or `her:`.
        name: String,
        /// Where it stands.
        path: String,
    },
    /// The sender used this reference before, for other content.
    #[error("the sender's reference was used before for other content, in message {earlier}")]
    ReferenceTaken {
        /// The message of then.
        earlier: MessageId,
    },
    /// A correction names nothing that its sender sent about this participant.
    #[error("supersedes names no message that this sender sent about this participant, so nothing would be corrected")]
    CorrectsNothing,
    /// The adapter will not take the document.
    #[error("{}", .0.text)]
    Refused(Refusal),
    /// The adapter failed on it.
    #[error(transparent)]
    Adapter(AdapterFault),
    /// The store could not.
    #[error("{0}")]
    Store(#[source] StoreError),
    /// A consent is dated ahead of the hub's clock.
    #[error(
        "givenAt lies more than {} minutes ahead of the hub's clock: what is not given yet permits nothing",
        GIVEN_AHEAD_AT_MOST.as_mins()
    )]
    NotYetGiven,
    /// A consent was registered before, and erased with its participant.
    #[error("this consent was registered before and erased with its participant; nothing was registered")]
    ErasedBefore,
    /// The operator confirms for a party without evidence of its word.
    #[error("the operator confirms for another party only with evidence of its word")]
    NoEvidence,
    /// It is on the disk and nothing new begins under what was before, but what had begun did not come to its end in time.
    #[error("{what}")]
    NotSettled {
        /// What, and what is still open.
        what: String,
    },
    /// The machine's clock is not believed.
    #[error("{what}")]
    Clock {
        /// By how much it is off.
        what: String,
    },
    /// The caller may not do this.
    #[error("{what}")]
    NotAllowed {
        /// What, and who may.
        what: String,
    },
    /// There is no such thing, or the caller may not know of it.
    #[error("{what}")]
    NotFound {
        /// What was not found.
        what: String,
    },
    /// It clashes with what is there.
    #[error("{what}")]
    Conflict {
        /// With what.
        what: String,
    },
}

impl EngineError {
    /// The code, with a page in `docs/errors`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(e) => e.code.code(),
            Self::FreeText { .. } => "BL-1007",
            Self::UnknownParty { .. } => "BL-1104",
            Self::ReferenceTaken { .. } => "BL-1106",
            Self::CorrectsNothing => "BL-1160",
            Self::NotYetGiven => "BL-2010",
            Self::ErasedBefore => "BL-2011",
            Self::NoEvidence => "BL-2020",
            Self::Clock { .. } => "BL-4030",
            Self::NotAllowed { .. } => "BL-1102",
            Self::NotFound { .. } => "BL-1107",
            Self::Conflict { .. } => "BL-1108",
            Self::Refused(_) => "BL-3101",
            Self::Adapter(fault) => fault.code(),
            Self::Store(StoreError::Full) => "BL-5001",
            Self::Store(StoreError::Away(_)) => "BL-5002",
            Self::Store(StoreError::Damaged(_)) => "BL-5003",
            Self::Store(StoreError::OverBudget(OverBudget::Stored)) => "BL-1132",
            Self::Store(StoreError::OverBudget(OverBudget::Nowhere { .. })) => "BL-1133",
            Self::Store(StoreError::LogDiffers(_)) => "BL-5020",
            Self::Store(StoreError::LedgerDiffers) => "BL-5021",
            Self::Store(StoreError::Unwitnessed(_)) => "BL-5034",
            Self::Store(StoreError::Unknown(_)) => "BL-5035",
            Self::NotSettled { .. } => "BL-5036",
        }
    }

    /// What is known of the command; none where it was refused before anything began.
    #[must_use]
    pub const fn was_done(&self) -> Option<WasDone> {
        match self {
            Self::Store(error) => Some(error.was_done()),
            Self::NotSettled { .. } => Some(WasDone::Yes),
            Self::Clock { .. } => Some(WasDone::No),
            Self::Input(_)
            | Self::FreeText { .. }
            | Self::UnknownParty { .. }
            | Self::ReferenceTaken { .. }
            | Self::CorrectsNothing
            | Self::Refused(_)
            | Self::Adapter(_)
            | Self::NotAllowed { .. }
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::NotYetGiven
            | Self::NoEvidence
            | Self::ErasedBefore => None,
        }
    }

    /// What the caller can do.
    #[must_use]
    pub const fn what_to_do(&self) -> &'static str {
        match self {
            Self::Input(_) => "correct the field that is named and send it again",
            Self::FreeText { .. } => "take it out of the text and send it again under the same reference",
            Self::UnknownParty { .. } => "check the name, or ask the hub's operator to add the party",
            Self::ReferenceTaken { .. } => "use a new reference for new content, or send a correction",
            Self::CorrectsNothing => {
                "name the message by its id in the hub or by the reference that you gave it, with the same participant"
            }
            Self::Refused(_) => "follow the text, which says what to do instead",
            Self::Adapter(AdapterFault::ReadUndeclared { .. }) => {
                "give the operator the code: the adapter and what it declares do not fit, and the document is not to blame"
            }
            Self::Adapter(_) => "send it again later; if it goes on, give the operator the code",
            Self::Store(StoreError::Full) => "nothing was done: send it again when the operator has made room",
            Self::Store(StoreError::OverBudget(OverBudget::Stored)) => {
                "nothing was done: send it again when earlier messages have ended, or ask the operator"
            }
            Self::Store(StoreError::OverBudget(OverBudget::Nowhere { .. })) => {
                "nothing was done: see that consents are registered first, and send it again tomorrow"
            }
            Self::Store(StoreError::LogDiffers(_) | StoreError::LedgerDiffers) => {
                "nothing was done: wait until the operator has looked"
            }
            Self::NotYetGiven => {
                "send the time at which it was given; where that is right, ask the operator about the hub's clock"
            }
            Self::ErasedBefore => "register what the participant gives anew, with a document and an id of its own",
            Self::NoEvidence => "name the evidence: its type, and where it is kept",
            Self::Clock { .. } => "nothing was done: send it again when the operator has set the clock right",
            Self::Store(StoreError::Away(_) | StoreError::Damaged(_)) => "nothing was done: send it again later",
            Self::Store(StoreError::Unwitnessed(_)) => {
                "it was done, and holds: send the same again until it is answered, or a restored backup could undo it"
            }
            Self::Store(StoreError::Unknown(_)) => {
                "it may have been done, or not: look at what is there, or send the same again"
            }
            Self::NotSettled { .. } => {
                "it was done, and holds: send the same again to be told when nothing is on its way any more"
            }
            Self::NotAllowed { .. } => "use the key of the party itself, or ask the operator",
            Self::NotFound { .. } => "check the id",
            Self::Conflict { .. } => "look at what is there first",
        }
    }
}

/// Names fields and what is in them, never a text.
fn text_refused(flags: &[Finding]) -> String {
    let found: Vec<_> = flags
        .iter()
        .map(|f| format!("{} ({})", f.path, f.what.code()))
        .collect();
    format!(
        "a free text has what this hub does not let through: {}",
        found.join(", ")
    )
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AdapterFault> for EngineError {
    fn from(fault: AdapterFault) -> Self {
        Self::Adapter(fault)
    }
}

impl From<InputError> for EngineError {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}
