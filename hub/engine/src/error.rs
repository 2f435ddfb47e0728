//! Errors for callers of the engine.

use bindeledd_core::consent::GIVEN_AHEAD_AT_MOST;
use bindeledd_core::contract::{Refusal, Request};
use bindeledd_core::guard::Finding;
use bindeledd_core::{InputError, MessageId};

use crate::ports::{AdapterFault, OverBudget, StoreError, WasDone};

/// Reason why the engine refused or failed. `Display` is the text for the caller; details for the log alone are in the
/// source.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The input is invalid.
    #[error("{0}")]
    Input(InputError),
    /// A free text contains something that this hub refuses.
    #[error("{}", text_refused(flags))]
    FreeText {
        /// Fields and findings.
        flags: Vec<Finding>,
        /// The fields and findings in plain Norwegian, for a person at the sender's side.
        told: String,
        /// Answer in the sender's format; `None` if the format has no such answer.
        answer: Option<Request>,
    },
    /// The input names a party that the hub does not know.
    #[error("{path} names a party that this hub does not know")]
    UnknownParty {
        /// Name: a slug, `org:` or `her:`.
        name: String,
        /// Path of the field that contains the name.
        path: String,
    },
    /// The sender already used this reference for other content.
    #[error("the sender's reference was used before for other content, in message {earlier}")]
    ReferenceTaken {
        /// Earlier message with the reference.
        earlier: MessageId,
    },
    /// A correction names no message that its sender sent about this participant.
    #[error("supersedes names no message that this sender sent about this participant, so nothing would be corrected")]
    CorrectsNothing,
    /// The adapter refuses the document.
    #[error("{}", .0.text)]
    Refused(Refusal),
    /// The adapter failed on the document.
    #[error(transparent)]
    Adapter(AdapterFault),
    /// The store failed.
    #[error("{0}")]
    Store(#[source] StoreError),
    /// The date of a consent lies ahead of the hub's clock.
    #[error(
        "givenAt lies more than {} minutes ahead of the hub's clock: a consent that is not given yet permits nothing",
        GIVEN_AHEAD_AT_MOST.as_mins()
    )]
    NotYetGiven,
    /// The consent was registered before, and was erased with its participant.
    #[error("this consent was registered before and erased with its participant; nothing was registered")]
    ErasedBefore,
    /// The operator confirms for a party without evidence of that party's word.
    #[error("the operator confirms for another party only with evidence of its word")]
    NoEvidence,
    /// The change is on disk, and no sending begins under the old state. Some earlier sendings did not end in time.
    #[error("{what}")]
    NotSettled {
        /// The change, and the sendings that are still open.
        what: String,
    },
    /// The token of a preview is unknown, too old, or another caller's.
    #[error("no preview has this token: it holds for ten minutes, once, and for the caller that asked for it")]
    PreviewOver,
    /// Somebody else has taken or closed the alert.
    #[error("{what}")]
    SomebodyElse {
        /// The actor, the act and its time.
        what: String,
    },
    /// The machine's clock is not trusted.
    #[error("{what}")]
    Clock {
        /// Difference of the clock.
        what: String,
    },
    /// The caller may not do this action.
    #[error("{what}")]
    NotAllowed {
        /// The action, and the callers that may do it.
        what: String,
    },
    /// The object does not exist, or the caller may not know of it.
    #[error("{what}")]
    NotFound {
        /// The missing object.
        what: String,
    },
    /// The request conflicts with existing data.
    #[error("{what}")]
    Conflict {
        /// The conflicting data.
        what: String,
    },
}

impl EngineError {
    /// Returns the code, with a page in `docs/errors`.
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
            Self::PreviewOver => "BL-4035",
            Self::SomebodyElse { .. } => "BL-1161",
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

    /// Returns whether the failed command was done, as far as that is known; `None` if it was refused before it began.
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
            | Self::PreviewOver
            | Self::SomebodyElse { .. }
            | Self::ErasedBefore => None,
        }
    }

    /// Returns the action for the caller to take.
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
            Self::Refused(_) => "follow the advice in the text",
            Self::Adapter(AdapterFault::ReadUndeclared { .. }) => {
                "give the operator the code: the adapter does not match its manifest, and the document is not to blame"
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
            Self::ErasedBefore => "register the participant's new consent, with its own document and id",
            Self::PreviewOver => "nothing was done: ask for a new preview, and use its token",
            Self::NoEvidence => "name the evidence: its type, and where it is kept",
            Self::Clock { .. } => "nothing was done: send it again when the operator has set the clock right",
            Self::Store(StoreError::Away(_) | StoreError::Damaged(_)) => "nothing was done: send it again later",
            Self::Store(StoreError::Unwitnessed(_)) => {
                "it was done, and holds: send the same again until it is answered, or a restored backup could undo it"
            }
            Self::Store(StoreError::Unknown(_)) => {
                "it may have been done, or not: check the current state, or send the same again"
            }
            Self::NotSettled { .. } => {
                "it was done, and holds: send the same again to be told when nothing is on its way any more"
            }
            Self::NotAllowed { .. } => "use the key of the party itself, or ask the operator",
            Self::SomebodyElse { .. } => "read the alert again, and talk to the one who was first",
            Self::NotFound { .. } => "check the id",
            Self::Conflict { .. } => "check the current state first",
        }
    }
}

/// Returns a text that names fields and findings, never content.
fn text_refused(flags: &[Finding]) -> String {
    let found: Vec<_> = flags
        .iter()
        .map(|f| format!("{} ({})", f.path, f.what.code()))
        .collect();
    format!(
        "a free text holds something that this hub does not let through: {}",
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
